//===- TextSyntax.h - ONNX's text form of models ----------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Models as people write them (https://onnx.ai/onnx/repo-docs/Syntax.html):
//
//     <ir_version: 8, opset_import: ["" : 18]>
//     classifier (float[N, 8] x, float[8, 4] w) => (float[N, 4] y)
//     <float[4] b = {1, 2, 3, 4}>
//     {
//       t = MatMul (x, w)
//       s = Add (t, b)
//       [last] y = Softmax <axis = 1> (s)
//     }
//
// `#` starts a comment. After the graph come functions, each with its own
// `<domain: "...", opset_import: [...]>`. A node's name stands in brackets
// before its outputs.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_IMPORT_ONNX_TEXTSYNTAX_H
#define MEGCC_LIB_IMPORT_ONNX_TEXTSYNTAX_H

#include "lib/Import/ONNX/Schema.h"

#include "llvm/ADT/StringRef.h"

namespace megcc {

/// Fills `model`; false, with place and reason in `error`, if the text doesn't
/// follow the grammar.
bool parseTextSyntax(llvm::StringRef text, onnx::ModelProto &model,
                     std::string &error);

} // namespace megcc

#endif // MEGCC_LIB_IMPORT_ONNX_TEXTSYNTAX_H
