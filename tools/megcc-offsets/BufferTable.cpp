//===- BufferTable.cpp - Buffers with lifetimes as a table ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/megcc-offsets/BufferTable.h"

#include <charconv>
#include <unordered_set>

using namespace megcc;

/// Sums of sizes and lengths of lifetimes must stay numbers.
static constexpr int64_t largest = int64_t(1) << 52;

std::optional<int64_t> megcc::parseNumber(std::string_view text) {
  int64_t number;
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size())
    return std::nullopt;
  return number;
}

/// What is wrong with a row, or nothing.
static std::string parseRow(const std::string &row, std::string &id,
                            ArenaBuffer &buffer) {
  std::vector<std::string_view> fields;
  std::string_view rest = row;
  while (true) {
    size_t comma = rest.find(',');
    fields.push_back(rest.substr(0, comma));
    if (comma == std::string_view::npos)
      break;
    rest.remove_prefix(comma + 1);
  }
  if (fields.size() != 4)
    return "expected 4 fields, found " + std::to_string(fields.size());
  id = fields[0];
  const char *names[] = {"id", "lower", "upper", "size"};
  int64_t numbers[4] = {};
  for (int i = 1; i < 4; ++i) {
    std::optional<int64_t> number = parseNumber(fields[i]);
    std::string found = ", found `" + std::string(fields[i]) + "`";
    if (!number)
      return std::string(names[i]) + ": expected an integer" + found;
    if (*number > largest || *number < -largest)
      return std::string(names[i]) + ": expected at most 2^52" + found;
    numbers[i] = *number;
  }
  if (numbers[1] >= numbers[2])
    return "expected lower < upper, found " + std::string(fields[1]) + " and " +
           std::string(fields[2]);
  if (numbers[3] < 0)
    return "size: expected 0 or more, found `" + std::string(fields[3]) + "`";
  buffer = {numbers[3], numbers[1], numbers[2] - 1};
  return "";
}

std::optional<BufferTable> BufferTable::read(std::istream &in,
                                             std::string &error) {
  BufferTable table;
  std::unordered_set<std::string> ids;
  std::string line;
  auto getLine = [&] {
    if (!std::getline(in, line))
      return false;
    if (!line.empty() && line.back() == '\r')
      line.pop_back();
    return true;
  };
  if (!getLine() || line != "id,lower,upper,size") {
    error = "line 1: expected `id,lower,upper,size`, found `" + line + "`";
    return std::nullopt;
  }
  int64_t total = 0;
  for (size_t number = 2; getLine(); ++number) {
    std::string id;
    ArenaBuffer buffer;
    error = parseRow(line, id, buffer);
    if (error.empty() && !ids.insert(id).second)
      error = "id `" + id + "` is given twice";
    if (error.empty() && (total += buffer.bytes) > largest)
      error = "expected at most 2^52 bytes in all";
    if (!error.empty()) {
      error = "line " + std::to_string(number) + ": " + error;
      return std::nullopt;
    }
    table.rows.push_back(line);
    table.buffers.push_back(buffer);
  }
  return table;
}
