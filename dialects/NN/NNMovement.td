//===- NNMovement.td - Rearranging elements ----------------*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Movement whose pattern is known at compile time. What moves by the values of
// a tensor is in NNIndexing.td.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_NN_MOVEMENT
#define MEGCC_NN_MOVEMENT

include "dialects/NN/NNBase.td"

def NN_ReshapeOp : NN_Op<"reshape", [RegionMapOpInterface, CostOpInterface,
    InPlaceOpInterface], [NN_RowMajor]> {
  let summary = "Another shape for the same elements";
  let description = [{
    The elements of x in row-major order, seen with the result's shape.

    ```mlir
    %1 = nn.reshape %0 : (tensor<1x512x7x7xf32>) -> tensor<1x25088xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$x);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$x" # typed;
  let hasVerifier = 1;
  let hasFolder = 1;
}

def NN_TransposeOp : NN_Op<"transpose", [RegionMapOpInterface, CostOpInterface],
    [NN_Infers, NN_RowMajor]> {
  let summary = "Permutation of dimensions";
  let description = [{
    Dimension i of the result is dimension perm[i] of x.

    ```mlir
    %1 = nn.transpose %0 perm = [0, 2, 3, 1]
      : (tensor<1x8x4x5xf32>) -> tensor<1x4x5x8xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$x, DenseI64ArrayAttr:$perm);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$x `perm` `=` $perm" # typed;
  let hasFolder = 1;
  let hasCanonicalizeMethod = 1;
}

def NN_ConcatOp : NN_Op<"concat", [RegionMapOpInterface, CostOpInterface],
    [NN_Infers]> {
  let summary = "Joining tensors along an axis";
  let description = [{
    The inputs one after another along `axis`; all other extents agree. Inputs
    have one layout, which the result has too; the blocked dimension is joined
    only at whole blocks.

    ```mlir
    %2 = nn.concat %0, %1 axis = 1
      : (tensor<1x8x4xf32>, tensor<1x3x4xf32>) -> tensor<1x11x4xf32>
    ```
  }];
  let arguments = (ins Variadic<NN_Tensor>:$inputs, NN_I64Attr:$axis);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$inputs `axis` `=` $axis" # typed;
  let hasFolder = 1;
  let hasCanonicalizeMethod = 1;
}

def NN_SliceOp : NN_Op<"slice", [RegionMapOpInterface, CostOpInterface],
    [NN_Infers]> {
  let summary = "Box of a tensor";
  let description = [{
    Element i of the result is element offsets + i * strides of x, for each
    dimension; there are `sizes` elements. Strides may be negative, not zero;
    all elements lie inside x.

    ```mlir
    %1 = nn.slice %0 offsets = [0, 7] sizes = [2, 4] strides = [1, -2]
      : (tensor<2x8xf32>) -> tensor<2x4xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$x, DenseI64ArrayAttr:$offsets,
                       DenseI64ArrayAttr:$sizes, DenseI64ArrayAttr:$strides);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat =
    "$x `offsets` `=` $offsets `sizes` `=` $sizes `strides` `=` $strides"
    # typed;
  let hasFolder = 1;
  let hasCanonicalizeMethod = 1;
}

def NN_PadOp : NN_Op<"pad", [RegionMapOpInterface, CostOpInterface],
    [NN_Infers]> {
  let summary = "Padding or cropping";
  let description = [{
    Adds `low` elements before and `high` after each dimension; negative numbers
    take away. `interior` elements are put between neighbours first, only in
    mode `constant`. The padding is `value` (0 without) in mode `constant`, the
    nearest element in `edge`, the mirror image without the border element in
    `reflect`, the tensor repeated in `wrap`.

    ```mlir
    %2 = nn.pad %0, %1 low = [0, 1] high = [0, 2] interior = [0, 0]
      : (tensor<2x8xf32>, tensor<f32>) -> tensor<2x11xf32>
    %3 = nn.pad %0 low = [0, 1] high = [0, 2] interior = [0, 0] mode = reflect
      : (tensor<2x8xf32>) -> tensor<2x11xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$x, Optional<NN_Tensor>:$value,
    DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$high,
    DenseI64ArrayAttr:$interior,
    DefaultValuedAttr<NN_PadModeAttr, "PadMode::constant">:$mode);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = [{
    $x (`,` $value^)? `low` `=` $low `high` `=` $high `interior` `=` $interior
    (`mode` `=` `` $mode^)?
  }] # typed;
  let hasFolder = 1;
}

def NN_ExpandOp : NN_Op<"expand", [RegionMapOpInterface, CostOpInterface],
    [NN_RowMajor]> {
  let summary = "Explicit broadcasting";
  let description = [{
    x broadcast to the result's shape, as numpy does.

    ```mlir
    %1 = nn.expand %0 : (tensor<8x1xf32>) -> tensor<2x8x4xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$x);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$x" # typed;
  let hasVerifier = 1;
  let hasFolder = 1;
}

def NN_TileOp : NN_Op<"tile", [RegionMapOpInterface, CostOpInterface],
    [NN_Infers, NN_RowMajor]> {
  let summary = "Repetition";
  let description = [{
    x repeated `repeats` times in each dimension.

    ```mlir
    %1 = nn.tile %0 repeats = [1, 3] : (tensor<2x8xf32>) -> tensor<2x24xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$x, DenseI64ArrayAttr:$repeats);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$x `repeats` `=` $repeats" # typed;
  let hasFolder = 1;
}

def NN_ReverseOp : NN_Op<"reverse", [RegionMapOpInterface, CostOpInterface],
    [SameOperandsAndResultType, NN_RowMajor]> {
  let summary = "Opposite order along axes";
  let description = [{
    Element i along each of `axes`, which are ascending, is the i-th from the
    end.

    ```mlir
    %1 = nn.reverse %0 axes = [1] : (tensor<2x8xf32>) -> tensor<2x8xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$x, DenseI64ArrayAttr:$axes);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$x `axes` `=` $axes" # typed;
  let hasVerifier = 1;
  let hasFolder = 1;
}

def NN_ResizeOp : NN_Op<"resize", [RegionMapOpInterface, CostOpInterface]> {
  let summary = "Resampling to another size";
  let description = [{
    Each element of the result is interpolated at a position of x that follows
    from its own, per dimension, by `coordinates` and `scales` (result over
    input), as ONNX's Resize says. The result's shape is given, as a scale may
    stand for several. `rounding` is for `nearest`; `cubic_coeff`,
    `exclude_outside` for `cubic`; `roi` (starts, then ends, in units of the
    extent) and `extrapolation_value` for `tf_crop_and_resize`. `antialias`
    widens linear and cubic kernels when a dimension shrinks.

    ```mlir
    %1 = nn.resize linear %0 scales = [1.0, 1.0, 2.0, 2.0] coordinates = half_pixel
      : (tensor<1x8x4x4xf32>) -> tensor<1x8x8x8xf32>
    ```
  }];
  let arguments = (ins NN_InterpolationAttr:$mode, NN_NumberTensor:$x,
    DenseF64ArrayAttr:$scales, NN_CoordinatesAttr:$coordinates,
    DefaultValuedAttr<NN_RoundingAttr, "Rounding::round_prefer_floor">:$rounding,
    DefaultValuedAttr<NN_F64Attr, "-0.75">:$cubic_coeff,
    DefaultValuedAttr<NN_F64Attr, "0.0">:$extrapolation_value,
    OptionalAttr<DenseF64ArrayAttr>:$roi, UnitAttr:$exclude_outside,
    UnitAttr:$antialias);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = [{
    `` $mode $x `scales` `=` $scales `coordinates` `=` `` $coordinates
    (`rounding` `=` `` $rounding^)?
  }] # typed;
  let hasVerifier = 1;
  let hasFolder = 1;
}

#endif // MEGCC_NN_MOVEMENT
