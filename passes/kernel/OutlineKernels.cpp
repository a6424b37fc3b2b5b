//===- OutlineKernels.cpp - A function for every distinct kernel ----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Before:
//
//   func.func @main(..., %arena: memref<2048xi8> {kernel.arena}) {
//     %a = kernel.view %arena[0] : memref<2048xi8> to memref<256xf32>
//     %b = kernel.view %arena[1024] : memref<2048xi8> to memref<256xf32>
//     ...
//     kernel.nest "exp" ... ins(%a ...) outs(%b ...) loc("/exp")
//     kernel.nest "exp" ... ins(%b ...) outs(%a ...) loc("/exp_1")
//     kernel.nest "exp" ... ins(%a ...) outs(%a ...) loc("/exp_2")
//
// After: the first two are equal and share a function; in place is another.
//
//   func.func private @exp(%0: memref<256xf32> {kernel.access = "read"},
//                          %1: memref<256xf32> {kernel.access = "write"}) {
//     kernel.nest "exp" ... ins(%0 ...) outs(%1 ...)
//     return
//   }
//   func.func private @exp_0(%0: memref<256xf32> {kernel.access = "readwrite"})
//     ...
//   func.func @main(...) {
//     ...
//     call @exp(%a, %b) {kernel.layer = "...", kernel.macs = 0 : i64, ...}
//     call @exp(%b, %a) ...
//     call @exp_0(%a) ...
//
// A kernel.call is one call of the user's function, which is declared only:
//
//   func.func private @my_filter(memref<8xf32> {kernel.access = "read"},
//                                memref<8xf32> {kernel.access = "write"})
//     ...
//     call @my_filter(%a, %b)
//
// A copy that brings in rows of a streamed input is one call of a function that
// stands for the caller's:
//
//   func.func private @input_row(memref<1x3x4x224xf32> {...}, index {...})
//     attributes {kernel.input_rows = 0 : i64}
//     ...
//     call @input_row(%ring, %0) {kernel.input_rows = 0 : i64,
//       kernel.ring_rows = [...]}
//
// A kernel of a stream gets the index of its slice as a last argument, which is
// below kernel.index_extent.
//
// A block on the stack that a kernel has for itself (kernel.private) is no
// argument: it moves into the function, so that every thread has one.
//
// The arguments of an outlined function never alias, unless both are only
// read: C may declare them `restrict`. So operands that are the same buffer are
// one argument, and a kernel that reads and writes overlapping buffers is
// refused.
//
//===----------------------------------------------------------------------===//

#include "dialects/Kernel/PlanAttributes.h"
#include "megcc/Target.h"
#include "passes/kernel/Buffers.h"
#include "passes/kernel/Passes.h"

#include "mlir/IR/IRMapping.h"

namespace megcc::kernel {
#define GEN_PASS_DEF_OUTLINEKERNELS
#include "passes/kernel/Passes.h.inc"
} // namespace megcc::kernel

using namespace mlir;
using namespace megcc;
using namespace megcc::kernel;

namespace {

/// What becomes an argument: a buffer, and what is done with it.
struct Argument {
  Value value;
  ByteRegion region;
  bool isRead = false, isWritten = false;
};

struct OutlineKernels : kernel::impl::OutlineKernelsBase<OutlineKernels> {
  using OutlineKernelsBase::OutlineKernelsBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<func::FuncOp> main = getMain(module);
    if (failed(main))
      return signalPassFailure();
    llvm::Expected<Target> target = lookupTarget(targetName);
    if (!target) {
      module.emitError(llvm::toString(target.takeError()));
      return signalPassFailure();
    }
    outlined.clear();
    SymbolTable symbols(module);
    SmallVector<NestOp> copies;
    main->walk([&](NestOp op) {
      if (op->hasAttr(kInputRowsAttr))
        copies.push_back(op);
    });
    for (NestOp op : copies)
      askForRow(op, *main, symbols);
    // The user's functions first: their names are given.
    for (CallOp op : llvm::make_early_inc_range(main->getOps<CallOp>()))
      if (failed(callUserFunction(op, *main, symbols)))
        return signalPassFailure();
    SmallVector<KernelOpInterface> kernels;
    main->walk([&](KernelOpInterface op) {
      if (!isa<ChainOp>(op->getParentOp()))
        kernels.push_back(op);
    });
    for (KernelOpInterface op : kernels)
      if (failed(outline(op, *main, *target, symbols)))
        return signalPassFailure();
    for (auto block :
         llvm::make_early_inc_range(main->getOps<memref::AllocaOp>()))
      if (isPrivate(block))
        block.erase();
  }

private:
  static constexpr unsigned kNoArgument = ~0u;

  /// Whether `buffer` moves into the function of the kernel that uses it.
  static bool isPrivate(Value buffer) {
    Operation *op = buffer.getDefiningOp();
    return isa_and_nonnull<memref::AllocaOp>(op) && op->hasAttr(kPrivateAttr);
  }

