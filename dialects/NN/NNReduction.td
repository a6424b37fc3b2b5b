//===- NNReduction.td - Reductions along axes --------------*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_NN_REDUCTION
#define MEGCC_NN_REDUCTION

include "dialects/NN/NNBase.td"

def NN_ReduceOp : NN_Op<"reduce", [RegionMapOpInterface, CostOpInterface],
    [NN_Infers]> {
  let summary = "Reduction over axes";
  let description = [{
    Sum, mean, maximum, minimum or product over `axes`, which are ascending; with
    `keepdims` they stay with extent 1, else they are dropped. The mean of
    integers is truncated. Maximum and minimum propagate NaN. Over no elements
    the result is the neutral one: 0, 1, or the least or greatest value.

    ```mlir
    %1 = nn.reduce mean %0 axes = [2, 3] keepdims
      : (tensor<1x8x7x7xf32>) -> tensor<1x8x1x1xf32>
    ```
  }];
  let arguments = (ins NN_ReduceKindAttr:$kind, NN_NumberTensor:$x,
                       DenseI64ArrayAttr:$axes, UnitAttr:$keepdims);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = [{
    `` $kind $x `axes` `=` $axes (`keepdims` $keepdims^)?
  }] # typed;
  let hasFolder = 1;
}

class NN_ArgReduce<string mnemonic, string which>
    : NN_Op<mnemonic, [RegionMapOpInterface, CostOpInterface], [NN_Infers]> {
  let summary = "Position of the " # which # " element along an axis";
  let description = [{
    The index along `axis` of the }] # which # [{ element, the first of several or with
    `select_last` the last. The axis stays with extent 1 if `keepdims` is set.

    ```mlir
    %1 = nn.}] # mnemonic # [{ %0 axis = 1 : (tensor<8x10xf32>) -> tensor<8xi64>
    ```
  }];
  let arguments = (ins NN_NumberTensor:$x, NN_I64Attr:$axis, UnitAttr:$keepdims,
                       UnitAttr:$select_last);
  let results = (outs NN_I64Tensor:$result);
  let assemblyFormat = [{
    $x `axis` `=` $axis (`keepdims` $keepdims^)? (`select_last` $select_last^)?
  }] # typed;
}
def NN_ArgMaxOp : NN_ArgReduce<"arg_max", "greatest">;
def NN_ArgMinOp : NN_ArgReduce<"arg_min", "least">;

def NN_CumSumOp : NN_Op<"cumsum", [RegionMapOpInterface, InPlaceOpInterface],
    [SameOperandsAndResultType, NN_RowMajor]> {
  let summary = "Running sum along an axis";
  let description = [{
    Element i is the sum of the elements up to i, without i itself if
    `exclusive` is set; with `reverse` the sum runs from the other end.

    ```mlir
    %1 = nn.cumsum %0 axis = 1 exclusive : (tensor<2x8xf32>) -> tensor<2x8xf32>
    ```
  }];
  let arguments = (ins NN_NumberTensor:$x, NN_I64Attr:$axis,
                       UnitAttr:$exclusive, UnitAttr:$reverse);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = [{
    $x `axis` `=` $axis (`exclusive` $exclusive^)? (`reverse` $reverse^)?
  }] # typed;
  let hasVerifier = 1;
}

def NN_TopKOp : NN_Op<"top_k", [RegionMapOpInterface, CostOpInterface],
    [NN_Infers, NN_RowMajor]> {
  let summary = "Greatest or least elements along an axis";
  let description = [{
    The k greatest elements along `axis`, or with `least` the k least, and their
    indices; equal elements by ascending index. They come in order, and may come
    in any with `unsorted`.

    ```mlir
    %values, %indices = nn.top_k %0 k = 5 axis = 1
      : (tensor<1x1000xf32>) -> (tensor<1x5xf32>, tensor<1x5xi64>)
    ```
  }];
  let arguments = (ins NN_NumberTensor:$x, NN_I64Attr:$k, NN_I64Attr:$axis,
                       UnitAttr:$least, UnitAttr:$unsorted);
  let results = (outs NN_NumberTensor:$values, NN_I64Tensor:$indices);
  let assemblyFormat = [{
    $x `k` `=` $k `axis` `=` $axis (`least` $least^)? (`unsorted` $unsorted^)?
  }] # typed;
}

#endif // MEGCC_NN_REDUCTION
