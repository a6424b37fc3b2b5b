//===- NNContraction.td - Convolutions and matrix products -*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Sums of products. The element type of the result is that in which the sum is
// taken: inferred as i32 for integers of up to 16 bits, else the operands' own;
// a wider one may be asked for. The two factors are floats of one type or
// integers of any types; a bias has the result's element type.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_NN_CONTRACTION
#define MEGCC_NN_CONTRACTION

include "dialects/NN/NNBase.td"

def NN_ConvOp : NN_Op<"conv", [RegionMapOpInterface, CostOpInterface],
    [NN_InfersShape]> {
  let summary = "Convolution";
  let description = [{
    Cross-correlation over any number of spatial dimensions, with x as
    [N, C, spatial...], w as [M, C / groups, kernel...], bias as [M]:

        y[n, m, o] = bias[m] + sum over c, k of
                     x[n, g * C / groups + c, o * strides + k * dilations - pads] * w[m, c, k]

    where g is the group of m and x is zero outside its extent. `pads` has the
    begins of all spatial dimensions, then the ends. A result's layout may differ
    from that of x.

    ```mlir
    %3 = nn.conv %x, %w, %b strides = [2, 2] pads = [1, 1, 1, 1] dilations = [1, 1]
      : (tensor<1x3x224x224xf32>, tensor<32x3x3x3xf32>, tensor<32xf32>)
      -> tensor<1x32x112x112xf32>
    ```
  }];
  let arguments = (ins NN_NumberTensor:$x, NN_NumberTensor:$w,
                       Optional<NN_NumberTensor>:$bias,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$pads,
                       DenseI64ArrayAttr:$dilations,
                       DefaultValuedAttr<NN_I64Attr, "1">:$groups);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = [{
    $x `,` $w (`,` $bias^)? `strides` `=` $strides `pads` `=` $pads
    `dilations` `=` $dilations (`groups` `=` $groups^)?
  }] # typed;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Whether there are several groups of one channel in and one out.
    bool isDepthwise();

    /// How many neighbouring groups together fill whole blocks of `lanes`
    /// output channels: 1 where each does, or where there is but one group.
    /// 0 where so many were needed that the products of channels with filters
    /// of other groups, which are zero, cost more than blocks gain.
    int64_t getGroupsPerBlock(int64_t lanes);
  }];
}

def NN_ConvTransposeOp : NN_Op<"conv_transpose",
    [RegionMapOpInterface, CostOpInterface], [NN_InfersShape]> {
  let summary = "Transposed convolution";
  let description = [{
    The gradient of a convolution with respect to its input, with x as
    [N, C, spatial...], w as [C, M / groups, kernel...], bias as [M]: each x at
    position i is multiplied by w and added at i * strides + k * dilations -
    pads. A spatial extent of the result is

        strides * (extent - 1) + (kernel - 1) * dilations + 1
          + output_padding - pads begin - pads end

    ```mlir
    %3 = nn.conv_transpose %x, %w strides = [2, 2] pads = [0, 0, 0, 0]
           dilations = [1, 1] output_padding = [0, 0]
      : (tensor<1x8x4x4xf32>, tensor<8x4x2x2xf32>) -> tensor<1x4x8x8xf32>
    ```
  }];
  let arguments = (ins NN_NumberTensor:$x, NN_NumberTensor:$w,
                       Optional<NN_NumberTensor>:$bias,
                       DenseI64ArrayAttr:$strides, DenseI64ArrayAttr:$pads,
                       DenseI64ArrayAttr:$dilations,
                       DenseI64ArrayAttr:$output_padding,
                       DefaultValuedAttr<NN_I64Attr, "1">:$groups);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = [{
    $x `,` $w (`,` $bias^)? `strides` `=` $strides `pads` `=` $pads
    `dilations` `=` $dilations `output_padding` `=` $output_padding
    (`groups` `=` $groups^)?
  }] # typed;
  let hasVerifier = 1;
}

def NN_MatMulOp : NN_Op<"matmul", [RegionMapOpInterface, CostOpInterface],
    [NN_InfersShape]> {
  let summary = "Matrix product";
  let description = [{
    The product of the last two dimensions, as numpy's matmul: the others are a
    batch and broadcast; a vector is a row on the left, a column on the right,
    and that dimension is dropped from the result.

    ```mlir
    %2 = nn.matmul %0, %1
      : (tensor<12x197x64xf32>, tensor<12x64x197xf32>) -> tensor<12x197x197xf32>
    ```
  }];
  let arguments = (ins NN_NumberTensor:$lhs, NN_NumberTensor:$rhs);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = [{
    $lhs `,` $rhs
  }] # typed;
}

#endif // MEGCC_NN_CONTRACTION
