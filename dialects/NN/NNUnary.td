//===- NNUnary.td - Elementwise functions of one operand ---*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Arithmetic and transcendental functions, and predicates. The functions that
// networks use as activations are in NNActivation.td.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_NN_UNARY
#define MEGCC_NN_UNARY

include "dialects/NN/NNElementwise.td"

def NN_AbsOp : NN_Unary<"abs", NN_NumberTensor> {
  let summary = "Absolute value";
  let description = [{
    |x|; the least integer stays what it is.

    ```mlir
    %1 = nn.abs %0 : tensor<1x8xf32>
    ```
  }];
  let hasFolder = 1;
}

def NN_NegOp : NN_Unary<"neg", NN_SignedTensor> {
  let summary = "Negation";
  let description = [{
    -x; the least integer stays what it is.

    ```mlir
    %1 = nn.neg %0 : tensor<1x8xf32>
    ```
  }];
  let hasFolder = 1;
}

def NN_SignOp : NN_Unary<"sign", NN_NumberTensor> {
  let summary = "Sign";
  let description = [{
    1 where x > 0, -1 where x < 0, otherwise x: zero, or NaN.

    ```mlir
    %1 = nn.sign %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_ExpOp : NN_Unary<"exp", NN_FloatTensor> {
  let summary = "Exponential function";
  let description = [{
    e to the power of x.

    ```mlir
    %1 = nn.exp %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_LogOp : NN_Unary<"log", NN_FloatTensor> {
  let summary = "Natural logarithm";
  let description = [{
    ln x; NaN where x < 0, negative infinity where x = 0.

    ```mlir
    %1 = nn.log %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_SqrtOp : NN_Unary<"sqrt", NN_FloatTensor> {
  let summary = "Square root";
  let description = [{
    The square root, correctly rounded; NaN where x < 0.

    ```mlir
    %1 = nn.sqrt %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_ReciprocalOp : NN_Unary<"reciprocal", NN_FloatTensor> {
  let summary = "Reciprocal";
  let description = [{
    1 / x, correctly rounded.

    ```mlir
    %1 = nn.reciprocal %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_CeilOp : NN_Unary<"ceil", NN_FloatTensor> {
  let summary = "Rounding up";
  let description = [{
    The least integer that is not below x.

    ```mlir
    %1 = nn.ceil %0 : tensor<1x8xf32>
    ```
  }];
  let hasFolder = 1;
}

def NN_FloorOp : NN_Unary<"floor", NN_FloatTensor> {
  let summary = "Rounding down";
  let description = [{
    The greatest integer that is not above x.

    ```mlir
    %1 = nn.floor %0 : tensor<1x8xf32>
    ```
  }];
  let hasFolder = 1;
}

def NN_RoundOp : NN_Unary<"round", NN_FloatTensor> {
  let summary = "Rounding to nearest";
  let description = [{
    The nearest integer; halves go to the even one.

    ```mlir
    %1 = nn.round %0 : tensor<1x8xf32>
    ```
  }];
  let hasFolder = 1;
}

def NN_SinOp : NN_Unary<"sin", NN_FloatTensor> {
  let summary = "Sine";
  let description = [{
    sin x, in radians.

    ```mlir
    %1 = nn.sin %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_CosOp : NN_Unary<"cos", NN_FloatTensor> {
  let summary = "Cosine";
  let description = [{
    cos x, in radians.

    ```mlir
    %1 = nn.cos %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_TanOp : NN_Unary<"tan", NN_FloatTensor> {
  let summary = "Tangent";
  let description = [{
    tan x, in radians.

    ```mlir
    %1 = nn.tan %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_AsinOp : NN_Unary<"asin", NN_FloatTensor> {
  let summary = "Inverse sine";
  let description = [{
    arcsin x in radians; NaN outside [-1, 1].

    ```mlir
    %1 = nn.asin %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_AcosOp : NN_Unary<"acos", NN_FloatTensor> {
  let summary = "Inverse cosine";
  let description = [{
    arccos x in radians; NaN outside [-1, 1].

    ```mlir
    %1 = nn.acos %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_AtanOp : NN_Unary<"atan", NN_FloatTensor> {
  let summary = "Inverse tangent";
  let description = [{
    arctan x in radians.

    ```mlir
    %1 = nn.atan %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_SinhOp : NN_Unary<"sinh", NN_FloatTensor> {
  let summary = "Hyperbolic sine";
  let description = [{
    (e^x - e^-x) / 2.

    ```mlir
    %1 = nn.sinh %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_CoshOp : NN_Unary<"cosh", NN_FloatTensor> {
  let summary = "Hyperbolic cosine";
  let description = [{
    (e^x + e^-x) / 2.

    ```mlir
    %1 = nn.cosh %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_AsinhOp : NN_Unary<"asinh", NN_FloatTensor> {
  let summary = "Inverse hyperbolic sine";
  let description = [{
    ln(x + sqrt(x^2 + 1)).

    ```mlir
    %1 = nn.asinh %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_AcoshOp : NN_Unary<"acosh", NN_FloatTensor> {
  let summary = "Inverse hyperbolic cosine";
  let description = [{
    ln(x + sqrt(x^2 - 1)); NaN where x < 1.

    ```mlir
    %1 = nn.acosh %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_AtanhOp : NN_Unary<"atanh", NN_FloatTensor> {
  let summary = "Inverse hyperbolic tangent";
  let description = [{
    ln((1 + x) / (1 - x)) / 2; NaN outside [-1, 1].

    ```mlir
    %1 = nn.atanh %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_ErfOp : NN_Unary<"erf", NN_FloatTensor> {
  let summary = "Error function";
  let description = [{
    2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x.

    ```mlir
    %1 = nn.erf %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_NotOp : NN_Unary<"not", NN_BoolTensor> {
  let summary = "Logical not";
  let description = [{
    True where x is false.

    ```mlir
    %1 = nn.not %0 : tensor<1x8xi1>
    ```
  }];
  let hasFolder = 1;
}

def NN_BitwiseNotOp : NN_Unary<"bitwise_not", NN_IntTensor> {
  let summary = "Bitwise not";
  let description = [{
    Every bit of x inverted.

    ```mlir
    %1 = nn.bitwise_not %0 : tensor<1x8xui8>
    ```
  }];
  let hasFolder = 1;
}

def NN_IsNaNOp : NN_Predicate<"is_nan", NN_FloatTensor> {
  let summary = "Is it not a number?";
  let description = [{
    True where x is NaN.

    ```mlir
    %1 = nn.is_nan %0 : (tensor<1x8xf32>) -> tensor<1x8xi1>
    ```
  }];
}

def NN_IsInfOp : NN_Predicate<"is_inf", NN_FloatTensor,
    "(`detect_negative` $detect_negative^)? (`detect_positive` $detect_positive^)?"> {
  let summary = "Is it an infinity?";
  let description = [{
    True where x is negative infinity, if `detect_negative` is set, or positive
    infinity, if `detect_positive` is set.

    ```mlir
    %1 = nn.is_inf %0 detect_positive : (tensor<1x8xf32>) -> tensor<1x8xi1>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$x, UnitAttr:$detect_negative,
                       UnitAttr:$detect_positive);
}

#endif // MEGCC_NN_UNARY
