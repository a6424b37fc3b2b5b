//===- FunctionPrinter.cpp - One function as C statements -----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/c/FunctionPrinter.h"
#include "lib/Support/LoopHints.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace megcc;
using namespace mlir;

/// An expression longer than this becomes a local instead of part of another,
/// or of the statement that stores it.
static constexpr size_t longestInline = 64, longestStored = 100;

//===----------------------------------------------------------------------===//
// What reads and writes memory
//===----------------------------------------------------------------------===//

std::string megcc::cStorageType(Type element) {
  return element.isInteger(1) ? "uint8_t" : cScalarType(element, 32);
}

bool megcc::isStoredThrough(BlockArgument argument) {
  return llvm::any_of(argument.getUses(), [](OpOperand &use) {
    Operation *user = use.getOwner();
    if (isa<memref::LoadOp, vector::LoadOp, memref::PrefetchOp,
            instructions::TileLoadOp>(user))
      return false;
    auto call = dyn_cast<func::CallOp>(user);
    if (!call)
      return true;
    auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
        call, call.getCalleeAttr());
    return !callee || callee.isExternal() ||
           isStoredThrough(callee.getArgument(use.getOperandNumber()));
  });
}

static bool touchesMemory(func::CallOp call) {
  return call.getNumResults() == 0 ||
         llvm::any_of(call.getOperandTypes(), llvm::IsaPred<MemRefType>);
}

bool megcc::writesMemory(Operation *root) {
  return root
      ->walk([](Operation *op) {
        auto call = dyn_cast<func::CallOp>(op);
        bool writes = call ? touchesMemory(call)
                           : isa<memref::StoreOp, vector::StoreOp,
                                 instructions::TileSumsOp>(op);
        return writes ? WalkResult::interrupt() : WalkResult::advance();
      })
      .wasInterrupted();
}

/// A load from memory that this function may write as well.
static bool readsChangingMemory(Operation *op) {
  Value memref;
  if (auto load = dyn_cast<memref::LoadOp>(op))
    memref = load.getMemref();
  else if (auto load = dyn_cast<vector::LoadOp>(op))
    memref = load.getBase();
  else if (auto call = dyn_cast<func::CallOp>(op))
    return touchesMemory(call);
  else
    return false;
  auto argument = dyn_cast<BlockArgument>(memref);
  return !argument || isStoredThrough(argument);
}

//===----------------------------------------------------------------------===//
// Values
//===----------------------------------------------------------------------===//

void FunctionPrinter::line(const Twine &text) {
  os.indent(2 * indent) << text << "\n";
}

CExpr FunctionPrinter::operand(Value value) {
  if (auto it = named.find(value); it != named.end()) {
    CExpr expr{it->second};
    if (variables.contains(it->second))
      carried.push_back(it->second);
    return expr;
  }
  if (auto it = pending.find(value); it != pending.end()) {
    CExpr expr = it->second;
    pending.erase(it);
    readsMemory |= expr.readsMemory;
    carried.append(expr.carried);
    return expr;
  }
  // Only constants are neither: they are written where they are used.
  return *expression(value.getDefiningOp());
}

CExpr FunctionPrinter::repeatable(Value value) {
  if (auto it = pending.find(value); it != pending.end()) {
    CExpr expr = it->second;
    bool isWord = llvm::all_of(
        expr.text, [](char c) { return llvm::isAlnum(c) || c == '_'; });
    pending.erase(it);
    if (isWord)
      pending[value] = expr;
    else
      declare(value, expr);
  }
  // A pending word is taken once and put back for its other mentions.
  CExpr expr = operand(value);
  if (!named.count(value) && !matchPattern(value, m_Constant()))
    pending[value] = expr;
  return expr;
}

void FunctionPrinter::declare(Value value, const CExpr &expr) {
  std::string name = names.number("v");
  line("const " + declaredTypeName(value) + " " + name + " = " + expr.text +
       ";");
  named[value] = name;
}

