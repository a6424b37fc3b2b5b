//===- IndexSpace.cpp - Affine expressions over bounded variables ---------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/kernels/IndexSpace.h"
#include "llvm/Support/MathExtras.h"

#include <algorithm>
#include <cassert>

using namespace mlir;
using namespace megcc;

static int64_t floorDivide(int64_t a, int64_t b) {
  return llvm::divideFloorSigned(a, b);
}

static int64_t floorModulo(int64_t a, int64_t b) {
  return a - floorDivide(a, b) * b;
}

void LinearForm::add(AffineExpr atom, int64_t coefficient) {
  auto *found =
      llvm::find_if(terms, [&](auto &term) { return term.first == atom; });
  if (found != terms.end()) {
    found->second += coefficient;
  } else {
    auto *inner = llvm::find_if(terms, [&](auto &term) {
      return innermostVariable(term.first) > innermostVariable(atom);
    });
    terms.insert(inner, {atom, coefficient});
  }
  llvm::erase_if(terms, [](auto &term) { return term.second == 0; });
}

void LinearForm::add(const LinearForm &other, int64_t factor) {
  for (auto [atom, coefficient] : other.terms)
    add(atom, coefficient * factor);
  constant += other.constant * factor;
}

int64_t LinearForm::getCoefficient(AffineExpr atom) const {
  for (auto [candidate, coefficient] : terms)
    if (candidate == atom)
      return coefficient;
  return 0;
}

AffineExpr IndexSpace::addVariable(int64_t extent) {
  extents.push_back(extent);
  return getAffineDimExpr(extents.size() - 1, context);
}

int64_t megcc::innermostVariable(AffineExpr expr) {
  int64_t innermost = -1;
  expr.walk([&](AffineExpr part) {
    if (auto dim = dyn_cast<AffineDimExpr>(part))
      innermost = std::max<int64_t>(innermost, dim.getPosition());
  });
  return innermost;
}

int64_t megcc::getDimensionSplit(AffineMap map, unsigned dim, int64_t begin,
                                 int64_t size) {
  int64_t split = 1;
  map.walkExprs([&](AffineExpr expr) {
    auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
    if (!binary || (expr.getKind() != AffineExprKind::FloorDiv &&
                    expr.getKind() != AffineExprKind::Mod))
      return;
    int64_t divisor = cast<AffineConstantExpr>(binary.getRHS()).getValue();
    if (binary.getLHS() == getAffineDimExpr(dim, map.getContext()) &&
        begin % divisor == 0 && size % divisor == 0 && size > divisor)
      split = std::max(split, divisor);
  });
  return split;
}

//===----------------------------------------------------------------------===//
// Linear forms
//===----------------------------------------------------------------------===//

LinearForm IndexSpace::linearize(AffineExpr expr) const {
  LinearForm form;
  if (auto constant = dyn_cast<AffineConstantExpr>(expr)) {
    form.constant = constant.getValue();
    return form;
  }
  if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
    if (extents[dim.getPosition()] != 1)
      form.add(expr, 1);
    return form;
  }
  auto binary = cast<AffineBinaryOpExpr>(expr);
  form = linearize(binary.getLHS());
  if (expr.getKind() == AffineExprKind::Add) {
    form.add(linearize(binary.getRHS()));
    return form;
  }
  // Affine maps multiply and divide by constants only, which MLIR keeps on the
  // right-hand side.
  int64_t factor = cast<AffineConstantExpr>(binary.getRHS()).getValue();
  switch (expr.getKind()) {
  case AffineExprKind::Mul: {
    LinearForm product;
    product.add(form, factor);
    return product;
  }
  case AffineExprKind::FloorDiv:
    return divide(form, factor);
  case AffineExprKind::Mod:
    return modulo(form, factor);
  case AffineExprKind::CeilDiv:
    form.constant += factor - 1;
    return divide(form, factor);
  default:
    llvm_unreachable("not an affine operation");
  }
}

