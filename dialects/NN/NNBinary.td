//===- NNBinary.td - Elementwise functions of several operands ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_NN_BINARY
#define MEGCC_NN_BINARY

include "dialects/NN/NNElementwise.td"

def NN_AddOp : NN_Binary<"add", NN_NumberTensor, NN_BroadcastsToSame, NN_NumberTensor, [Commutative]> {
  let summary = "Sum";
  let description = [{
    lhs + rhs; integers wrap.

    ```mlir
    %2 = nn.add %0, %1 : (tensor<1x8x4x4xf32>, tensor<8x1x1xf32>) -> tensor<1x8x4x4xf32>
    ```
  }];
  let hasFolder = 1;
}

def NN_SubOp : NN_Binary<"sub", NN_NumberTensor> {
  let summary = "Difference";
  let description = [{
    lhs - rhs; integers wrap.

    ```mlir
    %2 = nn.sub %0, %1 : (tensor<1x8x4x4xf32>, tensor<8x1x1xf32>) -> tensor<1x8x4x4xf32>
    ```
  }];
  let hasFolder = 1;
}

def NN_MulOp : NN_Binary<"mul", NN_NumberTensor, NN_BroadcastsToSame, NN_NumberTensor, [Commutative]> {
  let summary = "Product";
  let description = [{
    lhs * rhs; integers wrap.

    ```mlir
    %2 = nn.mul %0, %1 : (tensor<1x8x4x4xf32>, tensor<8x1x1xf32>) -> tensor<1x8x4x4xf32>
    ```
  }];
  let hasFolder = 1;
}

def NN_DivOp : NN_Binary<"div", NN_NumberTensor> {
  let summary = "Quotient";
  let description = [{
    lhs / rhs. Integers are truncated towards zero; division by zero gives 0
    and the least integer by -1 wraps.

    ```mlir
    %2 = nn.div %0, %1 : (tensor<1x8x4x4xf32>, tensor<8x1x1xf32>) -> tensor<1x8x4x4xf32>
    ```
  }];
  let hasFolder = 1;
}

def NN_MaxOp : NN_Binary<"max", NN_NumberTensor, NN_BroadcastsToSame, NN_NumberTensor, [Commutative]> {
  let summary = "Maximum";
  let description = [{
    The greater of both; NaN if one of them is.

    ```mlir
    %2 = nn.max %0, %1 : (tensor<1x8x4x4xf32>, tensor<8x1x1xf32>) -> tensor<1x8x4x4xf32>
    ```
  }];
  let hasFolder = 1;
}

def NN_MinOp : NN_Binary<"min", NN_NumberTensor, NN_BroadcastsToSame, NN_NumberTensor, [Commutative]> {
  let summary = "Minimum";
  let description = [{
    The lesser of both; NaN if one of them is.

    ```mlir
    %2 = nn.min %0, %1 : (tensor<1x8x4x4xf32>, tensor<8x1x1xf32>) -> tensor<1x8x4x4xf32>
    ```
  }];
  let hasFolder = 1;
}

def NN_PowOp : NN_Binary<"pow", NN_NumberTensor> {
  let summary = "Power";
  let description = [{
    lhs to the power of rhs. Integers wrap; a negative exponent gives the
    truncated value.

    ```mlir
    %2 = nn.pow %0, %1 : (tensor<1x8x4x4xf32>, tensor<8x1x1xf32>) -> tensor<1x8x4x4xf32>
    ```
  }];
  let hasFolder = 1;
}

def NN_ModOp : NN_Binary<"mod", NN_NumberTensor, NN_BroadcastsToSame,
    NN_NumberTensor, [], "(`fmod` $fmod^)?"> {
  let summary = "Remainder";
  let description = [{
    The remainder of lhs / rhs with the sign of the divisor, as in Python, or
    with `fmod` that of the dividend, as in C. An integer modulo zero is 0.

    ```mlir
    %2 = nn.mod %0, %1 fmod : (tensor<8xf32>, tensor<8xf32>) -> tensor<8xf32>
    ```
  }];
  let arguments = (ins NN_NumberTensor:$lhs, NN_NumberTensor:$rhs,
                       UnitAttr:$fmod);
}

def NN_AndOp : NN_Binary<"and", NN_BoolTensor, NN_BroadcastsToSame, NN_BoolTensor, [Commutative]> {
  let summary = "Logical and";
  let description = [{
    True where both are.

    ```mlir
    %2 = nn.and %0, %1 : (tensor<1x8x4x4xi1>, tensor<8x1x1xi1>) -> tensor<1x8x4x4xi1>
    ```
  }];
  let hasFolder = 1;
}

def NN_OrOp : NN_Binary<"or", NN_BoolTensor, NN_BroadcastsToSame, NN_BoolTensor, [Commutative]> {
  let summary = "Logical or";
  let description = [{
    True where one is, or both.

    ```mlir
    %2 = nn.or %0, %1 : (tensor<1x8x4x4xi1>, tensor<8x1x1xi1>) -> tensor<1x8x4x4xi1>
    ```
  }];
  let hasFolder = 1;
}

def NN_XorOp : NN_Binary<"xor", NN_BoolTensor, NN_BroadcastsToSame, NN_BoolTensor, [Commutative]> {
  let summary = "Logical exclusive or";
  let description = [{
    True where exactly one is.

    ```mlir
    %2 = nn.xor %0, %1 : (tensor<1x8x4x4xi1>, tensor<8x1x1xi1>) -> tensor<1x8x4x4xi1>
    ```
  }];
  let hasFolder = 1;
}

