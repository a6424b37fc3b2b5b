//===- NNPooling.td - Sliding windows ----------------------*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reductions of windows that slide over [N, C, spatial...]. Rounding up of the
// result's extent ends in the front end as padding at the end.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_NN_POOLING
#define MEGCC_NN_POOLING

include "dialects/NN/NNBase.td"

class NN_Pool<string mnemonic, Type type>
    : NN_Op<mnemonic, [RegionMapOpInterface, CostOpInterface], [NN_Infers]> {
  dag windowArguments = (ins type:$x, DenseI64ArrayAttr:$kernel,
                             DenseI64ArrayAttr:$strides,
                             DenseI64ArrayAttr:$pads,
                             DenseI64ArrayAttr:$dilations);
  string windowFormat = [{
    $x `kernel` `=` $kernel `strides` `=` $strides `pads` `=` $pads
    `dilations` `=` $dilations
  }];
}

def NN_MaxPoolOp : NN_Pool<"max_pool", NN_NumberTensor> {
  let summary = "Maximum of a window";
  let description = [{
    The greatest element of each window; padding never wins. With
    `with_indices` a second result has the positions of the first greatest
    elements, as flat row-major indices into all of x.

    ```mlir
    %1 = nn.max_pool %0 kernel = [3, 3] strides = [2, 2] pads = [1, 1, 1, 1] dilations = [1, 1]
      : (tensor<1x64x112x112xf32>) -> tensor<1x64x56x56xf32>
    ```
  }];
  let arguments = !con(windowArguments, (ins UnitAttr:$with_indices));
  let results = (outs NN_NumberTensor:$values, Optional<NN_I64Tensor>:$indices);
  let assemblyFormat = windowFormat # " (`with_indices` $with_indices^)?"
                       # typed;
  let hasCanonicalizeMethod = 1;
}

def NN_AveragePoolOp : NN_Pool<"average_pool", NN_FloatTensor> {
  let summary = "Mean of a window";
  let description = [{
    The sum of each window divided by its number of counted positions: those
    inside x, and those of the padding that `counted_pads` names (begins, then
    ends, none above `pads`). The mean of no positions is 0.

    ```mlir
    %1 = nn.average_pool %0 kernel = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0]
           dilations = [1, 1] counted_pads = [0, 0, 0, 0]
      : (tensor<1x8x4x4xf32>) -> tensor<1x8x2x2xf32>
    ```
  }];
  let arguments = !con(windowArguments, (ins DenseI64ArrayAttr:$counted_pads));
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = windowFormat # " `counted_pads` `=` $counted_pads"
                       # typed;
}

def NN_LpPoolOp : NN_Pool<"lp_pool", NN_FloatTensor> {
  let summary = "p-norm of a window";
  let description = [{
    The p-th root of the sum of |x|^p over each window; padding is zero.

    ```mlir
    %1 = nn.lp_pool %0 kernel = [2, 2] strides = [2, 2] pads = [0, 0, 0, 0]
           dilations = [1, 1] p = 2
      : (tensor<1x8x4x4xf32>) -> tensor<1x8x2x2xf32>
    ```
  }];
  let arguments = !con(windowArguments, (ins NN_I64Attr:$p));
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = windowFormat # " `p` `=` $p" # typed;
}

#endif // MEGCC_NN_POOLING