std::string FunctionPrinter::declareVariable(Value value, StringRef series,
                                             const CExpr *initial) {
  std::string name = names.number(series);
  line(file.typeName(declaredType(value)) + " " + name +
       (initial ? " = " + initial->text : "") + ";");
  return name;
}

void FunctionPrinter::flushIf(function_ref<bool(const CExpr &)> affected) {
  SmallVector<std::pair<Value, CExpr>> flushed;
  for (auto &[value, expr] : pending)
    if (affected(expr))
      flushed.emplace_back(value, expr);
  for (auto &[value, expr] : flushed) {
    pending.erase(value);
    declare(value, expr);
  }
}

void FunctionPrinter::flushMemoryReaders() {
  flushIf([](const CExpr &expr) { return expr.readsMemory; });
}

void FunctionPrinter::flushReadersOf(StringRef variable) {
  flushIf([&](const CExpr &expr) {
    return llvm::is_contained(expr.carried, variable);
  });
}

void FunctionPrinter::assign(std::string variable, const CExpr &expr) {
  if (expr.text == variable)
    return;
  flushReadersOf(variable);
  line(variable + " = " + expr.text + ";");
}

bool FunctionPrinter::mayWait(Operation *op, const CExpr &expr) {
  Value value = op->getResult(0);
  if (!value.hasOneUse())
    return false;
  Operation *user = *value.user_begin();
  if (user->getBlock() != op->getBlock())
    return false;
  // Loop bounds are evaluated in every iteration.
  if (isa<scf::ForOp>(user))
    return value.use_begin()->getOperandNumber() >= 3;
  bool endsHere = isa<memref::StoreOp, vector::StoreOp, scf::YieldOp,
                      scf::ConditionOp, func::ReturnOp>(user);
  return expr.text.size() <= (endsHere ? longestStored : longestInline);
}

std::optional<std::string> FunctionPrinter::assignableNow(Value value) {
  if (!value.hasOneUse())
    return std::nullopt;
  OpOperand &use = *value.use_begin();
  auto loop = dyn_cast<scf::ForOp>(use.getOwner()->getParentOp());
  if (!isa<scf::YieldOp>(use.getOwner()) || !loop ||
      value.getParentBlock() != loop.getBody())
    return std::nullopt;
  BlockArgument old = loop.getRegionIterArg(use.getOperandNumber());
  Operation *here = value.getDefiningOp();
  for (Operation *reader : old.getUsers()) {
    Operation *ancestor = loop.getBody()->findAncestorOpInBlock(*reader);
    if (here->isBeforeInBlock(ancestor))
      return std::nullopt;
  }
  return named.lookup(old);
}

//===----------------------------------------------------------------------===//
// Statements
//===----------------------------------------------------------------------===//

LogicalResult FunctionPrinter::printValue(Operation *op) {
  Value value = op->getResult(0);
  if (isDisplacement(op)) {
    // Its users write the operand, where that can't wait under a name.
    bool waits = value.hasOneUse() &&
                 value.getUsers().begin()->getBlock() == op->getBlock();
    if (!waits)
      (void)repeatable(op->getOperand(0));
    return success();
  }
  readsMemory = readsChangingMemory(op);
  carried.clear();
  auto call = dyn_cast<func::CallOp>(op);
  FailureOr<CExpr> formed = call ? callExpression(call) : expression(op);
  if (failed(formed))
    return failure();
  CExpr expr = *formed;
  expr.readsMemory = readsMemory;
  expr.carried = carried;
  if (call && touchesMemory(call)) {
    flushMemoryReaders();
    declare(value, expr);
  } else if (auto variable = assignableNow(value)) {
    assign(*variable, expr);
    named[value] = *variable;
  } else if (mayWait(op, expr)) {
    pending[value] = expr;
  } else if (expr.prec == Prec::Primary && named.count(value) == 0 &&
             carried.empty() && isa<arith::IndexCastOp>(op)) {
    named[value] = expr.text; // Another name for the same number.
  } else {
    declare(value, expr);
  }
  return success();
}