/// Tries to see `form` as divisor * quotient + remainder: terms whose
/// coefficients the divisor divides, and the rest, if that rest stays within
/// one multiple of the divisor.
bool IndexSpace::split(const LinearForm &form, int64_t divisor,
                       LinearForm &quotient, LinearForm &remainder) const {
  quotient = remainder = LinearForm();
  for (auto [atom, coefficient] : form.terms)
    if (coefficient % divisor == 0)
      quotient.add(atom, coefficient / divisor);
    else
      remainder.add(atom, coefficient);
  remainder.constant = form.constant;
  Interval range = bounds(remainder);
  int64_t whole = floorDivide(range.low, divisor);
  if (whole != floorDivide(range.high, divisor))
    return false;
  quotient.constant += whole;
  remainder.constant -= whole * divisor;
  return true;
}

LinearForm IndexSpace::divide(const LinearForm &form, int64_t divisor) const {
  LinearForm quotient, remainder;
  if (split(form, divisor, quotient, remainder))
    return quotient;

  // (g*q + r) floordiv (g*c) = q floordiv c where 0 <= r < g.
  for (auto [atom, coefficient] : form.terms) {
    int64_t common = std::abs(coefficient);
    if (common > 1 && divisor % common == 0 && common != divisor &&
        split(form, common, quotient, remainder))
      return divide(quotient, divisor / common);
  }

  // Move whole multiples out of the atom, so that equal remainders are equal
  // atoms.
  LinearForm result, numerator;
  for (auto [atom, coefficient] : form.terms)
    if (coefficient % divisor == 0)
      result.add(atom, coefficient / divisor);
    else
      numerator.add(atom, coefficient);
  result.constant = floorDivide(form.constant, divisor);
  numerator.constant = floorModulo(form.constant, divisor);
  result.add(toExpr(numerator).floorDiv(divisor), 1);
  return result;
}

LinearForm IndexSpace::modulo(const LinearForm &form, int64_t divisor) const {
  LinearForm quotient, remainder;
  if (split(form, divisor, quotient, remainder))
    return remainder;

  // (g*q + r) mod (g*c) = g*(q mod c) + r where 0 <= r < g.
  for (auto [atom, coefficient] : form.terms) {
    int64_t common = std::abs(coefficient);
    if (common > 1 && divisor % common == 0 && common != divisor &&
        split(form, common, quotient, remainder)) {
      remainder.add(modulo(quotient, divisor / common), common);
      return remainder;
    }
  }

  LinearForm numerator, result;
  for (auto [atom, coefficient] : form.terms)
    if (coefficient % divisor != 0)
      numerator.add(atom, coefficient);
  numerator.constant = floorModulo(form.constant, divisor);
  result.add(toExpr(numerator) % divisor, 1);
  return result;
}

AffineExpr IndexSpace::toExpr(const LinearForm &form) const {
  AffineExpr sum = constant(0);
  for (auto [atom, coefficient] : form.terms)
    sum = sum + atom * coefficient;
  return sum + form.constant;
}

AffineExpr IndexSpace::simplify(AffineExpr expr) const {
  return toExpr(linearize(expr));
}

SmallVector<AffineExpr> IndexSpace::apply(AffineMap map,
                                          ArrayRef<AffineExpr> point) const {
  SmallVector<AffineExpr> results;
  for (AffineExpr result : map.getResults())
    results.push_back(simplify(result.replaceDims(point)));
  return results;
}

//===----------------------------------------------------------------------===//
// Ranges
//===----------------------------------------------------------------------===//

Interval IndexSpace::bounds(const LinearForm &form) const {
  Interval sum{form.constant, form.constant};
  for (auto [atom, coefficient] : form.terms) {
    Interval range = bounds(atom);
    int64_t a = range.low * coefficient, b = range.high * coefficient;
    sum.low += std::min(a, b);
    sum.high += std::max(a, b);
  }
  return sum;
}

Interval IndexSpace::bounds(AffineExpr expr) const {
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return {0, extents[dim.getPosition()] - 1};
  auto binary = dyn_cast<AffineBinaryOpExpr>(expr);
  if (binary && (expr.getKind() == AffineExprKind::FloorDiv ||
                 expr.getKind() == AffineExprKind::Mod)) {
    int64_t divisor = cast<AffineConstantExpr>(binary.getRHS()).getValue();
    Interval range = bounds(binary.getLHS());
    if (expr.getKind() == AffineExprKind::FloorDiv)
      return {floorDivide(range.low, divisor),
              floorDivide(range.high, divisor)};
    return range.within(0, divisor - 1) ? range : Interval{0, divisor - 1};
  }
  return bounds(linearize(expr));
}
