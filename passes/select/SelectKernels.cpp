//===- SelectKernels.cpp - From operators to kernel families --------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Leaves tensors behind: every value gets a buffer of its physical shape, every
// operator the family and configuration that runs it on the target. Operators
// that only rename a buffer become aliases; constants stay where they are until
// packing.
//
// Before:
//
//   func.func @main(%x: tensor<1x96x3136xf32> {nn.name = "x"}) ->
//   (tensor<1x24x3136xf32> {nn.name = "y"}) {
//     %w = nn.constant dense_resource<w> : tensor<24x96x1xf32>
//     %y = nn.conv %x, %w ... : tensor<1x24x3136xf32>
//     return %y
//
// After:
//
//   func.func @main(%x: memref<1x96x3136xf32>, %out: memref<1x24x3136xf32>) {
//     %w = kernel.constant dense_resource<w> packed (...) : memref<...>
//     %y = memref.alloc() : memref<1x24x3136xf32>
//     kernel.gemm "conv" ... ins(%x, %w) outs(%y)
//     kernel.nest "copy" ... ins(%y) outs(%out)
//     return
//
//===----------------------------------------------------------------------===//

#include "passes/select/Passes.h"
#include "passes/select/Selector.h"

namespace megcc {
#define GEN_PASS_DEF_SELECTKERNELS
#include "passes/select/Passes.h.inc"
} // namespace megcc

using namespace mlir;
using namespace megcc;

static SelectRegistry makeRegistry() {
  SelectRegistry registry;
  addElementwise(registry);
  addConvolution(registry);
  addMatmul(registry);
  addPooling(registry);
  addReduction(registry);
  addNormalization(registry);
  addMovement(registry);
  addPadding(registry);
  addIndexing(registry);
  addResize(registry);
  addOrdering(registry);
  addScattering(registry);
  addVision(registry);
  addRecurrent(registry);
  addCustomCall(registry);
  return registry;
}

/// The node that `op` is, or holds in its region.
static Node makeNode(Operation *op) {
  Node node;
  node.results = op->getResults();
  auto fused = dyn_cast<nn::FusedOp>(op);
  if (!fused) {
    node.root = op;
    return node;
  }
  Block &body = fused.getBody().front();
  for (auto [argument, operand] :
       llvm::zip(body.getArguments(), op->getOperands()))
    node.outside.map(argument, operand);
  auto isElementwise = [](Operation &inner) {
    return isa<nn::ElementwiseOpInterface>(inner);
  };
  node.root = &body.front();
  for (Operation &inner : body.without_terminator())
    if (!isElementwise(inner))
      node.root = &inner;
  for (Operation &inner : body.without_terminator())
    if (inner.isBeforeInBlock(node.root))
      node.leaders.push_back(&inner);
    else if (&inner != node.root)
      node.followers.push_back(&inner);
  return node;
}

/// Replaces the tensor signature of `function` by memrefs, results becoming
/// further arguments; attributes of results move along. Values keep their uses
/// of the old arguments, which `selector` maps to the new ones.
static func::FuncOp makeBufferFunction(func::FuncOp function,
                                       OpBuilder &builder) {
  SmallVector<Type> types;
  SmallVector<DictionaryAttr> attributes;
  // Buffers are signless: what the caller passes is kept beside them.
  auto push = [&](Type type, DictionaryAttr attrs) {
    auto tensor = cast<RankedTensorType>(type);
    NamedAttrList list(attrs);
    list.set(nn::NNDialect::kTypeAttr,
             TypeAttr::get(RankedTensorType::get(tensor.getShape(),
                                                 tensor.getElementType())));
    types.push_back(layout::bufferType(tensor));
    attributes.push_back(list.getDictionary(builder.getContext()));
  };
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
    push(type, function.getArgAttrDict(i));
  for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
    push(type, function.getResultAttrDict(i));
  auto result = func::FuncOp::create(function.getLoc(), function.getName(),
                                     builder.getFunctionType(types, {}));
  result.setAllArgAttrs(attributes);
  result->setAttr("kernel.inputs",
                  builder.getI64IntegerAttr(function.getNumArguments()));
  result.addEntryBlock();
  return result;
}

namespace {

class SelectKernels : public megcc::impl::SelectKernelsBase<SelectKernels> {
public:
  using SelectKernelsBase::SelectKernelsBase;

  void runOnOperation() override {
    llvm::Expected<Target> target = lookupTarget(targetName);
    if (!target) {
      getOperation().emitError(llvm::toString(target.takeError()));
      return signalPassFailure();
    }
    std::vector<std::string> choices(algorithms.begin(), algorithms.end());
    llvm::Expected<AlgorithmRules> rules =
        AlgorithmRules::parse(exact, choices);
    if (!rules) {
      getOperation().emitError(llvm::toString(rules.takeError()));
      return signalPassFailure();
    }
    SelectRegistry registry = makeRegistry();
    for (func::FuncOp function :
         llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (!function.isDeclaration() &&
          failed(select(function, registry, *target, *rules)))
        return signalPassFailure();
    if (failed(rules->checkAllUsed(getOperation())))
      signalPassFailure();
  }

private:
  LogicalResult select(func::FuncOp function, const SelectRegistry &registry,
                       const Target &target, AlgorithmRules &rules) {
    OpBuilder builder(&getContext());
    func::FuncOp result = makeBufferFunction(function, builder);
    builder.setInsertionPointToStart(&result.front());
    Selector selector(result, builder, target, rules, threads);
    unsigned inputs = function.getNumArguments();
    for (auto [i, argument] : llvm::enumerate(function.getArguments()))
      selector.bind(argument, result.getArgument(i));

    bool ok = true;
    for (Operation &op : function.front().without_terminator()) {
      // Constants, and movements of them that packing does.
      if (op.getNumResults() == 1 && selector.constant(op.getResult(0)))
        continue;
      selector.setLoc(op.getLoc());
      Node node = makeNode(&op);
      if (!node.leaders.empty() && !isa<nn::ConvOp, nn::MatMulOp>(node.root))
        node = selector.withoutPrologue(node);
      SelectRegistry::Function choose = registry.lookup(node.root);
      // All unsupported operators are told, not only the first.
      if (!choose)
        ok = succeeded(selector.unsupported(node.root, "not supported yet"));
      else if (ok)
        ok = succeeded(choose(node, selector));
    }
    if (!ok) {
      result.erase();
      return failure();
    }
    for (auto [i, value] :
         llvm::enumerate(function.front().getTerminator()->getOperands()))
      selector.copy(selector.buffer(value), result.getArgument(inputs + i));
    builder.create<func::ReturnOp>(function.getLoc());
    function->getBlock()->getOperations().insert(function->getIterator(),
                                                 result);
    function.erase();
    return success();
  }
};

} // namespace
