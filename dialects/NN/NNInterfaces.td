//===- NNInterfaces.td - What nn operators can be asked ----*- tablegen -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Every operator answers RegionMap, Cost and InPlace; elementwise operators
// give their scalar body as well.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_NN_INTERFACES
#define MEGCC_NN_INTERFACES

include "mlir/IR/OpBase.td"

def ElementwiseOpInterface : OpInterface<"ElementwiseOpInterface"> {
  let cppNamespace = "::megcc::nn";
  let description = [{
    Each element of the one result is a function of the elements at the same
    position of the operands, which are broadcast as numpy does. The function
    is given once, as `arith` and `math` operators on scalars; folding, the
    reference evaluation, epilogues and kernels all use it.
  }];
  let methods = [
    InterfaceMethod<[{
      Builds the function of one element. `scalars` has one value per operand,
      of its element type made signless (`ui8` is passed as `i8`); the value
      returned has the result's element type made signless. Signedness is that
      of the operator's own tensor types. Only `arith` and `math` operators are
      created.

      For every input the body is free of undefined behaviour: integer division
      by zero gives 0, shifts by the width or more give 0 (or the sign),
      conversions saturate, and NaN converts to 0.
    }], "::mlir::Value", "buildScalar",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc,
           "::mlir::ValueRange":$scalars)>
  ];
}

def RegionMapOpInterface : OpInterface<"RegionMapOpInterface"> {
  let cppNamespace = "::megcc::nn";
  let description = [{
    Which elements of an operand does a box of elements of a result need? Tiled
    fusion, patch-wise execution and recomputation stand on the answer. Boxes
    are in logical coordinates, whatever the layout.
  }];
  let methods = [
    InterfaceMethod<[{
      The smallest known box of operand `operand` that holds every element read
      for the elements `box` of result `result`; it lies inside the operand and
      is empty where only padding is read. The default answer is exact for
      elementwise operators and the whole operand for others.
    }], "::megcc::nn::Box", "getOperandBox",
      (ins "unsigned":$operand, "unsigned":$result,
           "const ::megcc::nn::Box &":$box), "",
      [{ return ::megcc::nn::detail::defaultOperandBox(
           $_op.getOperation(), operand, result, box); }]>
  ];
}

def CostOpInterface : OpInterface<"CostOpInterface"> {
  let cppNamespace = "::megcc::nn";
  let description = [{
    What one execution costs, whatever runs it: numbers that follow from the
    operator's meaning alone. Sums saturate.
  }];
  let methods = [
    InterfaceMethod<[{
      Multiply-accumulates, other operations, bytes read and written. The
      default counts one operation per element of the results.
    }], "::megcc::nn::Cost", "getCost", (ins), "",
      [{ return ::megcc::nn::detail::defaultCost($_op.getOperation()); }]>
  ];
}

def InPlaceOpInterface : OpInterface<"InPlaceOpInterface"> {
  let cppNamespace = "::megcc::nn";
  let description = [{
    May the buffer of an operand become the buffer of a result? It may where
    both take the same bytes and an element of the result overwrites only
    elements of the operand that later elements do not need. An implementation
    of an operator that says yes must read what it needs before it writes there.
    The default answer is yes for elementwise operators and operands of the
    result's shape, layout and element width, and no for others.
  }];
  let methods = [
    InterfaceMethod<"May result `result` overwrite operand `operand`?", "bool",
      "mayReuse", (ins "unsigned":$operand, "unsigned":$result), "",
      [{ return ::megcc::nn::detail::defaultMayReuse($_op.getOperation(),
                                                     operand, result); }]>
  ];
}

/// Declares that an operator implements all methods of an interface itself.
class NN_Answer<OpInterface i>
    : DeclareOpInterfaceMethods<i, !foreach(m, i.methods, m.name)>;

#endif // MEGCC_NN_INTERFACES
