//===- NNConversion.td - Changes of the element type -------*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_NN_CONVERSION
#define MEGCC_NN_CONVERSION

include "dialects/NN/NNElementwise.td"

def NN_CastOp : NN_Elementwise<"cast"> {
  let summary = "Conversion to another element type";
  let description = [{
    Each element converted to the result's element type. A float is rounded to
    nearest, ties to even; to an integer it is truncated towards zero and
    saturates, NaN gives 0. Integers wrap. A number is true where it is not 0;
    true is 1.

    ```mlir
    %1 = nn.cast %0 : (tensor<1x8xf32>) -> tensor<1x8xui8>
    ```
  }];
  let arguments = (ins NN_Tensor:$x);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$x" # typed;
  let hasVerifier = 1;
  let hasFolder = 1;
}

def NN_QuantizeOp : NN_Elementwise<"quantize", [NN_Infers]> {
  let summary = "Affine quantisation";
  let description = [{
    saturate(round(x / scale) + zero_point), halves to even, in the type of
    `zero_point`. Scale and zero point are broadcast: a scalar for the whole
    tensor, or for channels the shape [C, 1, 1].

    ```mlir
    %3 = nn.quantize %0, %1, %2
      : (tensor<1x8x4x4xf32>, tensor<f32>, tensor<ui8>) -> tensor<1x8x4x4xui8>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$x, NN_FloatTensor:$scale,
                       NN_StorageTensor:$zero_point);
  let results = (outs NN_StorageTensor:$result);
  let assemblyFormat = [{
    $x `,` $scale `,` $zero_point
  }] # typed;
}

def NN_DequantizeOp : NN_Elementwise<"dequantize", [NN_Infers]> {
  let summary = "Inverse of affine quantisation";
  let description = [{
    (x - zero_point) * scale, in the type of `scale`. Scale and zero point are
    broadcast as in `nn.quantize`.

    ```mlir
    %3 = nn.dequantize %0, %1, %2
      : (tensor<1x8x4x4xui8>, tensor<f32>, tensor<ui8>) -> tensor<1x8x4x4xf32>
    ```
  }];
  let arguments = (ins NN_QuantizedTensor:$x, NN_FloatTensor:$scale,
                       NN_QuantizedTensor:$zero_point);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = [{
    $x `,` $scale `,` $zero_point
  }] # typed;
}

#endif // MEGCC_NN_CONVERSION
