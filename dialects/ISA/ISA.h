//===- ISA.h - The isa dialect ----------------------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Instructions of the loop level that upstream dialects have no word for.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_DIALECTS_ISA_ISA_H
#define MEGCC_DIALECTS_ISA_ISA_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/ISA/ISADialect.h.inc"

#define GET_OP_CLASSES
#include "dialects/ISA/ISAOps.h.inc"

#endif // MEGCC_DIALECTS_ISA_ISA_H
