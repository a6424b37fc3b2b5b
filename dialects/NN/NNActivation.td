//===- NNActivation.td - Activation functions --------------*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_NN_ACTIVATION
#define MEGCC_NN_ACTIVATION

include "dialects/NN/NNElementwise.td"

def NN_ReluOp : NN_Unary<"relu", NN_NumberTensor> {
  let summary = "Rectifier";
  let description = [{
    max(x, 0); NaN stays.

    ```mlir
    %1 = nn.relu %0 : tensor<1x8xf32>
    ```
  }];
  let hasFolder = 1;
}

def NN_SigmoidOp : NN_Unary<"sigmoid", NN_FloatTensor> {
  let summary = "Logistic function";
  let description = [{
    1 / (1 + e^-x).

    ```mlir
    %1 = nn.sigmoid %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_TanhOp : NN_Unary<"tanh", NN_FloatTensor> {
  let summary = "Hyperbolic tangent";
  let description = [{
    (e^x - e^-x) / (e^x + e^-x).

    ```mlir
    %1 = nn.tanh %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_SoftplusOp : NN_Unary<"softplus", NN_FloatTensor> {
  let summary = "Smooth rectifier";
  let description = [{
    ln(1 + e^x), computed as max(x, 0) + ln(1 + e^-|x|).

    ```mlir
    %1 = nn.softplus %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_SoftsignOp : NN_Unary<"softsign", NN_FloatTensor> {
  let summary = "Softsign";
  let description = [{
    x / (1 + |x|).

    ```mlir
    %1 = nn.softsign %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_HardSwishOp : NN_Unary<"hard_swish", NN_FloatTensor> {
  let summary = "Piecewise approximation of x * sigmoid(x)";
  let description = [{
    x * max(0, min(1, x / 6 + 1 / 2)) (Howard et al. 2019, MobileNetV3).

    ```mlir
    %1 = nn.hard_swish %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_MishOp : NN_Unary<"mish", NN_FloatTensor> {
  let summary = "Mish";
  let description = [{
    x * tanh(softplus(x)) (Misra 2019).

    ```mlir
    %1 = nn.mish %0 : tensor<1x8xf32>
    ```
  }];
}

def NN_GeluOp : NN_Unary<"gelu", NN_FloatTensor, "(`approximate` `` $approximate^)?"> {
  let summary = "Gaussian error linear unit";
  let description = [{
    x * (1 + erf(x / sqrt(2))) / 2, or with `tanh` the approximation
    x * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 * x^3))) / 2
    (Hendrycks & Gimpel 2016).

    ```mlir
    %1 = nn.gelu %0 approximate tanh : tensor<1x8xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$x,
    DefaultValuedAttr<NN_GeluKindAttr, "GeluKind::erf">:$approximate);
}

def NN_LeakyReluOp : NN_Unary<"leaky_relu", NN_FloatTensor,
    "`alpha` `=` $alpha"> {
  let summary = "Rectifier with a slope";
  let description = [{
    alpha * x where x < 0, otherwise x.

    ```mlir
    %1 = nn.leaky_relu %0 alpha = 5.000000e-01 : tensor<1x8xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$x, NN_F64Attr:$alpha);
}

def NN_EluOp : NN_Unary<"elu", NN_FloatTensor,
    "`alpha` `=` $alpha"> {
  let summary = "Exponential linear unit";
  let description = [{
    alpha * (e^x - 1) where x < 0, otherwise x (Clevert et al. 2015).

    ```mlir
    %1 = nn.elu %0 alpha = 5.000000e-01 : tensor<1x8xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$x, NN_F64Attr:$alpha);
}

def NN_SeluOp : NN_Unary<"selu", NN_FloatTensor,
    "`alpha` `=` $alpha `gamma` `=` $gamma"> {
  let summary = "Scaled exponential linear unit";
  let description = [{
    gamma * alpha * (e^x - 1) where x <= 0, otherwise gamma * x (Klambauer et
    al. 2017).

    ```mlir
    %1 = nn.selu %0 alpha = 5.000000e-01 gamma = 5.000000e-01 : tensor<1x8xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$x, NN_F64Attr:$alpha, NN_F64Attr:$gamma);
}

def NN_HardSigmoidOp : NN_Unary<"hard_sigmoid", NN_FloatTensor,
    "`alpha` `=` $alpha `beta` `=` $beta"> {
  let summary = "Piecewise linear sigmoid";
  let description = [{
    max(0, min(1, alpha * x + beta)).

    ```mlir
    %1 = nn.hard_sigmoid %0 alpha = 5.000000e-01 beta = 5.000000e-01 : tensor<1x8xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$x, NN_F64Attr:$alpha, NN_F64Attr:$beta);
}

def NN_ThresholdedReluOp : NN_Unary<"thresholded_relu", NN_FloatTensor,
    "`alpha` `=` $alpha"> {
  let summary = "Rectifier with a threshold";
  let description = [{
    x where x > alpha, otherwise 0.

    ```mlir
    %1 = nn.thresholded_relu %0 alpha = 5.000000e-01 : tensor<1x8xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$x, NN_F64Attr:$alpha);
}

def NN_ShrinkOp : NN_Unary<"shrink", NN_FloatTensor,
    "`lambd` `=` $lambd `bias` `=` $bias"> {
  let summary = "Shrinkage";
  let description = [{
    x + bias where x < -lambd, x - bias where x > lambd, otherwise 0.

    ```mlir
    %1 = nn.shrink %0 lambd = 5.000000e-01 bias = 5.000000e-01 : tensor<1x8xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$x, NN_F64Attr:$lambd, NN_F64Attr:$bias);
}

def NN_ClampOp : NN_Unary<"clamp", NN_NumberTensor,
    "`min` `=` $min `max` `=` $max"> {
  let summary = "Clipping to an interval";
  let description = [{
    min(max(x, min), max); NaN stays. A bound at infinity is none; for integers
    the bounds are rounded inwards. Where the interval is empty, `max` wins.

    ```mlir
    %1 = nn.clamp %0 min = 5.000000e-01 max = 5.000000e-01 : tensor<1x8xf32>
    ```
  }];
  let arguments = (ins NN_NumberTensor:$x, NN_F64Attr:$min, NN_F64Attr:$max);
  let hasFolder = 1;
  let hasVerifier = 1;
}

#endif // MEGCC_NN_ACTIVATION
