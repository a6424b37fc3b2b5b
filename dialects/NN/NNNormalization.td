//===- NNNormalization.td - Normalisations -----------------*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_NN_NORMALIZATION
#define MEGCC_NN_NORMALIZATION

include "dialects/NN/NNBase.td"

class NN_Softmax<string mnemonic, string name, string formula>
    : NN_Op<mnemonic, [RegionMapOpInterface, CostOpInterface,
                       InPlaceOpInterface],
            [SameOperandsAndResultType, NN_RowMajor]> {
  let summary = name;
  let description = [{
    }] # formula # [{ along `axis`, computed on x minus its maximum.

    ```mlir
    %1 = nn.}] # mnemonic # [{ %0 axis = 1 : (tensor<8x10xf32>) -> tensor<8x10xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$x, NN_I64Attr:$axis);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = [{
    $x `axis` `=` $axis
  }] # typed;
  let hasVerifier = 1;
}
def NN_SoftmaxOp
    : NN_Softmax<"softmax", "Softmax", "e^x / sum of e^x">;
def NN_LogSoftmaxOp
    : NN_Softmax<"log_softmax", "Logarithm of softmax", "x - ln(sum of e^x)">;

def NN_LayerNormOp : NN_Op<"layer_norm",
    [RegionMapOpInterface, CostOpInterface, InPlaceOpInterface],
    [AttrSizedOperandSegments, NN_Infers, NN_RowMajor]> {
  let summary = "Layer normalisation";
  let description = [{
    (x - mean) / sqrt(variance + epsilon) * scale + bias, with mean and variance
    over all dimensions from `axis` on (Ba et al. 2016). Scale and bias
    broadcast to those dimensions.

    ```mlir
    %3 = nn.layer_norm %x scale %s bias %b axis = 2 epsilon = 1.000000e-05
      : (tensor<1x197x768xf32>, tensor<768xf32>, tensor<768xf32>)
      -> tensor<1x197x768xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$x, Optional<NN_FloatTensor>:$scale,
                       Optional<NN_FloatTensor>:$bias, NN_I64Attr:$axis,
                       NN_F64Attr:$epsilon);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = [{
    $x (`scale` $scale^)? (`bias` $bias^)? `axis` `=` $axis
    `epsilon` `=` $epsilon
  }] # typed;
}

def NN_GroupNormOp : NN_Op<"group_norm",
    [RegionMapOpInterface, CostOpInterface, InPlaceOpInterface],
    [AttrSizedOperandSegments, NN_Infers, NN_RowMajor]> {
  let summary = "Group normalisation";
  let description = [{
    (x - mean) / sqrt(variance + epsilon) * scale + bias on [N, C, spatial...],
    with mean and variance over the elements of each of `groups` groups of
    channels (Wu & He 2018); as many groups as channels is instance
    normalisation. Scale and bias are [C].

    ```mlir
    %3 = nn.group_norm %x scale %s bias %b groups = 4 epsilon = 1.000000e-05
      : (tensor<1x8x4x4xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<1x8x4x4xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$x, Optional<NN_FloatTensor>:$scale,
                       Optional<NN_FloatTensor>:$bias, NN_I64Attr:$groups,
                       NN_F64Attr:$epsilon);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = [{
    $x (`scale` $scale^)? (`bias` $bias^)? `groups` `=` $groups
    `epsilon` `=` $epsilon
  }] # typed;
}

def NN_BatchNormOp : NN_Op<"batch_norm",
    [RegionMapOpInterface, CostOpInterface, InPlaceOpInterface], [NN_Infers]> {
  let summary = "Batch normalisation, as used for inference";
  let description = [{
    (x - mean) / sqrt(variance + epsilon) * scale + bias on [N, C, spatial...];
    scale, bias, mean and variance are [C] (Ioffe & Szegedy 2015).

    ```mlir
    %5 = nn.batch_norm %x, %s, %b, %m, %v epsilon = 1.000000e-05
      : (tensor<1x8x4x4xf32>, tensor<8xf32>, tensor<8xf32>, tensor<8xf32>,
         tensor<8xf32>) -> tensor<1x8x4x4xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$x, NN_FloatTensor:$scale,
                       NN_FloatTensor:$bias, NN_FloatTensor:$mean,
                       NN_FloatTensor:$variance, NN_F64Attr:$epsilon);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = [{
    $x `,` $scale `,` $bias `,` $mean `,` $variance `epsilon` `=` $epsilon
  }] # typed;
}

def NN_LrnOp : NN_Op<"lrn", [RegionMapOpInterface, CostOpInterface],
    [SameOperandsAndResultType, NN_RowMajor]> {
  let summary = "Local response normalisation across channels";
  let description = [{
    x / (bias + alpha / size * s)^beta on [N, C, spatial...], where s is the sum
    of squares over `size` channels: floor((size - 1) / 2) before and
    ceil((size - 1) / 2) after (Krizhevsky et al. 2012).

    ```mlir
    %1 = nn.lrn %0 size = 5 alpha = 1.000000e-04 beta = 7.500000e-01 bias = 1.000000e+00
      : (tensor<1x96x54x54xf32>) -> tensor<1x96x54x54xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$x, NN_I64Attr:$size, NN_F64Attr:$alpha,
                       NN_F64Attr:$beta, NN_F64Attr:$bias);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = [{
    $x `size` `=` $size `alpha` `=` $alpha `beta` `=` $beta `bias` `=` $bias
  }] # typed;
  let hasVerifier = 1;
}

#endif // MEGCC_NN_NORMALIZATION
