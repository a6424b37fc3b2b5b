//===- NNDialect.cpp - The nn dialect and its attributes ------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "dialects/NN/NN.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/Verifier.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace megcc;
using namespace megcc::nn;

#include "dialects/NN/NNDialect.cpp.inc"
#include "dialects/NN/NNEnums.cpp.inc"
#include "dialects/NN/NNInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/NN/NNAttributes.cpp.inc"

void NNDialect::initialize() {
  registerAttributes();
  registerUnaryOps();
  registerActivationOps();
  registerBinaryOps();
  registerConversionOps();
  registerContractionOps();
  registerPoolingOps();
  registerReductionOps();
  registerNormalizationOps();
  registerMovementOps();
  registerIndexingOps();
  registerVisionOps();
  registerRecurrentOps();
  registerStructureOps();
}

void NNDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/NN/NNAttributes.cpp.inc"
      >();
}

Operation *NNDialect::materializeConstant(OpBuilder &builder, Attribute value,
                                          Type type, Location loc) {
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements || elements.getType() != type)
    return nullptr;
  return builder.create<ConstantOp>(loc, elements);
}

//===----------------------------------------------------------------------===//
// Discardable attributes
//===----------------------------------------------------------------------===//

LogicalResult NNDialect::verifyOperationAttribute(Operation *op,
                                                  NamedAttribute attribute) {
  // model_attribute
  if (attribute.getName() != kModelAttr)
    return op->emitOpError("has unknown attribute ") << attribute.getName();
  if (!isa<ModuleOp>(op) || !isa<StringAttr>(attribute.getValue()))
    return op->emitOpError("expected ")
           << kModelAttr << " to be a string on a module";
  return success();
}

/// Graph names are strings.
static LogicalResult verifyName(Operation *op, NamedAttribute attribute,
                                StringRef where, unsigned index) {
  // name_attribute
  if (attribute.getName() == NNDialect::kNameAttr &&
      isa<StringAttr>(attribute.getValue()))
    return success();
  if (attribute.getName() == NNDialect::kTypeAttr &&
      isa<TypeAttr>(attribute.getValue()))
    return success();
  return op->emitOpError("expected a string ")
         << NNDialect::kNameAttr << " and a type " << NNDialect::kTypeAttr
         << " to be the only nn attributes of " << where << " " << index;
}

LogicalResult NNDialect::verifyRegionArgAttribute(Operation *op, unsigned,
                                                  unsigned argument,
                                                  NamedAttribute attribute) {
  return verifyName(op, attribute, "argument", argument);
}

LogicalResult NNDialect::verifyRegionResultAttribute(Operation *op, unsigned,
                                                     unsigned result,
                                                     NamedAttribute attribute) {
  return verifyName(op, attribute, "result", result);
}

//===----------------------------------------------------------------------===//
// InfoAttr
//===----------------------------------------------------------------------===//

static ParseResult parseLayout(AsmParser &parser,
                               std::optional<BlockedLayout> &layout) {
  BlockedLayout blocked;
  if (parser.parseKeyword("blocked") || parser.parseLess() ||
      parser.parseInteger(blocked.dim) || parser.parseKeyword("x") ||
      parser.parseInteger(blocked.size) || parser.parseGreater())
    return failure();
  layout = blocked;
  return success();
}

Attribute InfoAttr::parse(AsmParser &parser, Type) {
  SMLoc loc = parser.getCurrentLocation();
  std::optional<BlockedLayout> layout;
  SmallVector<int64_t> bounds;
  auto parseField = [&]() -> ParseResult {
    StringRef field;
    if (parser.parseKeyword(&field) || parser.parseEqual())
      return failure();
    if (field == "layout")
      return parseLayout(parser, layout);
    if (field == "bounds")
      return parser.parseCommaSeparatedList(
          AsmParser::Delimiter::Square,
          [&]() { return parser.parseInteger(bounds.emplace_back()); });
    return parser.emitError(loc, "expected layout or bounds, found ") << field;
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::LessGreater,
                                     parseField))
    return {};
  return parser.getChecked<InfoAttr>(loc, parser.getContext(), layout, bounds);
}

void InfoAttr::print(AsmPrinter &printer) const {
  printer << "<";
  if (std::optional<BlockedLayout> layout = getLayout())
    printer << "layout = blocked<" << layout->dim << " x " << layout->size
            << ">" << (getBounds().empty() ? "" : ", ");
  if (!getBounds().empty())
    printer << "bounds = [" << getBounds() << "]";
  printer << ">";
}

LogicalResult InfoAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                               std::optional<BlockedLayout> layout,
                               ArrayRef<int64_t> bounds) {
  // info_empty
  if (!layout && bounds.empty())
    return emitError() << "expected #nn.info to have a layout or bounds";
  // info_block
  if (layout && (layout->dim < 0 || layout->size < 2))
    return emitError() << "expected blocks of 2 or more elements of a "
                          "dimension, found blocked<"
                       << layout->dim << " x " << layout->size << ">";
  // info_negative_bound
  if (llvm::any_of(bounds, [](int64_t bound) { return bound < 0; }))
    return emitError() << "expected bounds that are not negative, found ["
                       << bounds << "]";
  return success();
}

LogicalResult
InfoAttr::verifyEncoding(ArrayRef<int64_t> shape, Type,
                         function_ref<InFlightDiagnostic()> emitError) const {
  int64_t rank = shape.size();
  // info_dim
  if (getLayout() && getLayout()->dim >= rank)
    return emitError() << "layout splits dimension " << getLayout()->dim
                       << " of a tensor of rank " << rank;
  if (getBounds().empty())
    return success();
  // info_bounds_rank
  if (static_cast<int64_t>(getBounds().size()) != rank)
    return emitError() << "expected " << rank << " bounds, found "
                       << getBounds().size();
  // info_bounds_dynamic
  for (auto [extent, bound] : llvm::zip(shape, getBounds()))
    if (ShapedType::isDynamic(extent) != (bound != 0))
      return emitError() << "expected a bound for each dynamic dimension and "
                            "0 for the others, found ["
                         << getBounds() << "]";
  return success();
}

LogicalResult nn::detail::verifyOrErase(Operation *op) {
  if (succeeded(mlir::verify(op)))
    return success();
  op->erase();
  return failure();
}

LogicalResult nn::detail::verifyRowMajor(Operation *op) {
  auto check = [&](TypeRange types, StringRef name) -> LogicalResult {
    for (auto [i, type] : llvm::enumerate(types)) {
      auto tensor = dyn_cast<RankedTensorType>(type);
      // row_major
      if (tensor && getLayout(tensor))
        return op->emitOpError("expected row-major tensors, found ")
               << type << " as " << name << " " << i;
    }
    return success();
  };
  if (failed(check(op->getOperandTypes(), "operand")))
    return failure();
  return check(op->getResultTypes(), "result");
}
