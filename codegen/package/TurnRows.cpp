//===- TurnRows.cpp - Where the rows are that a layer makes ---------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/package/TurnRows.h"
#include "llvm/ADT/STLExtras.h"
#include <cstdlib>
#include <map>

using namespace llvm;

namespace megcc {

using Offsets = std::map<int64_t, int64_t>;

static int64_t modulo(int64_t a, int64_t b) { return (a % b + b) % b; }

/// Where row `number` begins.
static int64_t getPlace(const TurnRows &rows, int64_t number) {
  int64_t place =
      rows.places ? modulo(number + rows.shift, rows.places) : number;
  return rows.offset + place * rows.stride;
}

/// Finds the places of rows that take turns in them.
static void findRing(const Offsets &offsets, TurnRows &rows) {
  auto [number, offset] = *offsets.begin();
  int64_t least = offset, most = offset;
  for (auto [row, at] : offsets) {
    least = std::min(least, at);
    most = std::max(most, at);
  }
  rows.offset = least;
  rows.stride = most - least;
  for (auto [row, at] : offsets)
    if (at != least)
      rows.stride = std::min(rows.stride, at - least);
  rows.places = rows.stride ? (most - least) / rows.stride + 1 : 1;
  int64_t place = rows.stride ? (offset - least) / rows.stride : 0;
  rows.shift = modulo(place - number, rows.places);
}

/// Finds the rule of places from where each row is.
static void findPlaces(const Offsets &offsets, bool isRing, TurnRows &rows) {
  // A tensor that is touched as a whole in each turn has one row.
  if (isRing || offsets.size() == 1)
    return findRing(offsets, rows);
  auto [number, offset] = *offsets.begin();
  auto [next, nextOffset] = *std::next(offsets.begin());
  rows.stride = (nextOffset - offset) / (next - number);
  rows.offset = offset - number * rows.stride;
}

/// What `layer` does with its last operand, if it writes that and no other.
static const RowAccess *findWrite(const Layer &layer) {
  unsigned last = layer.operands.size() - 1;
  const RowAccess *write = nullptr;
  for (const RowAccess &access : layer.rows) {
    if (!access.isWrite)
      continue;
    if (access.operand != last)
      return nullptr;
    write = &access;
  }
  return write;
}

std::optional<TurnRows> findTurnRows(const Variant &variant,
                                     const Layer &layer) {
  // What is asked for is an input.
  if (!layer.turn || layer.operands.empty() || layer.request)
    return std::nullopt;
  const Operand &operand = layer.operands.back();
  const RowAccess *access = findWrite(layer);
  if (!access || !operand.place || access->planes == 0 ||
      access->firings.empty() || access->firings.front().empty())
    return std::nullopt;

  TurnRows rows;
  rows.turns = access->firings.size();
  rows.planes = access->planes;
  rows.elementBytes = access->elementBytes;
  rows.dims = access->dims;
  rows.first = access->firings[0][0].number;
  rows.count = access->firings[0].size();
  if (rows.turns > 1 && !access->firings[1].empty())
    rows.step = access->firings[1][0].number - rows.first;
  if (std::abs(rows.step) > rows.count)
    return std::nullopt;
  Offsets offsets;
  for (const auto &firing : access->firings)
    for (const RowAccess::Row &row : firing)
      offsets.try_emplace(row.number, row.offset);
  findPlaces(offsets, access->isRing, rows);

  int64_t number = rows.first;
  for (const auto &firing : access->firings) {
    if (int64_t(firing.size()) != rows.count)
      return std::nullopt;
    for (auto [i, row] : enumerate(firing))
      if (row.number != number + int64_t(i) ||
          row.offset != getPlace(rows, row.number))
        return std::nullopt;
    number += rows.step;
  }
  rows.offset -= operand.offset - variant.places[*operand.place].offset;
  return rows;
}

} // namespace megcc
