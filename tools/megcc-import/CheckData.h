//===- CheckData.h - A model's own test data --------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_TOOLS_MEGCC_IMPORT_CHECKDATA_H
#define MEGCC_TOOLS_MEGCC_IMPORT_CHECKDATA_H

#include "mlir/IR/BuiltinOps.h"

/// Evaluates `module` on the input_N.pb of each test_data_set folder beside the
/// model and compares with its output_N.pb. Says in `report` how it went.
bool checkData(mlir::ModuleOp module, llvm::StringRef modelPath,
               std::string &report);

/// Evaluates `module` on the input_N.pb of test_data_set_0 beside the model and
/// writes the bytes of its outputs there, as output_N.bin.
bool writeOutputs(mlir::ModuleOp module, llvm::StringRef modelPath,
                  std::string &report);

#endif // MEGCC_TOOLS_MEGCC_IMPORT_CHECKDATA_H