FailureOr<CExpr> FunctionPrinter::callExpression(func::CallOp op) {
  SmallVector<std::string> arguments;
  for (Value argument : op.getOperands())
    arguments.push_back(operand(argument).text);
  return megcc::call(op.getCallee().str(), arguments);
}

LogicalResult FunctionPrinter::printStore(Operation *op, Value value,
                                          Value memref, ValueRange indices) {
  CExpr stored = operand(value);
  CExpr place = subscript(memref, indices);
  flushMemoryReaders();
  if (auto type = dyn_cast<VectorType>(value.getType()))
    line(file.vectorHelper("store", type) + "(&" + place.text + ", " +
         stored.text + ");");
  else
    line(place.text + " = " + stored.text + ";");
  return success();
}

LogicalResult FunctionPrinter::printInsert(Operation *op, Value vector,
                                           Value scalar, const CExpr &lane) {
  CExpr whole = operand(vector), part = operand(scalar);
  std::string name = declareVariable(op->getResult(0), "v", &whole);
  line(name + "[" + lane.text + "] = " + part.text + ";");
  named[op->getResult(0)] = name;
  return success();
}

LogicalResult FunctionPrinter::printAlloca(Operation *op) {
  auto type = cast<MemRefType>(op->getResult(0).getType());
  std::string name = names.number("buffer");
  line(cStorageType(type.getElementType()) + " " + name + "[" +
       Twine(type.getNumElements()) + "];");
  named[op->getResult(0)] = name;
  return success();
}

LogicalResult FunctionPrinter::print(Operation *op) {
  bool isUnused = !op->getResults().empty() && op->use_empty();
  auto call = dyn_cast<func::CallOp>(op);
  if (isUnused && (call ? !touchesMemory(call)
                        : isMemoryEffectFree(op) ||
                              isa<memref::LoadOp, vector::LoadOp>(op)))
    return success();
  if (matchPattern(op, m_Constant()) || (walk && walk->indices.contains(op)))
    return success();
  return llvm::TypeSwitch<Operation *, LogicalResult>(op)
      .Case([&](scf::ForOp loop) { return printFor(loop); })
      .Case([&](scf::IfOp branch) { return printIf(branch); })
      .Case([&](scf::WhileOp loop) { return printWhile(loop); })
      .Case([&](scf::YieldOp yield) { return printYield(yield); })
      .Case([&](scf::ConditionOp condition) {
        CExpr test = operand(condition.getCondition());
        auto loop = cast<scf::WhileOp>(condition->getParentOp());
        for (auto [result, value] :
             llvm::zip_equal(loop.getResults(), condition.getArgs()))
          assign(named[result], operand(value));
        line("if (!" + test.at(Prec::Unary) + ") {");
        line("  break;");
        line("}");
        return success();
      })
      .Case([&](func::ReturnOp ret) {
        if (ret.getNumOperands())
          line("return " + operand(ret.getOperand(0)).text + ";");
        return success();
      })
      .Case([&](memref::StoreOp store) {
        return printStore(store, store.getValue(), store.getMemref(),
                          store.getIndices());
      })
      .Case([&](vector::StoreOp store) {
        return printStore(store, store.getValueToStore(), store.getBase(),
                          store.getIndices());
      })
      .Case([&](vector::LoadOp load) {
        if (!walk || !walk->loads.contains(load))
          return printValue(load);
        printWalk(load);
        return success();
      })
      .Case([&](memref::PrefetchOp fetch) {
        line("__builtin_prefetch(&" +
             subscript(fetch.getMemref(), fetch.getIndices()).text + ");");
        return success();
      })
      .Case([&](instructions::TileSumsOp sums) { return printTileSums(sums); })
      .Case([&](instructions::TileLoadOp load) { return printTileLoad(load); })
      .Case([&](instructions::TileDotOp dot) { return printTileDot(dot); })
      .Case([&](memref::AllocaOp alloca) { return printAlloca(alloca); })
      .Case([&](vector::InsertOp insert) -> LogicalResult {
        if (insert.getNumIndices() != 1)
          return insert.emitOpError("inserts no single lane");
        OpFoldResult position = insert.getMixedPosition()[0];
        CExpr lane = isa<Attribute>(position)
                         ? CExpr{std::to_string(*getConstantIntValue(position))}
                         : operand(cast<Value>(position));
        return printInsert(insert, insert.getDest(), insert.getSource(), lane);
      })
      .Case([&](vector::InsertElementOp insert) {
        return printInsert(insert, insert.getDest(), insert.getSource(),
                           operand(insert.getPosition()));
      })
      .Case([&](func::CallOp call) {
        if (call.getNumResults())
          return printValue(call);
        CExpr text = *callExpression(call);
        flushMemoryReaders();
        line(text.text + ";");
        return success();
      })
      .Default([&](Operation *op) -> LogicalResult {
        if (op->getNumResults() != 1 || op->getNumRegions() != 0)
          return op->emitOpError("has no C form; a pass should have lowered "
                                 "it");
        return printValue(op);
      });
}

