//===- TurnRows.h - Where the rows are that a layer makes -------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In turn t a layer of a stream makes rows first + t * step and so many behind
// it. Row r begins in place (r + shift) mod places of its buffer; where places
// are not used again, in place r. So whoever is told of each turn, as
// NAME_LAYER_HOOK's function is, can put the whole tensor together: no row
// between the first and the last is left out.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_CODEGEN_PACKAGE_TURNROWS_H
#define MEGCC_CODEGEN_PACKAGE_TURNROWS_H

#include "codegen/package/Package.h"

namespace megcc {

struct TurnRows {
  int64_t turns = 0;
  int64_t first = 0, step = 0, count = 0;
  /// Without places to be used again: 0.
  int64_t places = 0, shift = 0;
  /// Bytes from one place to the next, and of the first from where the layer's
  /// last operand begins.
  int64_t stride = 0, offset = 0;
  /// A row lies in so many pieces, the elements of dimensions before that of
  /// rows; `dims` are its elements, those of one piece after the other.
  int64_t planes = 1, elementBytes = 0;
  ByteDims dims;
};

/// Of the last operand of `layer`; nothing if it takes no turns, writes more
/// than that, or its rows follow no such rule.
std::optional<TurnRows> findTurnRows(const Variant &variant,
                                     const Layer &layer);

} // namespace megcc

#endif // MEGCC_CODEGEN_PACKAGE_TURNROWS_H
