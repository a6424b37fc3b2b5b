//===- Einsum.cpp - Einstein's sums as matrix products --------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The operands are contracted one after another. A dimension is summed as soon
// as no later operand and not the result has its label; two operands meet in a
// batched matrix product:
//
//     bhid,bhjd->bhij     batch b h, rows i, columns j, summed d
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/OperatorHelpers.h"
#include "lib/Import/ONNX/Registry.h"

#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace megcc;

/// Labels of dimensions: a letter, or for those behind an ellipsis a number,
/// counted from the last, below every letter.
using Labels = SmallVector<int>;

namespace {

struct Operand {
  Value value;
  Labels labels;
};

class EinsumBuilder {
public:
  explicit EinsumBuilder(NodeContext &call) : call(call) {}
  LogicalResult build();

private:
  std::optional<Labels> parseTerm(StringRef term, int64_t rank);
  LogicalResult complain(const Twine &expected);
  Operand takeDiagonals(Operand operand);
  Operand sumUnneeded(Operand operand, ArrayRef<int> needed);
  Operand multiply(const Operand &lhs, const Operand &rhs,
                   ArrayRef<int> needed);
  Value arrange(const Operand &operand, ArrayRef<int> order);

  NodeContext &call;
  std::string equation;
  DenseMap<int, int64_t> extents;
  /// The most dimensions that an ellipsis stands for.
  int64_t ellipsis = 0;
};

} // namespace

LogicalResult EinsumBuilder::complain(const Twine &expected) {
  if (call.hasFailed())
    return failure();
  return call.attrError("equation", "\"" + equation + "\"", expected);
}

std::optional<Labels> EinsumBuilder::parseTerm(StringRef term, int64_t rank) {
  auto [before, after] = term.split("...");
  bool hasEllipsis = term.contains("...");
  auto isNoLetter = [](char c) { return !llvm::isAlpha(c); };
  if (llvm::any_of(before, isNoLetter) || llvm::any_of(after, isNoLetter))
    return std::nullopt;
  int64_t letters = static_cast<int64_t>(before.size() + after.size());
  int64_t hidden = hasEllipsis ? rank - letters : 0;
  if (hidden < 0 || (!hasEllipsis && letters != rank))
    return std::nullopt;
  ellipsis = std::max(ellipsis, hidden);
  Labels labels(before.begin(), before.end());
  for (int64_t i = hidden; i-- > 0;)
    labels.push_back(static_cast<int>(-1 - i));
  labels.append(after.begin(), after.end());
  return labels;
}

/// A label that stands twice in one operand means its diagonal: with both
/// dimensions last and joined, every (extent + 1)-th element.
Operand EinsumBuilder::takeDiagonals(Operand operand) {
  for (size_t i = 0; i < operand.labels.size(); ++i) {
    for (size_t j = i + 1; j < operand.labels.size(); ++j) {
      if (operand.labels[i] != operand.labels[j] || !operand.value)
        continue;
      SmallVector<int64_t> perm, shape;
      Labels labels;
      for (size_t axis = 0; axis < operand.labels.size(); ++axis) {
        if (axis == i || axis == j)
          continue;
        perm.push_back(static_cast<int64_t>(axis));
        shape.push_back(call.dims(operand.value)[axis]);
        labels.push_back(operand.labels[axis]);
      }
      perm.append({static_cast<int64_t>(i), static_cast<int64_t>(j)});
      int64_t extent = call.dims(operand.value)[i];
      shape.push_back(extent * extent);
      labels.push_back(operand.labels[i]);
      Value joined = call.reshape(call.transpose(operand.value, perm), shape);
      SmallVector<int64_t> offsets(shape.size(), 0), strides(shape.size(), 1);
      shape.back() = extent;
      strides.back() = extent + 1;
      Value diagonal = call.create<nn::SliceOp>(
          joined, ArrayRef<int64_t>(offsets), ArrayRef<int64_t>(shape),
          ArrayRef<int64_t>(strides));
      return takeDiagonals({diagonal, labels});
    }
  }
  return operand;
}

Operand EinsumBuilder::sumUnneeded(Operand operand, ArrayRef<int> needed) {
  SmallVector<int64_t> axes;
  Labels labels;
  for (auto [axis, label] : llvm::enumerate(operand.labels)) {
    if (llvm::is_contained(needed, label))
      labels.push_back(label);
    else
      axes.push_back(static_cast<int64_t>(axis));
  }
  if (axes.empty())
    return operand;
  return {call.reduce(nn::ReduceKind::sum, operand.value, axes, false), labels};
}

/// Transposes to `order`, which has all labels of the operand; those it lacks
/// come in with extent 1.
Value EinsumBuilder::arrange(const Operand &operand, ArrayRef<int> order) {
  SmallVector<int64_t> perm, shape;
  for (int label : order) {
    const auto *it = llvm::find(operand.labels, label);
    if (it == operand.labels.end()) {
      shape.push_back(1);
      continue;
    }
    perm.push_back(it - operand.labels.begin());
    shape.push_back(operand.value ? call.dims(operand.value)[perm.back()] : 1);
  }
  return call.reshape(call.transpose(operand.value, perm), shape);
}