def NN_BitwiseAndOp : NN_Binary<"bitwise_and", NN_IntTensor, NN_BroadcastsToSame, NN_IntTensor, [Commutative]> {
  let summary = "Bitwise and";
  let description = [{
    Bits that are set in both.

    ```mlir
    %2 = nn.bitwise_and %0, %1 : (tensor<1x8x4x4xui8>, tensor<8x1x1xui8>) -> tensor<1x8x4x4xui8>
    ```
  }];
  let hasFolder = 1;
}

def NN_BitwiseOrOp : NN_Binary<"bitwise_or", NN_IntTensor, NN_BroadcastsToSame, NN_IntTensor, [Commutative]> {
  let summary = "Bitwise or";
  let description = [{
    Bits that are set in one or both.

    ```mlir
    %2 = nn.bitwise_or %0, %1 : (tensor<1x8x4x4xui8>, tensor<8x1x1xui8>) -> tensor<1x8x4x4xui8>
    ```
  }];
  let hasFolder = 1;
}

def NN_BitwiseXorOp : NN_Binary<"bitwise_xor", NN_IntTensor, NN_BroadcastsToSame, NN_IntTensor, [Commutative]> {
  let summary = "Bitwise exclusive or";
  let description = [{
    Bits that are set in exactly one.

    ```mlir
    %2 = nn.bitwise_xor %0, %1 : (tensor<1x8x4x4xui8>, tensor<8x1x1xui8>) -> tensor<1x8x4x4xui8>
    ```
  }];
  let hasFolder = 1;
}

def NN_ShiftLeftOp : NN_Binary<"shift_left", NN_IntTensor> {
  let summary = "Shift to higher bits";
  let description = [{
    lhs shifted by rhs bits towards the highest; zeros follow. An amount outside
    [0, width) gives 0.

    ```mlir
    %2 = nn.shift_left %0, %1 : (tensor<1x8x4x4xui8>, tensor<8x1x1xui8>) -> tensor<1x8x4x4xui8>
    ```
  }];
  let hasFolder = 1;
}

def NN_ShiftRightOp : NN_Binary<"shift_right", NN_IntTensor> {
  let summary = "Shift to lower bits";
  let description = [{
    lhs shifted by rhs bits towards the lowest; zeros follow, copies of the sign
    if the type is signed. An amount outside [0, width) shifts everything out.

    ```mlir
    %2 = nn.shift_right %0, %1 : (tensor<1x8x4x4xui8>, tensor<8x1x1xui8>) -> tensor<1x8x4x4xui8>
    ```
  }];
  let hasFolder = 1;
}

def NN_EqualOp : NN_Binary<"equal", NN_Tensor, NN_BroadcastsToBool,
    NN_BoolTensor, [Commutative]> {
  let summary = "Equality";
  let description = [{
    True where lhs = rhs; NaN equals nothing.

    ```mlir
    %2 = nn.equal %0, %1 : (tensor<1x8x4x4xf32>, tensor<8x1x1xf32>) -> tensor<1x8x4x4xi1>
    ```
  }];
}

def NN_LessOp : NN_Binary<"less", NN_NumberTensor, NN_BroadcastsToBool,
    NN_BoolTensor> {
  let summary = "Less than";
  let description = [{
    True where lhs < rhs; false for NaN.

    ```mlir
    %2 = nn.less %0, %1 : (tensor<1x8x4x4xf32>, tensor<8x1x1xf32>) -> tensor<1x8x4x4xi1>
    ```
  }];
}

def NN_LessEqualOp : NN_Binary<"less_equal", NN_NumberTensor, NN_BroadcastsToBool,
    NN_BoolTensor> {
  let summary = "Less than or equal";
  let description = [{
    True where lhs <= rhs; false for NaN.

    ```mlir
    %2 = nn.less_equal %0, %1 : (tensor<1x8x4x4xf32>, tensor<8x1x1xf32>) -> tensor<1x8x4x4xi1>
    ```
  }];
}

def NN_PReluOp : NN_Binary<"prelu", NN_NumberTensor> {
  let summary = "Rectifier with a slope per channel";
  let description = [{
    rhs * lhs where lhs < 0, otherwise lhs (He et al. 2015).

    ```mlir
    %2 = nn.prelu %0, %1 : (tensor<1x8x4x4xf32>, tensor<8x1x1xf32>) -> tensor<1x8x4x4xf32>
    ```
  }];
}

def NN_WhereOp : NN_Elementwise<"where", [NN_Infers]> {
  let summary = "Choice between two tensors";
  let description = [{
    lhs where the condition is true, otherwise rhs. All three are broadcast.

    ```mlir
    %3 = nn.where %0, %1, %2
      : (tensor<4x1xi1>, tensor<4x8xf32>, tensor<f32>) -> tensor<4x8xf32>
    ```
  }];
  let arguments = (ins NN_BoolTensor:$condition, NN_Tensor:$lhs,
                       NN_Tensor:$rhs);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = [{
    $condition `,` $lhs `,` $rhs
  }] # typed;
  let hasFolder = 1;
}

#endif // MEGCC_NN_BINARY