LogicalResult FunctionPrinter::print(Block &block) {
  for (Operation &op : block)
    if (failed(print(&op)))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// Functions
//===----------------------------------------------------------------------===//

/// The parameters of a function, one to a line if they do not fit in one.
static std::string parameterList(ArrayRef<std::string> parameters,
                                 size_t before) {
  std::string all = llvm::join(parameters, ", ");
  if (before + all.size() > 72)
    all = "\n    " + llvm::join(parameters, ",\n    ");
  return "(" + all + ")";
}

std::string FunctionPrinter::signature(func::FuncOp function) {
  ArrayRef<Type> results = function.getResultTypes();
  std::string text = results.empty() ? "void" : file.typeName(results[0]);
  text += " " + function.getName().str();
  SmallVector<std::string> parameters;
  for (BlockArgument argument : function.getArguments()) {
    auto memref = dyn_cast<MemRefType>(argument.getType());
    bool isWritten = memref && isStoredThrough(argument);
    auto wanted = function.getArgAttrOfType<StringAttr>(argument.getArgNumber(),
                                                        "nn.name");
    std::string name = names.take(wanted      ? wanted.getValue()
                                  : !memref   ? "a"
                                  : isWritten ? "y"
                                              : "x");
    named[argument] = name;
    if (memref)
      parameters.push_back((isWritten ? "" : "const ") +
                           cStorageType(memref.getElementType()) +
                           " *restrict " + name);
    else
      parameters.push_back(file.typeName(argument.getType()) + " " + name);
  }
  if (parameters.empty())
    parameters.push_back("void");
  return text + parameterList(parameters, text.size());
}

/// Whether a loop takes all registers: inlined, it would lose some of them.
static bool hasFullLoop(func::FuncOp function) {
  return function
      .walk([](scf::ForOp loop) {
        return loop->hasAttr(kFullAttr) || loop->hasAttr(kRolledAttr)
                   ? WalkResult::interrupt()
                   : WalkResult::advance();
      })
      .wasInterrupted();
}

LogicalResult FunctionPrinter::print(func::FuncOp function) {
  if (function.getNumResults() > 1)
    return function.emitOpError("returns several values; C returns one");
  std::string declaration = signature(function);
  bool isLeaf =
      llvm::none_of(function.getArgumentTypes(), llvm::IsaPred<MemRefType>);
  if (function.isPrivate())
    declaration.insert(0, isLeaf ? "static inline "
                          : hasFullLoop(function)
                              ? "static __attribute__((noinline)) "
                              : "static ");
  line(declaration + " {");
  ++indent;
  for (BlockArgument argument : function.getArguments())
    if (argument.use_empty())
      line("(void)" + named[argument] + ";");
  if (failed(print(function.front())))
    return failure();
  --indent;
  line("}");
  return success();
}
