//===- ControlPrinter.cpp - Loops and branches as C statements ------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/c/FunctionPrinter.h"
#include "lib/Support/LoopHints.h"
#include "mlir/IR/Matchers.h"

using namespace megcc;
using namespace mlir;

std::string FunctionPrinter::loopName() {
  static constexpr StringRef letters[] = {"i", "j", "k", "l", "m", "n"};
  return names.take(letters[std::min<size_t>(depth, std::size(letters) - 1)]);
}

LogicalResult FunctionPrinter::printNested(Region &region) {
  ++indent;
  LogicalResult result = print(region.front());
  --indent;
  return result;
}

LogicalResult FunctionPrinter::printFor(scf::ForOp op) {
  CExpr lower = operand(op.getLowerBound());
  CExpr upper = operand(op.getUpperBound());
  CExpr step = operand(op.getStep());
  for (auto [initial, inside, result] : llvm::zip_equal(
           op.getInitArgs(), op.getRegionIterArgs(), op.getResults())) {
    // A value that an outer loop carries only to hand it to this one stays in
    // the same variable.
    auto outer = dyn_cast<BlockArgument>(initial);
    bool shares = outer && outer.hasOneUse() &&
                  isa<scf::ForOp>(outer.getOwner()->getParentOp()) &&
                  assignableNow(result) == named.lookup(outer);
    std::string name;
    if (shares) {
      name = named.lookup(outer);
      flushReadersOf(name);
    } else {
      CExpr start = operand(initial);
      name = declareVariable(inside, "acc", &start);
      variables.insert(name);
    }
    // Two statements: the second insertion may move what the first returned.
    named[result] = name;
    named[inside] = name;
  }
  if (writesMemory(op))
    flushMemoryReaders();
  bool walks = !walk;
  if (walks)
    beginWalk(op);

  std::string iv = loopName();
  named[op.getInductionVar()] = iv;
  std::string advance = step.text == "1" ? "++" + iv : iv + " += " + step.text;
  if (op->hasAttr(kRolledAttr))
    line("#pragma GCC unroll 1");
  line("for (" + file.typeName(op.getInductionVar().getType()) + " " + iv +
       " = " + lower.text + "; " + iv + " < " + upper.at(Prec::Shift) + "; " +
       advance + ") {");
  ++depth;
  if (failed(printNested(op.getRegion())))
    return failure();
  --depth;
  line("}");
  if (walks)
    walk.reset();
  if (op->hasAttr(kFullAttr))
    line("__asm__ __volatile__(\"\" ::: \"memory\");");
  names.release(iv);
  for (Value result : op.getResults())
    if (result.use_empty())
      line("(void)" + named.lookup(result) + ";");
  return success();
}

LogicalResult FunctionPrinter::printIf(scf::IfOp op) {
  CExpr condition = operand(op.getCondition());
  if (writesMemory(op))
    flushMemoryReaders();
  for (Value result : op.getResults()) {
    if (auto variable = assignableNow(result)) {
      flushReadersOf(*variable);
      named[result] = *variable;
    } else {
      named[result] = declareVariable(result, "r", nullptr);
    }
  }
  line("if (" + condition.text + ") {");
  if (failed(printNested(op.getThenRegion())))
    return failure();
  // An `else` that only leaves variables as they are needs no text.
  Region &otherwise = op.getElseRegion();
  bool isIdle =
      otherwise.empty() ||
      (llvm::hasSingleElement(otherwise.front()) &&
       llvm::all_of(
           llvm::zip_equal(op.getResults(), op.elseYield().getOperands()),
           [&](auto pair) {
             auto [result, value] = pair;
             return named.lookup(value) == named.lookup(result);
           }));
  if (!isIdle) {
    line("} else {");
    if (failed(printNested(otherwise)))
      return failure();
  }
  line("}");
  return success();
}

LogicalResult FunctionPrinter::printWhile(scf::WhileOp op) {
  for (auto [initial, inside] :
       llvm::zip_equal(op.getInits(), op.getBeforeArguments())) {
    CExpr start = operand(initial);
    named[inside] = declareVariable(inside, "acc", &start);
    variables.insert(named[inside]);
  }
  for (auto [result, inside] :
       llvm::zip_equal(op.getResults(), op.getAfterArguments())) {
    std::string name = declareVariable(result, "r", nullptr);
    named[result] = name;
    named[inside] = name;
    variables.insert(name);
  }
  flushMemoryReaders();
  line("for (;;) {");
  if (failed(printNested(op.getBefore())))
    return failure();
  if (failed(printNested(op.getAfter())))
    return failure();
  line("}");
  return success();
}

LogicalResult FunctionPrinter::printYield(scf::YieldOp op) {
  SmallVector<Value> targets;
  Operation *parent = op->getParentOp();
  if (auto loop = dyn_cast<scf::ForOp>(parent))
    llvm::append_range(targets, loop.getRegionIterArgs());
  else if (auto loop = dyn_cast<scf::WhileOp>(parent))
    llvm::append_range(targets, loop.getBeforeArguments());
  else
    llvm::append_range(targets, parent->getResults());

  // All are assigned at once in the IR, one after another in C: a value that
  // reads a variable assigned before it is saved first.
  llvm::StringSet<> overwritten;
  SmallVector<CExpr> values;
  for (auto [target, source] : llvm::zip_equal(targets, op.getOperands())) {
    carried.clear();
    CExpr value = operand(source);
    const std::string &name = named[target];
    bool isSame = value.text == name;
    if (!isSame && llvm::any_of(carried, [&](const std::string &read) {
          return overwritten.contains(read);
        })) {
      std::string saved = names.number("v");
      line("const " + file.typeName(declaredType(target)) + " " + saved +
           " = " + value.text + ";");
      value = CExpr{saved};
    }
    if (!isSame)
      overwritten.insert(name);
    values.push_back(value);
  }
  for (auto [target, value] : llvm::zip_equal(targets, values))
    assign(named[target], value);
  return success();
}

//===----------------------------------------------------------------------===//
// Pointers that move on
//===----------------------------------------------------------------------===//

/// Declares the pointer of a walk through all iterations of `loop`, if there is
/// one.
void FunctionPrinter::beginWalk(scf::ForOp loop) {
  if (file.target.architecture != Architecture::AArch64)
    return;
  walk = findWalk(loop);
  if (!walk)
    return;
  std::string place;
  for (auto [value, factor] : walk->begin.terms) {
    std::string term = repeatable(value).at(Prec::Multiplicative);
    place += (place.empty() ? "" : " + ") + term;
    if (factor != 1)
      place += " * " + std::to_string(factor);
  }
  if (place.empty() || walk->begin.number)
    place += (place.empty() ? "" : " + ") + std::to_string(walk->begin.number);
  auto type = cast<MemRefType>(walk->buffer.getType());
  walker = names.number("p");
  line("const " + cStorageType(type.getElementType()) + " *" + walker + " = &" +
       operand(walk->buffer).text + "[" + place + "];");
}

/// What is computed before the load comes before it.
void FunctionPrinter::printWalk(vector::LoadOp load) {
  flushIf([](const CExpr &) { return true; });
  declare(
      load.getResult(),
      call(file.vectorHelper("next", load.getVectorType()), {"&" + walker}));
}