  /// The arguments of `op`'s function, and which of them stands for each of
  /// its operands.
  static LogicalResult getArguments(KernelOpInterface op,
                                    SmallVectorImpl<Argument> &arguments,
                                    SmallVectorImpl<unsigned> &argumentOf) {
    for (OpOperand &operand : getBufferOperands(op)) {
      Value value = operand.get();
      if (isPrivate(value)) {
        argumentOf.push_back(kNoArgument);
        continue;
      }
      ByteRegion region = getByteRegion(value);
      auto *same = llvm::find_if(arguments, [&](const Argument &argument) {
        return argument.value.getType() == value.getType() &&
               argument.region == region;
      });
      if (same == arguments.end()) {
        arguments.push_back({value, region});
        same = &arguments.back();
      }
      bool isWritten = llvm::is_contained(op.getOutputs(), value) &&
                       operand.getOperandNumber() >= op.getInputs().size();
      (isWritten ? same->isWritten : same->isRead) = true;
      argumentOf.push_back(same - arguments.begin());
    }
    // Rows that a slice touches are: verify-arena has looked at each.
    bool isWhole = !getFiring(op);
    for (const Argument &a : arguments)
      for (const Argument &b : arguments)
        if (isWhole && &a != &b && a.isWritten &&
            !areDisjoint(a.region, b.region))
          return op->emitOpError("internal error: buffers overlap in part");
    return success();
  }

  /// Whether one C prototype serves both: the same names and kinds of values.
  static bool areAlike(DictionaryAttr a, DictionaryAttr b) {
    auto length = [](Attribute value) {
      auto array = dyn_cast<DenseArrayAttr>(value);
      return array ? array.getSize() : 1;
    };
    return (!a && !b) ||
           (a && b && a.size() == b.size() &&
            llvm::all_of(llvm::zip_equal(a, b), [&](const auto &pair) {
              const auto &[x, y] = pair;
              return x.getName() == y.getName() &&
                     x.getValue().getTypeID() == y.getValue().getTypeID() &&
                     length(x.getValue()) == length(y.getValue());
            }));
  }

  static void askForRow(NestOp op, func::FuncOp main, SymbolTable &symbols) {
    OpBuilder builder(main);
    Value ring = op.getOutput();
    auto function = builder.create<func::FuncOp>(
        op.getLoc(), "input_row",
        builder.getFunctionType({ring.getType(), builder.getIndexType()}, {}));
    function.setPrivate();
    function.setArgAttr(0, kAccessAttr, builder.getStringAttr("write"));
    function->setAttr(kInputRowsAttr, op->getAttr(kInputRowsAttr));
    symbols.insert(function, Block::iterator(main));
    builder.setInsertionPoint(op);
    auto call = builder.create<func::CallOp>(op.getLoc(), function,
                                             ValueRange{ring, op.getIndex()});
    call->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    call->setAttr(kLayerAttr, builder.getStringAttr("a row from the caller"));
    // Of the ring alone: the input is no operand any more.
    auto rows = op->getAttrOfType<ArrayAttr>(kRingRowsAttr);
    call->setAttr(kRingRowsAttr, builder.getArrayAttr(rows.getValue().back()));
    op.erase();
  }

  static LogicalResult callUserFunction(CallOp op, func::FuncOp main,
                                        SymbolTable &symbols) {
    OpBuilder builder(main);
    SmallVector<Attribute> access;
    for (OpOperand &operand : op->getOpOperands()) {
      bool isRead = operand.getOperandNumber() < op.getInputs().size();
      NamedAttrList attributes;
      attributes.set(kAccessAttr,
                     builder.getStringAttr(isRead ? "read" : "write"));
      if (ArrayAttr elements = op.getElementsAttr())
        attributes.set(kElementAttr, elements[operand.getOperandNumber()]);
      access.push_back(attributes.getDictionary(op.getContext()));
    }
    DictionaryAttr parameters = op.getParametersAttr();
    auto type = builder.getFunctionType(op.getOperandTypes(), {});

    Operation *known = symbols.lookup(op.getCallee());
    auto function = dyn_cast_or_null<func::FuncOp>(known);
    if (!known) {
      function =
          builder.create<func::FuncOp>(op.getLoc(), op.getCallee(), type);
      function.setPrivate();
      function.setAllArgAttrs(access);
      if (parameters)
        function->setAttr(kParametersAttr, parameters);
      symbols.insert(function, Block::iterator(main));
    } else if (!function || function.getFunctionType() != type ||
               function.getAllArgAttrs() != builder.getArrayAttr(access) ||
               !areAlike(
                   function->getAttrOfType<DictionaryAttr>(kParametersAttr),
                   parameters)) {
      InFlightDiagnostic diagnostic =
          op.emitError("calls ")
          << op.getCallee() << " as " << type
          << ", but that name stands for something else already";
      diagnostic.attachNote(known->getLoc()) << "here";
      return diagnostic;
    }
    builder.setInsertionPoint(op);
    auto call =
        builder.create<func::CallOp>(op.getLoc(), function, op->getOperands());
    call->setDiscardableAttrs(op->getDiscardableAttrDictionary());
    call->setAttr(kLayerAttr, builder.getStringAttr("user's function"));
    if (parameters)
      call->setAttr(kParametersAttr, parameters);
    op.erase();
    return success();
  }

