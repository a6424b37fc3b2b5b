//===- NNStructure.cpp - Constants, fusion, layout, extension -------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/Inference.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

void NNDialect::registerStructureOps() {
  addOperations<
#define GET_OP_LIST
#include "dialects/NN/NNStructure.cpp.inc"
      >();
}

#define GET_OP_CLASSES
#include "dialects/NN/NNStructure.cpp.inc"

LogicalResult ConstantOp::inferReturnTypes(MLIRContext *,
                                           std::optional<Location> loc,
                                           Adaptor adaptor,
                                           SmallVectorImpl<Type> &types) {
  Inference infer(loc, getOperationName());
  auto type = dyn_cast<RankedTensorType>(adaptor.getValue().getType());
  // constant_type
  if (!type)
    return infer.error("expected the value to be a ranked tensor, found ",
                       adaptor.getValue().getType());
  types.push_back(type);
  return success();
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

LogicalResult RelayoutOp::verify() {
  RankedTensorType x = getX().getType(), result = getType();
  // relayout_type
  if (x.getShape() != result.getShape() ||
      x.getElementType() != result.getElementType())
    return emitOpError("expected a result that differs from ")
           << x << " in its encoding only, found " << result;
  return success();
}

LogicalResult CustomCallOp::verify() {
  // custom_call_callee
  StringRef callee = getCallee();
  auto isNameChar = [](char c) { return llvm::isAlnum(c) || c == '_'; };
  if (callee.empty() || llvm::isDigit(callee.front()) ||
      !llvm::all_of(callee, isNameChar))
    return emitOpError("expected the name of a C function as callee, found ")
           << getCalleeAttr();
  return success();
}

//===----------------------------------------------------------------------===//
// FusedOp
//===----------------------------------------------------------------------===//

void FusedOp::build(OpBuilder &builder, OperationState &state,
                    TypeRange resultTypes, ValueRange inputs) {
  state.addTypes(resultTypes);
  state.addOperands(inputs);
  Region *region = state.addRegion();
  Block &block = region->emplaceBlock();
  for (Value input : inputs)
    block.addArgument(input.getType(), input.getLoc());
}

Operation *FusedOp::getRoot() {
  for (Operation &op : getBody().front().without_terminator())
    if (!isa<ElementwiseOpInterface>(op))
      return &op;
  return nullptr;
}

bool FusedOp::isInPrologue(Operation *op) {
  Operation *root = getRoot();
  return root && (op == root || op->isBeforeInBlock(root));
}

YieldOp FusedOp::getYield() {
  return cast<YieldOp>(getBody().front().getTerminator());
}

void FusedOp::getAsmBlockArgumentNames(Region &region,
                                       OpAsmSetValueNameFn setName) {
  for (BlockArgument argument : region.getArguments())
    setName(argument, "in");
}

ParseResult FusedOp::parse(OpAsmParser &parser, OperationState &result) {
  SmallVector<OpAsmParser::Argument> arguments;
  SmallVector<OpAsmParser::UnresolvedOperand> inputs;
  auto parseInput = [&]() -> ParseResult {
    return failure(parser.parseArgument(arguments.emplace_back()) ||
                   parser.parseEqual() ||
                   parser.parseOperand(inputs.emplace_back()) ||
                   parser.parseColonType(arguments.back().type));
  };
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::Paren, parseInput) ||
      parser.parseOptionalAttrDictWithKeyword(result.attributes) ||
      parser.parseArrowTypeList(result.types))
    return failure();
  for (auto [argument, input] : llvm::zip(arguments, inputs))
    if (parser.resolveOperand(input, argument.type, result.operands))
      return failure();
  Region *body = result.addRegion();
  if (parser.parseRegion(*body, arguments))
    return failure();
  if (body->empty())
    return parser.emitError(loc, "expected a body");
  return success();
}

void FusedOp::print(OpAsmPrinter &printer) {
  printer << " (";
  llvm::interleaveComma(llvm::zip(getBody().getArguments(), getInputs()),
                        printer, [&](auto pair) {
                          auto [argument, input] = pair;
                          printer.printRegionArgument(argument, {},
                                                      /*omitType=*/true);
                          printer << " = " << input << " : " << input.getType();
                        });
  printer << ")";
  printer.printOptionalAttrDictWithKeyword((*this)->getAttrs());
  printer.printArrowTypeList(getResultTypes());
  printer << " ";
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
}

LogicalResult FusedOp::verify() {
  // fused_arguments
  if (getBody().getArgumentTypes() != getInputs().getTypes())
    return emitOpError("expected a body with arguments of types ")
           << getInputs().getTypes() << ", found "
           << getBody().getArgumentTypes();
  return success();
}

LogicalResult FusedOp::verifyRegions() {
  // fused_yield
  auto yield = dyn_cast<YieldOp>(getBody().front().getTerminator());
  if (!yield)
    return emitOpError("expected the body to end in nn.yield");
  if (yield.getOperandTypes() != getResultTypes())
    return emitOpError("expected the body to yield ")
           << getResultTypes() << ", found " << yield.getOperandTypes();

  Operation *root = getRoot();
  for (Operation &op : getBody().front().without_terminator()) {
    // fused_dialect
    if (!isa<NNDialect>(op.getDialect()) || isa<FusedOp>(op))
      return (emitOpError("expected simple nn operators in the body, found ")
              << op.getName())
                 .attachNote(op.getLoc())
             << "this one";
    // fused_root
    if (!isa<ElementwiseOpInterface>(op) && &op != root)
      return (emitOpError("expected one operator that is not elementwise, "
                          "found ")
              << root->getName() << " and " << op.getName())
                 .attachNote(op.getLoc())
             << "the second one";
  }
  // fused_prologue
  for (Operation &op : getBody().front().without_terminator()) {
    if (!root || &op == root)
      break;
    for (OpOperand &use : op.getUses())
      if (use.getOwner() == root ? use.getOperandNumber() != 0
                                 : !isInPrologue(use.getOwner()))
        return (emitOpError("expected what precedes ")
                << root->getName() << " to lead to its first operand only")
                   .attachNote(op.getLoc())
               << "this does not";
  }
  return success();
}
