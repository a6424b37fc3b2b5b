//===- Algorithm.cpp - Algorithms that the user may force -----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "passes/select/Algorithm.h"
#include "mlir/IR/Location.h"

using namespace mlir;
using namespace megcc;

static constexpr Algorithm algorithms[] = {
    Algorithm::Gemm, Algorithm::Winograd2, Algorithm::Winograd4,
    Algorithm::Winograd6};

StringRef megcc::getName(Algorithm algorithm) {
  switch (algorithm) {
  case Algorithm::Gemm:
    return "gemm";
  case Algorithm::Winograd2:
    return "winograd2";
  case Algorithm::Winograd4:
    return "winograd4";
  case Algorithm::Winograd6:
    return "winograd6";
  }
  llvm_unreachable("unknown algorithm");
}

int64_t megcc::getWinogradTile(Algorithm algorithm) {
  switch (algorithm) {
  case Algorithm::Gemm:
    return 0;
  case Algorithm::Winograd2:
    return 2;
  case Algorithm::Winograd4:
    return 4;
  case Algorithm::Winograd6:
    return 6;
  }
  llvm_unreachable("unknown algorithm");
}

std::string megcc::getText(GemmTile tile) {
  return getName(Algorithm::Gemm).str() + (tile.matrix ? ":tiles:" : ":") +
         std::to_string(tile.rows) + "x" + std::to_string(tile.vectors);
}

/// "winograd4", "gemm", "gemm:14x2", "gemm:tiles:32x2".
static std::optional<Choice> parseChoice(StringRef text) {
  auto [name, tileText] = text.split(':');
  const auto *known = llvm::find_if(
      algorithms, [&, name = name](auto one) { return getName(one) == name; });
  if (known == std::end(algorithms))
    return std::nullopt;
  if (name.size() == text.size())
    return Choice{*known, std::nullopt};
  GemmTile tile;
  tile.matrix = tileText.consume_front("tiles:");
  auto [rows, vectors] = tileText.split('x');
  if (*known != Algorithm::Gemm || rows.getAsInteger(10, tile.rows) ||
      vectors.getAsInteger(10, tile.vectors) || tile.rows < 1 ||
      tile.vectors < 1)
    return std::nullopt;
  return Choice{*known, tile};
}

llvm::Expected<AlgorithmRules>
AlgorithmRules::parse(bool exact, ArrayRef<std::string> choices) {
  AlgorithmRules rules;
  rules.exact = exact;
  for (StringRef choice : choices) {
    // Names of nodes may contain '=' themselves: the last one counts.
    auto [node, text] = choice.rsplit('=');
    std::optional<Choice> parsed = parseChoice(text);
    if (node.empty() || !parsed)
      return llvm::createStringError(
          "--algorithm: found '" + choice +
          "', expected NODE=winograd2, winograd4, winograd6, gemm or gemm:RxV, "
          "a register tile of R rows by V vectors, or gemm:tiles:RxV, of "
          "matrix "
          "tiles");
    if (exact && getWinogradTile(parsed->algorithm))
      return llvm::createStringError("--algorithm=" + choice +
                                     ": --exact forbids it");
    if (!rules.forced.try_emplace(node, *parsed).second)
      return llvm::createStringError("--algorithm: node '" + node +
                                     "' is given twice");
  }
  return rules;
}

std::optional<Choice> AlgorithmRules::lookup(Location loc) {
  std::optional<Choice> found;
  loc->walk([&](Location part) {
    auto name = dyn_cast<NameLoc>(part);
    auto entry = name ? forced.find(name.getName()) : forced.end();
    if (entry == forced.end())
      return WalkResult::advance();
    used.insert(entry->getKey());
    found = entry->getValue();
    return WalkResult::interrupt();
  });
  return found;
}

LogicalResult AlgorithmRules::checkAllUsed(Operation *op) const {
  for (const auto &entry : forced)
    if (!used.contains(entry.getKey()))
      return op->emitError(
                 "--algorithm: no convolution or matrix product is called '")
             << entry.getKey() << "'";
  return success();
}
