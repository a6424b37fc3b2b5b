//===- NNStructure.td - Constants, fusion, layout, extension --------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_NN_STRUCTURE
#define MEGCC_NN_STRUCTURE

include "dialects/NN/NNBase.td"
include "mlir/IR/OpAsmInterface.td"

def NN_ConstantOp : NN_Op<"constant", [CostOpInterface],
    [ConstantLike, NN_Infers]> {
  let summary = "Constant tensor";
  let description = [{
    A tensor known at compile time; large ones live outside the IR
    (lib/Support/Constants.h). Elements are in row-major order even where the
    type has a layout; they are packed when they are emitted.

    ```mlir
    %0 = nn.constant dense<1.0> : tensor<8xf32>
    ```
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "attr-dict $value";
  let hasFolder = 1;
}

def NN_RelayoutOp : NN_Op<"relayout", [RegionMapOpInterface, CostOpInterface]> {
  let summary = "Change of layout";
  let description = [{
    The same elements at other places in memory: the types differ in their
    encoding only.

    ```mlir
    %1 = nn.relayout %0 : (tensor<1x32x8x8xf32>)
      -> tensor<1x32x8x8xf32, #nn.info<layout = blocked<1 x 16>>>
    ```
  }];
  let arguments = (ins NN_Tensor:$x);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$x" # typed;
  let hasVerifier = 1;
  let hasFolder = 1;
}

def NN_YieldOp : Op<NN_Dialect, "yield",
    [Pure, Terminator, HasParent<"FusedOp">]> {
  let summary = "End of a fused region";
  let description = [{
    Gives the results of the enclosing `nn.fused`.

    ```mlir
    nn.yield %1 : tensor<1x8xf32>
    ```
  }];
  let arguments = (ins Variadic<NN_Tensor>:$values);
  let assemblyFormat = "$values attr-dict `:` type($values)";
}

def NN_FusedOp : NN_Op<"fused",
    [RegionMapOpInterface, CostOpInterface, InPlaceOpInterface],
    [IsolatedFromAbove, SingleBlock,
     DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>]> {
  let summary = "Operators that one kernel computes";
  let description = [{
    A root operator and the elementwise operators applied to its result, or
    elementwise operators alone. All operands come in as block arguments. At
    most one operator is not elementwise; it takes block arguments, and as its
    first operand the result of elementwise operators before it, if there are
    any. What precedes the root becomes a kernel's prologue, what follows its
    epilogue.

    ```mlir
    %2 = nn.fused (%a = %x : tensor<1x96x8x8xf32>, %b = %w : tensor<24x96x1x1xf32>)
        -> tensor<1x24x8x8xf32> {
      %0 = nn.conv %a, %b strides = [1, 1] pads = [0, 0, 0, 0] dilations = [1, 1]
        : (tensor<1x96x8x8xf32>, tensor<24x96x1x1xf32>) -> tensor<1x24x8x8xf32>
      %1 = nn.relu %0 : tensor<1x24x8x8xf32>
      nn.yield %1 : tensor<1x24x8x8xf32>
    }
    ```
  }];
  let arguments = (ins Variadic<NN_Tensor>:$inputs);
  let results = (outs Variadic<NN_Tensor>:$results);
  let regions = (region SizedRegion<1>:$body);
  let skipDefaultBuilders = 1;
  let builders = [
    // Creates the block with one argument per input and no operators.
    OpBuilder<(ins "::mlir::TypeRange":$resultTypes,
                   "::mlir::ValueRange":$inputs)>
  ];
  let extraClassDeclaration = [{
    /// The operator that is not elementwise; null if there is none.
    ::mlir::Operation *getRoot();
    /// Whether `op` of the body is, or comes before, the root.
    bool isInPrologue(::mlir::Operation *op);
    YieldOp getYield();
  }];
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

def NN_CustomCallOp : NN_Op<"custom_call"> {
  let summary = "Operator that the user supplies";
  let description = [{
    Calls the user's C function `callee`, which reads the inputs and writes all
    of the results; other attributes of the model's node are kept in
    `parameters`.

    ```mlir
    %1 = nn.custom_call "my_op"(%0) : (tensor<8xf32>) -> tensor<8xf32>
    ```
  }];
  let arguments = (ins StrAttr:$callee, Variadic<NN_Tensor>:$inputs,
                       OptionalAttr<DictionaryAttr>:$parameters);
  let results = (outs Variadic<NN_Tensor>:$results);
  let assemblyFormat = [{
    $callee `(` $inputs `)` (`parameters` `=` $parameters^)?
  }] # typed;
  let hasVerifier = 1;
}

#endif // MEGCC_NN_STRUCTURE
