//===- Schema.h - The generated ONNX messages -------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Protobuf's headers are not written for our warnings; they come in here only.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_IMPORT_ONNX_SCHEMA_H
#define MEGCC_LIB_IMPORT_ONNX_SCHEMA_H

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wunused-parameter"
#pragma GCC diagnostic ignored "-Warray-bounds"
#ifndef __clang__
#pragma GCC diagnostic ignored "-Wstringop-overflow"
#endif
#include "lib/Import/ONNX/onnx.pb.h"
#pragma GCC diagnostic pop

#endif // MEGCC_LIB_IMPORT_ONNX_SCHEMA_H
