//===- MutateModel.h - Damages a model between its fields -------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Changed bytes rarely leave a model that the importer reads beyond the first
// error. These edits leave the file's structure whole and change what it says:
// numbers, names, operators, types; nodes and attributes vanish, double and
// come from elsewhere.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_TEST_FUZZ_MUTATEMODEL_H
#define MEGCC_TEST_FUZZ_MUTATEMODEL_H

#include "lib/Import/ONNX/Schema.h"

#include <random>

namespace megcc {

/// One edit of one field somewhere in `model`. What comes "from elsewhere"
/// comes from `donor`, which may be the model itself.
void mutateModel(onnx::ModelProto &model, const onnx::ModelProto &donor,
                 std::minstd_rand &random);

} // namespace megcc

#endif // MEGCC_TEST_FUZZ_MUTATEMODEL_H
