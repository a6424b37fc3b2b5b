//===- NNIndexing.td - Movement by indices -----------------*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Movement that depends on the values of a tensor of indices. A negative index
// counts from the end of its axis; one that is still outside is moved to the
// nearest end, so that no index reaches outside a buffer.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_NN_INDEXING
#define MEGCC_NN_INDEXING

include "dialects/NN/NNBase.td"

class NN_Indexing<string mnemonic, list<OpInterface> answers = [],
                  list<Trait> traits = [NN_Infers]>
    : NN_Op<mnemonic, answers, !listconcat(traits, [NN_RowMajor]<Trait>)>;

def NN_GatherOp : NN_Indexing<"gather", [RegionMapOpInterface, CostOpInterface]> {
  let summary = "Selection of slices along an axis";
  let description = [{
    x with dimension `axis` replaced by the dimensions of `indices`:
    y[a..., i..., b...] = x[a..., indices[i...], b...].

    ```mlir
    %2 = nn.gather %0, %1 axis = 0
      : (tensor<1000x64xf32>, tensor<1x16xi64>) -> tensor<1x16x64xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$x, NN_IndexTensor:$indices, NN_I64Attr:$axis);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$x `,` $indices `axis` `=` $axis" # typed;
}

def NN_GatherElementsOp : NN_Indexing<"gather_elements",
    [RegionMapOpInterface, CostOpInterface]> {
  let summary = "Selection of single elements along an axis";
  let description = [{
    y[i, j, k] = x[i, indices[i, j, k], k] for axis 1 of three, and so on. The
    result has the shape of `indices`.

    ```mlir
    %2 = nn.gather_elements %0, %1 axis = 1
      : (tensor<4x8xf32>, tensor<4x2xi64>) -> tensor<4x2xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$x, NN_IndexTensor:$indices, NN_I64Attr:$axis);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$x `,` $indices `axis` `=` $axis" # typed;
}

def NN_GatherNDOp : NN_Indexing<"gather_nd", [CostOpInterface]> {
  let summary = "Selection of slices by index tuples";
  let description = [{
    The last dimension of `indices` holds tuples, each of which selects a slice
    of x behind `batch_dims` leading dimensions that both share.

    ```mlir
    %2 = nn.gather_nd %0, %1
      : (tensor<4x8x3xf32>, tensor<5x2xi64>) -> tensor<5x3xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$x, NN_IndexTensor:$indices,
                       DefaultValuedAttr<NN_I64Attr, "0">:$batch_dims);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$x `,` $indices (`batch_dims` `=` $batch_dims^)?"
                       # typed;
}

def NN_ScatterElementsOp : NN_Indexing<"scatter_elements",
    [CostOpInterface, InPlaceOpInterface]> {
  let summary = "Replacement of single elements along an axis";
  let description = [{
    x, but y[i, indices[i, j, k], k] = updates[i, j, k] for axis 1 of three, and
    so on; or the old value combined with the update. Updates are applied in
    row-major order.

    ```mlir
    %3 = nn.scatter_elements %0, %1, %2 axis = 1 reduction = add
      : (tensor<4x8xf32>, tensor<4x2xi64>, tensor<4x2xf32>) -> tensor<4x8xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$x, NN_IndexTensor:$indices,
    NN_Tensor:$updates, NN_I64Attr:$axis,
    DefaultValuedAttr<NN_ScatterKindAttr, "ScatterKind::assign">:$reduction);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = [{
    $x `,` $indices `,` $updates `axis` `=` $axis
    (`reduction` `=` `` $reduction^)?
  }] # typed;
}

def NN_ScatterNDOp : NN_Indexing<"scatter_nd",
    [CostOpInterface, InPlaceOpInterface]> {
  let summary = "Replacement of slices by index tuples";
  let description = [{
    x, but each slice that a tuple in the last dimension of `indices` selects is
    replaced by a slice of `updates`, or combined with it. Updates are applied
    in row-major order.

    ```mlir
    %3 = nn.scatter_nd %0, %1, %2
      : (tensor<4x8xf32>, tensor<2x1xi64>, tensor<2x8xf32>) -> tensor<4x8xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$x, NN_IndexTensor:$indices,
    NN_Tensor:$updates,
    DefaultValuedAttr<NN_ScatterKindAttr, "ScatterKind::assign">:$reduction);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = [{
    $x `,` $indices `,` $updates (`reduction` `=` `` $reduction^)?
  }] # typed;
}

def NN_DynamicSliceOp : NN_Indexing<"dynamic_slice", [CostOpInterface]> {
  let summary = "Box of a tensor at a position known at run time";
  let description = [{
    As `nn.slice`, for the dimensions `axes` only, at the offsets that `starts`
    has. A start is moved as little as needed for all of its elements to lie
    inside x.

    ```mlir
    %2 = nn.dynamic_slice %0, %1 axes = [1] sizes = [4] strides = [1]
      : (tensor<2x8xf32>, tensor<1xi64>) -> tensor<2x4xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$x, NN_I64Tensor:$starts,
                       DenseI64ArrayAttr:$axes, DenseI64ArrayAttr:$sizes,
                       DenseI64ArrayAttr:$strides);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = [{
    $x `,` $starts `axes` `=` $axes `sizes` `=` $sizes `strides` `=` $strides
  }] # typed;
}

def NN_ReverseSequenceOp : NN_Indexing<"reverse_sequence"> {
  let summary = "Opposite order of the beginning of each sequence";
  let description = [{
    The first lengths[b] elements along `time_axis` in opposite order, for each
    b along `batch_axis`; the others stay. Lengths are moved into [0, extent].

    ```mlir
    %2 = nn.reverse_sequence %0, %1 batch_axis = 0 time_axis = 1
      : (tensor<4x8xf32>, tensor<4xi64>) -> tensor<4x8xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$x, NN_I64Tensor:$lengths,
                       NN_I64Attr:$batch_axis, NN_I64Attr:$time_axis);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = [{
    $x `,` $lengths `batch_axis` `=` $batch_axis `time_axis` `=` $time_axis
  }] # typed;
}

def NN_OneHotOp : NN_Indexing<"one_hot"> {
  let summary = "One-hot encoding";
  let description = [{
    A new dimension `axis` of extent `depth` that holds `values[1]` at the
    index and `values[0]` elsewhere. A negative index counts from the end; one
    outside [-depth, depth) gives `values[0]` everywhere.

    ```mlir
    %2 = nn.one_hot %0, %1 depth = 10 axis = 1
      : (tensor<8xi64>, tensor<2xf32>) -> tensor<8x10xf32>
    ```
  }];
  let arguments = (ins NN_IndexTensor:$indices, NN_Tensor:$values,
                       NN_I64Attr:$depth, NN_I64Attr:$axis);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = [{
    $indices `,` $values `depth` `=` $depth `axis` `=` $axis
  }] # typed;
}

def NN_TriluOp : NN_Indexing<"trilu", [RegionMapOpInterface,
    InPlaceOpInterface]> {
  let summary = "Triangle of a matrix";
  let description = [{
    x where column - row <= k (with `upper`: >= k), 0 elsewhere, for the last
    two dimensions; k is 0 without operand.

    ```mlir
    %1 = nn.trilu %0 upper : (tensor<4x8xf32>) -> tensor<4x8xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$x, Optional<NN_I64Tensor>:$k,
                       UnitAttr:$upper);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$x (`,` $k^)? (`upper` $upper^)?" # typed;
}

#endif // MEGCC_NN_INDEXING