  LogicalResult outline(KernelOpInterface op, func::FuncOp main,
                        const Target &target, SymbolTable &symbols) {
    SmallVector<Argument> arguments;
    SmallVector<unsigned> argumentOf;
    if (failed(getArguments(op, arguments, argumentOf)))
      return failure();

    OpBuilder builder(op);
    SmallVector<NamedAttribute> callAttributes;
    for (NamedAttribute attribute : op->getDiscardableAttrs())
      if (attribute.getNameDialect() == op->getDialect())
        callAttributes.push_back(attribute);
    std::string stem = op->getName().stripDialect().str();
    if (auto family = dyn_cast<KernelFamilyInterface>(op.getOperation())) {
      stem = family.getKernelName();
      callAttributes.push_back(builder.getNamedAttr(
          kMacsAttr, builder.getI64IntegerAttr(family.getMacs())));
      callAttributes.push_back(builder.getNamedAttr(
          kLayerAttr, builder.getStringAttr(family.describe(target))));
    }
    for (NamedAttribute attribute : callAttributes)
      op->removeDiscardableAttr(attribute.getName());

    builder.setInsertionPoint(main);
    func::FuncOp function =
        buildFunction(builder, op, stem, arguments, argumentOf);
    func::FuncOp shared = findEqual(function);
    if (shared == function)
      symbols.insert(function, Block::iterator(main));
    else
      function.erase();

    builder.setInsertionPoint(op);
    SmallVector<Value> operands;
    for (const Argument &argument : arguments)
      operands.push_back(argument.value);
    if (FiringOp firing = getFiring(op))
      operands.push_back(firing);
    auto call = builder.create<func::CallOp>(op.getLoc(), shared, operands);
    for (NamedAttribute attribute : callAttributes)
      call->setAttr(attribute.getName(), attribute.getValue());
    op->erase();
    return success();
  }

  static func::FuncOp buildFunction(OpBuilder &builder, KernelOpInterface op,
                                    StringRef name,
                                    ArrayRef<Argument> arguments,
                                    ArrayRef<unsigned> argumentOf) {
    SmallVector<Type> types;
    SmallVector<Attribute> access;
    for (const Argument &argument : arguments) {
      types.push_back(argument.value.getType());
      StringRef word = !argument.isWritten ? "read"
                       : argument.isRead   ? "readwrite"
                                           : "write";
      access.push_back(builder.getDictionaryAttr(
          builder.getNamedAttr(kAccessAttr, builder.getStringAttr(word))));
    }
    FiringOp firing = getFiring(op);
    if (firing) {
      types.push_back(builder.getIndexType());
      access.push_back(builder.getDictionaryAttr(
          {builder.getNamedAttr(kIndexExtentAttr,
                                builder.getI64IntegerAttr(firing.getCount())),
           builder.getNamedAttr("nn.name", builder.getStringAttr("slice"))}));
    }
    auto function = builder.create<func::FuncOp>(
        op.getLoc(), name, builder.getFunctionType(types, {}));
    function.setPrivate();
    function.setAllArgAttrs(access);
    Block *body = function.addEntryBlock();
    OpBuilder inner = OpBuilder::atBlockEnd(body);
    IRMapping buffers;
    for (auto [i, argument] : llvm::enumerate(argumentOf)) {
      Value operand = op->getOperand(i);
      if (argument != kNoArgument)
        continue;
      if (!buffers.contains(operand))
        buffers.map(operand,
                    inner.create<memref::AllocaOp>(
                        op.getLoc(), cast<MemRefType>(operand.getType())));
    }
    Operation *clone = inner.clone(*op, buffers);
    for (auto [i, argument] : llvm::enumerate(argumentOf))
      if (argument != kNoArgument)
        clone->setOperand(i, body->getArgument(argument));
    if (firing)
      clone->setOperand(argumentOf.size(), body->getArguments().back());
    inner.create<func::ReturnOp>(op.getLoc());
    return function;
  }

  /// A function outlined before with the same types, access and body as
  /// `function`; `function` itself, remembered, if it is the first.
  func::FuncOp findEqual(func::FuncOp function) {
    Operation *kernel =
        *function.getBody().front().getOps<KernelOpInterface>().begin();
    auto key = std::tuple(function.getFunctionType(), function.getAllArgAttrs(),
                          kernel->getAttrDictionary());
    auto &candidates = outlined[llvm::hash_value(key)];
    for (func::FuncOp candidate : candidates)
      if (candidate.getFunctionType() == function.getFunctionType() &&
          candidate.getAllArgAttrs() == function.getAllArgAttrs() &&
          OperationEquivalence::isRegionEquivalentTo(
              &candidate.getBody(), &function.getBody(),
              OperationEquivalence::IgnoreLocations))
        return candidate;
    candidates.push_back(function);
    return function;
  }

  /// By a hash of signature and attributes.
  std::map<size_t, SmallVector<func::FuncOp>> outlined;
};

} // namespace