Operand EinsumBuilder::multiply(const Operand &lhs, const Operand &rhs,
                                ArrayRef<int> needed) {
  Labels batch, rows, columns, summed;
  for (int label : lhs.labels) {
    if (!llvm::is_contained(rhs.labels, label))
      rows.push_back(label);
    else if (llvm::is_contained(needed, label))
      batch.push_back(label);
    else
      summed.push_back(label);
  }
  for (int label : rhs.labels)
    if (!llvm::is_contained(lhs.labels, label))
      columns.push_back(label);

  auto product = [&](ArrayRef<int> labels) {
    int64_t count = 1;
    for (int label : labels)
      count *= extents[label];
    return count;
  };
  // Extents of 1 that broadcast against others are widened first.
  auto matrix = [&](const Operand &operand, const Labels &first,
                    const Labels &second) {
    Labels order(batch);
    order.append(first);
    order.append(second);
    SmallVector<int64_t> wide, shape;
    for (int label : order)
      wide.push_back(extents[label]);
    for (int label : batch)
      shape.push_back(extents[label]);
    shape.append({product(first), product(second)});
    return call.reshape(call.expand(arrange(operand, order), wide), shape);
  };
  Value result = call.create<nn::MatMulOp>(matrix(lhs, rows, summed),
                                           matrix(rhs, summed, columns));
  Labels labels(batch);
  labels.append(rows);
  labels.append(columns);
  SmallVector<int64_t> shape;
  for (int label : labels)
    shape.push_back(extents[label]);
  return {call.reshape(result, shape), labels};
}

LogicalResult EinsumBuilder::build() {
  equation = call.stringAttr("equation", "");
  std::string text = equation;
  llvm::erase(text, ' ');
  auto [left, right] = StringRef(text).split("->");
  bool hasResult = StringRef(text).contains("->");
  SmallVector<StringRef> terms;
  left.split(terms, ',');
  if (terms.size() != call.getNumInputs())
    return complain(Twine(call.getNumInputs()) + " terms");

  SmallVector<Operand> operands;
  DenseMap<int, unsigned> uses;
  for (auto [index, term] : llvm::enumerate(terms)) {
    Value value = call.in(static_cast<unsigned>(index));
    auto labels = value ? parseTerm(term, call.rankOf(value)) : std::nullopt;
    if (!labels)
      return complain("as many letters as input " + Twine(index) +
                      " has dimensions");
    for (auto [label, extent] : llvm::zip(*labels, call.dims(value))) {
      int64_t &known = extents.try_emplace(label, extent).first->second;
      // Only dimensions behind an ellipsis broadcast.
      bool broadcasts = label < 0 && (known == 1 || extent == 1);
      if (known != extent && !broadcasts)
        return complain("equal extents for equal letters, not " + Twine(known) +
                        " and " + Twine(extent));
      known = known == 1 ? extent : known;
      ++uses[label];
    }
    operands.push_back({value, *labels});
  }
  Labels result;
  if (hasResult) {
    auto labels = parseTerm(
        right, ellipsis * right.contains("...") +
                   static_cast<int64_t>(llvm::count_if(right, llvm::isAlpha)));
    if (!labels)
      return complain("letters and one ellipsis on the right");
    result = *labels;
  } else {
    // Without a right side: the ellipsis, then letters used once, sorted.
    for (int64_t i = ellipsis; i-- > 0;)
      result.push_back(static_cast<int>(-1 - i));
    for (int label = 'A'; label <= 'z'; ++label)
      if (uses.lookup(label) == 1)
        result.push_back(label);
  }
  for (auto [index, label] : llvm::enumerate(result))
    if (!uses.contains(label) ||
        llvm::is_contained(ArrayRef<int>(result).take_front(index), label))
      return complain("each letter on the right once, and on the left");

  Operand sum;
  for (size_t index = 0; index < operands.size(); ++index) {
    Labels needed(result);
    for (const Operand &later :
         ArrayRef<Operand>(operands).drop_front(index + 1))
      needed.append(later.labels);
    Operand next = takeDiagonals(operands[index]);
    if (index == 0) {
      sum = sumUnneeded(next, needed);
      continue;
    }
    Labels alsoNeeded(needed);
    alsoNeeded.append(sum.labels);
    next = sumUnneeded(next, alsoNeeded);
    sum = sumUnneeded(multiply(sum, next, needed), needed);
  }
  return call.result(arrange(sum, result));
}

static LogicalResult importEinsum(NodeContext &call) {
  return EinsumBuilder(call).build();
}

void megcc::registerEinsum(Registry &registry) {
  registry.beginGroup("Convolution and matrix product");
  registry.add("Einsum", 1, Registry::kAnyNumber, 12, importEinsum);
}
