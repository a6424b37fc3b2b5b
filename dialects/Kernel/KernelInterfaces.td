//===- KernelInterfaces.td - What every kernel family answers -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_KERNEL_INTERFACES
#define MEGCC_KERNEL_INTERFACES

include "mlir/IR/OpBase.td"

def KernelOpInterface : OpInterface<"KernelOpInterface"> {
  let cppNamespace = "::megcc::kernel";
  let description = [{
    The operands of a kernel family: buffers that it reads, then buffers that
    it writes. Planning sees nothing else of a family.
  }];
  let methods = [
    InterfaceMethod<"The buffers read.", "::mlir::OperandRange", "getInputs">,
    InterfaceMethod<"The buffers written, every byte that is later read.",
      "::mlir::OperandRange", "getOutputs">,
    InterfaceMethod<[{
      May the output share its buffer with input `input`, where both have the
      same type: is each element of the output written only after the last read
      of the element of that input that lies at the same place?
    }], "bool", "mayRunInPlace", (ins "unsigned":$input), [{}],
      /*defaultImplementation=*/[{ return false; }]>,
    InterfaceMethod<[{
      May operand `operand` be replaced by a buffer of type `type`, which has
      the same shape and element type, but other strides?
    }], "bool", "acceptsType",
      (ins "unsigned":$operand, "::mlir::MemRefType":$type), [{}],
      /*defaultImplementation=*/[{
        return type == $_op->getOperand(operand).getType();
      }]>,
    InterfaceMethod<[{
      Operand `operand` was replaced by a buffer of an accepted type: bring what
      else in the operator states that type into line.
    }], "void", "adoptType", (ins "unsigned":$operand), [{}],
      /*defaultImplementation=*/[{ (void)operand; }]>
  ];
}

def KernelFamilyInterface : OpInterface<"KernelFamilyInterface"> {
  let cppNamespace = "::megcc::kernel";
  let description = [{
    How a family becomes loops, attached to its operator from codegen/kernels
    as an external model so that the dialect does not depend on code
    generation.
  }];
  let methods = [
    InterfaceMethod<[{
      Builds the loops of this kernel at the builder's insertion point. The
      operands are used as they stand; the operator itself is erased by the
      caller. The loops have constant bounds, start at 0 and step by 1.
    }], "::mlir::LogicalResult", "expand",
      (ins "::mlir::OpBuilder &":$builder, "const ::megcc::Target &":$target)>,
    InterfaceMethod<"Multiply-accumulates of one run.", "int64_t", "getMacs">,
    InterfaceMethod<[{
      Does a reduction combine in the order of its dimensions, one point after
      the other, also if passes give it fewer and longer dimensions?
    }], "bool", "reducesInOrder", (ins "const ::megcc::Target &":$target), [{}],
      /*defaultImplementation=*/[{ (void)target; return false; }]>,
    InterfaceMethod<[{
      The stem of the C function's name, such as `gemm_f32_3136x24x96`; need
      not be unique.
    }], "std::string", "getKernelName">,
    InterfaceMethod<[{
      One line for the comment above the function and for the report, such as
      `GEMM 3136x24x96, tile 14x2x16`.
    }], "std::string", "describe", (ins "const ::megcc::Target &":$target)>
  ];
}

#endif // MEGCC_KERNEL_INTERFACES
