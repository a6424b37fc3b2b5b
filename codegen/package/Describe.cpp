//===- Describe.cpp - From a planned module to plain structs --------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/c/CPrinter.h"
#include "codegen/c/StackBound.h"
#include "codegen/kernels/Choices.h"
#include "codegen/package/Accesses.h"
#include "codegen/package/Emitters.h"
#include "codegen/package/InputRows.h"
#include "codegen/package/Parameters.h"
#include "codegen/package/PortTypes.h"
#include "dialects/Kernel/Kernel.h"
#include "dialects/Kernel/PlanAttributes.h"
#include "dialects/NN/NN.h"
#include "lib/Support/Constants.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using llvm::StringRef;

namespace megcc {

/// Weights below this size are an array in a C file unless told otherwise: a
/// compiler reads that many numbers in no time, and any compiler can.
constexpr int64_t largestDefaultArray = 256 * 1024;

int64_t Port::elements() const {
  int64_t product = 1;
  for (int64_t extent : shape)
    product *= extent;
  return product;
}

bool PackageDescription::ioInArena() const {
  return llvm::any_of(
             inputs,
             [](const Port &port) { return port.arenaOffset.has_value(); }) ||
         llvm::any_of(outputs, [](const Port &port) {
           return port.arenaOffset.has_value();
         });
}

bool PackageDescription::hasStreamedInputs() const {
  return llvm::any_of(inputs,
                      [](const Port &port) { return port.rows.has_value(); });
}

int64_t PackageDescription::ioBytes() const {
  int64_t bytes = 0;
  for (const auto *ports : {&inputs, &outputs})
    for (const Port &port : *ports)
      if (port.isCallers())
        bytes += port.bytes;
  return bytes;
}

//===----------------------------------------------------------------------===//
// Locations
//===----------------------------------------------------------------------===//

static void collectNodes(Location loc, std::vector<std::string> &nodes) {
  if (auto name = dyn_cast<NameLoc>(loc)) {
    if (!llvm::is_contained(nodes, name.getName().str()))
      nodes.push_back(name.getName().str());
  } else if (auto fused = dyn_cast<FusedLoc>(loc)) {
    for (Location part : fused.getLocations())
      collectNodes(part, nodes);
  } else if (auto site = dyn_cast<CallSiteLoc>(loc)) {
    collectNodes(site.getCallee(), nodes);
  }
}

std::vector<std::string> nodesOf(Location loc) {
  std::vector<std::string> nodes;
  collectNodes(loc, nodes);
  return nodes;
}

//===----------------------------------------------------------------------===//
// The description
//===----------------------------------------------------------------------===//

namespace {

/// Reads @main of one module; each step fails with a diagnostic.
class Describer {
public:
  Describer(ModuleOp module, const PackageOptions &options)
      : options(options), module(module), symbols(module) {}

  LogicalResult run() {
    main = symbols.lookup<func::FuncOp>("main");
    if (!main || !main.getBody().hasOneBlock())
      return module.emitError("a package needs a planned @main");
    if (failed(readArguments()))
      return failure();
    readWeights();
    readBuffers();
    readCustomOperators();
    for (Operation &op : main.getBody().front())
      if (failed(readOperation(op)))
        return failure();
    for (const Port &port : inputs)
      if (port.rows && port.rows->count == 0)
        return main.emitError("internal error: nobody asks for rows of ")
               << port.name;
    return success();
  }

  std::vector<Port> inputs, outputs;
  std::vector<Weight> weights;
  std::vector<CustomOperator> customOperators;
  std::vector<ArenaRegion> regions;
  std::vector<Preload> preloads;
  Variant variant;
  Peak peak;

private:
  LogicalResult readArguments();
  LogicalResult readPort(BlockArgument argument, UniqueNames &names,
                         bool isOutput);
  void readWeights();
  void readRegions();
  void readBuffers();
  void readCustomOperators();
  unsigned addPlace(Place place) {
    variant.places.push_back(place);
    return variant.places.size() - 1;
  }
  void readView(kernel::ViewOp view);
  LogicalResult readOperation(Operation &op);
  int64_t readPreload(kernel::ViewOp view, int64_t offset);
  LogicalResult readCall(func::CallOp call);
  int64_t moduleNumber(StringRef attribute) {
    auto number = module->getAttrOfType<IntegerAttr>(attribute);
    return number ? number.getInt() : 0;
  }

  const PackageOptions &options;
  ModuleOp module;
  SymbolTable symbols;
  func::FuncOp main;
  /// Where each memref of @main lies.
  llvm::DenseMap<Value, Operand> places;
  llvm::DenseMap<Operation *, int64_t> stackBounds;
};

} // namespace

//===----------------------------------------------------------------------===//
// Arguments
//===----------------------------------------------------------------------===//

LogicalResult Describer::readPort(BlockArgument argument, UniqueNames &names,
                                  bool isOutput) {
  unsigned number = argument.getArgNumber();
  auto name =
      main.getArgAttrOfType<StringAttr>(number, nn::NNDialect::kNameAttr);
  auto type = dyn_cast<MemRefType>(argument.getType());
  if (!name || !type)
    return main.emitError("argument ")
           << number << " of a planned @main has no name or is no memref";
  Type element = type.getElementType();
  // Signedness is the interface's affair; buffers have none.
  if (auto original =
          main.getArgAttrOfType<TypeAttr>(number, nn::NNDialect::kTypeAttr))
    element = getElementTypeOrSelf(original.getValue());

  auto &ports = isOutput ? outputs : inputs;
  Operand place;
  place.kind = isOutput ? Operand::Output : Operand::Input;
  place.port = ports.size();

  Port port;
  port.name = name.str();
  port.parameter = names.take(publicName(port.name));
  port.elementType = portTypeName(element);
  port.cType = interfaceType(element);
  llvm::append_range(port.shape, type.getShape());
  port.bytes = kernel::getSpanBytes(type);
  if (auto offset =
          main.getArgAttrOfType<IntegerAttr>(number, kernel::kArenaOffsetAttr))
    port.arenaOffset = offset.getInt();
  if (main.getArgAttr(number, kernel::kStreamedAttr)) {
    port.rows.emplace();
    port.rows->name = names.take(port.parameter + "_row");
    port.rows->user = names.take(port.parameter + "_user");
  }
  if (port.isCallers())
    place.place = addPlace({place.kind, place.port, 0, port.bytes});
  places[argument] = place;
  ports.push_back(std::move(port));
  return success();
}

LogicalResult Describer::readArguments() {
  // Words that the package's own functions and macros use.
  std::vector<std::string> taken = {
      "ctx",    "arena",      "weights",
      "config", "status",     "context",
      "tick",   options.name, options.name + "_weights"};
  readRegions();
  for (const ArenaRegion &region : regions)
    taken.push_back(region.name);
  if (options.threads != ThreadsForm::None)
    for (StringRef word : {"call", "layer", "part", "parts", "begin", "end",
                           "step", "first", "last", "threads", "pool"})
      taken.push_back(word.str());
  UniqueNames names(taken);
  auto inputCount = main->getAttrOfType<IntegerAttr>(kernel::kInputsAttr);
  if (!inputCount)
    return main.emitError("a planned @main says how many inputs it has");
  for (BlockArgument argument : main.getArguments()) {
    bool isOutput = argument.getArgNumber() >= inputCount.getInt();
    bool isArena =
        bool(main.getArgAttr(argument.getArgNumber(), kernel::kArenaAttr));
    bool isWeights =
        bool(main.getArgAttr(argument.getArgNumber(), kernel::kWeightsAttr));
    if (isArena || isWeights) {
      Operand place;
      place.kind = isArena ? Operand::Arena : Operand::Weights;
      places[argument] = place;
    } else if (failed(readPort(argument, names, isOutput))) {
      return failure();
    }
  }
  variant.arenaBytes = moduleNumber(kernel::kArenaBytesAttr);
  variant.arenaLowerBound = moduleNumber(kernel::kArenaLowerBoundAttr);
  variant.weightsBytes = moduleNumber(kernel::kWeightBytesAttr);
  variant.haloMacs = moduleNumber(kernel::kHaloMacsAttr);
  if (auto lines = module->getAttrOfType<ArrayAttr>(kernel::kDecisionsAttr))
    for (auto line : lines.getAsRange<StringAttr>())
      variant.decisions.push_back(line.str());
  if (auto layouts = module->getAttrOfType<StringAttr>(kernel::kLayoutsAttr))
    variant.layouts = layouts.str();
  variant.graph = getGraphOptions(module);
  if (auto attr = module->getAttrOfType<DictionaryAttr>(kernel::kPeakAttr)) {
    peak.layer = attr.getAs<StringAttr>("layer").str();
    for (auto [name, bytes] : llvm::zip(attr.getAs<ArrayAttr>("tensors"),
                                        attr.getAs<ArrayAttr>("bytes")))
      peak.tensors.emplace_back(cast<StringAttr>(name).str(),
                                cast<IntegerAttr>(bytes).getInt());
  }
  return success();
}

void Describer::readWeights() {
  for (auto op : module.getOps<kernel::WeightOp>()) {
    Weight weight;
    weight.source = op.getValue();
    weight.packing = op.getPack().value_or(AffineMap());
    weight.winograd = op.getWinograd().value_or(0);
    weight.type = cast<MemRefType>(op.getType());
    weight.offset = op.getOffset();
    weights.push_back(weight);
  }
  llvm::sort(weights, [](const Weight &a, const Weight &b) {
    return a.offset < b.offset;
  });
}

void Describer::readRegions() {
  auto attributes = module->getAttrOfType<ArrayAttr>(kernel::kRegionsAttr);
  if (!attributes) {
    ArenaRegion &arena = regions.emplace_back();
    arena.name = "arena";
    arena.bytes = moduleNumber(kernel::kArenaBytesAttr);
    return;
  }
  for (auto fields : attributes.getAsRange<DictionaryAttr>()) {
    auto number = [&](StringRef key) {
      return fields.getAs<IntegerAttr>(key).getInt();
    };
    ArenaRegion &region = regions.emplace_back();
    region.name = fields.getAs<StringAttr>("name").str();
    region.base = number("base");
    region.bytes = number("bytes");
    region.capacity = number("capacity");
  }
}

void Describer::readBuffers() {
  auto buffers = module->getAttrOfType<ArrayAttr>(kernel::kBuffersAttr);
  if (!buffers)
    return;
  for (auto fields : buffers.getAsRange<DictionaryAttr>()) {
    auto number = [&](StringRef key) {
      return fields.getAs<IntegerAttr>(key).getInt();
    };
    Buffer buffer;
    buffer.name = fields.getAs<StringAttr>("name").str();
    buffer.offset = number("offset");
    buffer.bytes = number("bytes");
    auto parts = fields.getAs<DenseI64ArrayAttr>("parts").asArrayRef();
    for (; !parts.empty(); parts = parts.drop_front(4))
      buffer.parts.push_back({parts[0], parts[1], parts[2], parts[3]});
    variant.buffers.push_back(std::move(buffer));
  }
}

/// The C type of an argument's elements. A kernel's are signless; those of a
/// user's function have the model's type.
static std::string elementType(func::FuncOp function, unsigned argument) {
  if (auto element =
          function.getArgAttrOfType<TypeAttr>(argument, kernel::kElementAttr))
    return interfaceType(element.getValue());
  auto type = cast<MemRefType>(function.getArgumentTypes()[argument]);
  return cStorageType(type.getElementType());
}

/// Functions without a body are the user's.
void Describer::readCustomOperators() {
  for (auto function : module.getOps<func::FuncOp>()) {
    if (!function.isExternal() || function->hasAttr(kernel::kInputRowsAttr))
      continue;
    CustomOperator op;
    op.function = function.getSymName().str();
    op.comment = llvm::join(nodesOf(function.getLoc()), ", ");
    unsigned inputs = 0, outputs = 0;
    for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
      bool written = writesArgument(function, i);
      auto memref = cast<MemRefType>(type);
      op.parameters.push_back((written ? "" : "const ") +
                              elementType(function, i) +
                              (written ? " output_" + std::to_string(outputs++)
                                       : " input_" + std::to_string(inputs++)) +
                              "[" + arrayExtent(memref.getShape()) + "]");
    }
    if (auto parameters =
            function->getAttrOfType<DictionaryAttr>(kernel::kParametersAttr))
      for (NamedAttribute parameter : parameters)
        op.parameters.push_back(parameterDeclaration(parameter));
    customOperators.push_back(std::move(op));
  }
}

//===----------------------------------------------------------------------===//
// Layers
//===----------------------------------------------------------------------===//

void Describer::readView(kernel::ViewOp view) {
  Operand operand = places.lookup(view.getBase());
  operand.offset += view.getOffset();
  if (operand.kind != Operand::Weights) {
    Place place{operand.kind, 0, operand.offset,
                kernel::getSpanBytes(cast<MemRefType>(view.getType()))};
    if (view.getWeight()) {
      place.role = Place::Preloaded;
      place.bytes = readPreload(view, operand.offset);
    }
    if (auto port = view->getAttrOfType<IntegerAttr>(kernel::kPortAttr)) {
      unsigned inputCount = inputs.size();
      bool isInput = port.getInt() < inputCount;
      place.role = isInput ? Place::InputPort : Place::OutputPort;
      place.port = isInput ? port.getInt() : port.getInt() - inputCount;
    }
    // A preloaded weight is one buffer however many views it has.
    auto known = llvm::find_if(variant.places, [&](const Place &other) {
      return place.role == Place::Preloaded && other.role == place.role &&
             other.offset == place.offset;
    });
    operand.place = known == variant.places.end()
                        ? addPlace(place)
                        : known - variant.places.begin();
  }
  places[view.getResult()] = operand;
}

LogicalResult Describer::readOperation(Operation &op) {
  if (auto view = dyn_cast<kernel::ViewOp>(op)) {
    readView(view);
    return success();
  }
  if (auto stack = dyn_cast<memref::AllocaOp>(op)) {
    Operand place;
    place.kind = Operand::Stack;
    places[stack.getResult()] = place;
    variant.numberBytes = kernel::getSpanBytes(stack.getType());
    return success();
  }
  if (auto alias = dyn_cast<kernel::AliasOp>(op)) {
    auto source = cast<MemRefType>(alias.getSource().getType());
    Operand place = places.lookup(alias.getSource());
    place.offset += alias.getOffset() * kernel::getBufferElementBytes(source);
    places[alias.getResult()] = place;
    return success();
  }
  if (auto call = dyn_cast<func::CallOp>(op))
    return readCall(call);
  if (auto stream = dyn_cast<kernel::StreamOp>(op)) {
    variant.streams.push_back(stream.getTicks());
    for (Operation &inner : stream.getBody().front())
      if (failed(readOperation(inner)))
        return failure();
    return success();
  }
  if (isa<kernel::FiringOp>(op))
    return success();
  // Constants are the bounds of all units, which calls of parts divide.
  if (isa<func::ReturnOp, arith::ConstantOp>(op))
    return success();
  return op.emitOpError("is not what planning leaves in @main");
}

/// A weight that lies in the arena, once however many views it has; returns its
/// bytes.
int64_t Describer::readPreload(kernel::ViewOp view, int64_t offset) {
  auto weight = symbols.lookup<kernel::WeightOp>(*view.getWeight());
  auto bytes = kernel::getSpanBytes(cast<MemRefType>(weight.getType()));
  if (llvm::none_of(preloads, [&](const Preload &preload) {
        return preload.arenaOffset == offset;
      }))
    preloads.push_back({int64_t(weight.getOffset()), offset, bytes});
  return bytes;
}

LogicalResult Describer::readCall(func::CallOp call) {
  auto callee = symbols.lookup<func::FuncOp>(call.getCallee());
  Layer layer;
  layer.kernel = callee.getSymName().str();
  if (auto words = call->getAttrOfType<StringAttr>(kernel::kLayerAttr))
    layer.description = words.str();
  if (auto reason = call->getAttrOfType<StringAttr>(kReasonAttr))
    layer.reason = reason.str();
  if (auto macs = call->getAttrOfType<IntegerAttr>(kernel::kMacsAttr))
    layer.macs = macs.getInt();
  auto [stack, isNew] = stackBounds.try_emplace(callee);
  if (isNew)
    stack->second = getStackBound(callee);
  layer.stackBytes = stack->second;
  layer.isRepeated = call->hasAttr(kernel::kRepeatedAttr);
  layer.nodes = nodesOf(call.getLoc());
  if (layer.nodes.empty())
    layer.nodes.push_back(layer.kernel);
  OperandRange buffers = call.getOperands();
  if (auto split =
          callee->getAttrOfType<DenseI64ArrayAttr>(kernel::kSplitAttr)) {
    layer.units = split[0];
    layer.parts = split[1];
    if (split.size() > 2)
      layer.steps = split[2];
    buffers = buffers.drop_back(split.size() > 2 ? 4 : 2);
  }
  if (kernel::FiringOp firing = kernel::getFiring(call)) {
    buffers = buffers.drop_back();
    layer.turn = Turn{static_cast<unsigned>(variant.streams.size() - 1),
                      static_cast<int64_t>(firing.getStart()),
                      static_cast<int64_t>(firing.getPeriod()),
                      static_cast<int64_t>(firing.getCount())};
  }
  for (auto [i, value] : llvm::enumerate(buffers)) {
    auto type = cast<MemRefType>(value.getType());
    auto place = places.find(value);
    if (place == places.end())
      return call.emitOpError("operand ") << i << " has no place";
    Operand operand = place->second;
    operand.bytes = kernel::getSpanBytes(type);
    operand.cType = elementType(callee, i);
    describeAccess(operand, callee, i);
    if (operand.written && !layer.turn && !isInOrder(type))
      layer.resultOf.emplace();
    layer.operands.push_back(operand);
  }
  layer.isUsers = callee.isExternal();
  layer.rows = getRowAccesses(call);
  if (auto loc = call->getAttrOfType<LocationAttr>(kernel::kResultOfAttr))
    layer.resultOf = nodesOf(loc);
  if (auto port = call->getAttrOfType<IntegerAttr>(kernel::kInputRowsAttr))
    if (failed(describeInputRows(call, port.getInt(), inputs, layer)))
      return failure();
  if (auto parameters =
          call->getAttrOfType<DictionaryAttr>(kernel::kParametersAttr))
    for (NamedAttribute parameter : parameters)
      layer.parameters.push_back(parameterValue(parameter.getValue()));
  variant.layers.push_back(std::move(layer));
  return success();
}

/// "_x86_64_v3".
static std::string suffixOf(const Target &target) {
  std::string suffix = "_" + target.name.str();
  for (char &c : suffix)
    if (!llvm::isAlnum(c))
      c = '_';
  return suffix;
}

FailureOr<PackageDescription> describePackage(ArrayRef<PlannedModule> modules,
                                              const PackageOptions &options) {
  PackageDescription package;
  package.name = options.name;
  package.macro = StringRef(options.name).upper();
  package.threads = options.threads;
  package.hasPage = options.page;
  package.hasCertificate = options.certificate;
  package.hasCurve = options.curve;
  package.small = options.small;
  package.precision = options.precision;
  std::vector<std::vector<Weight>> weights;
  for (const PlannedModule &planned : modules) {
    Describer describer(planned.module, options);
    if (failed(describer.run()))
      return failure();
    // The interface is the model's: each target's module has the same.
    if (!package.variants.empty() &&
        !haveEqualRows(package.inputs, describer.inputs))
      return planned.module->emitError(
          "the rows of streamed inputs differ from target to target; repeat "
          "--target for a package each");
    package.inputs = std::move(describer.inputs);
    package.outputs = std::move(describer.outputs);
    package.customOperators = std::move(describer.customOperators);
    package.regions = std::move(describer.regions);
    package.preloads = std::move(describer.preloads);
    weights.push_back(std::move(describer.weights));
    Variant &variant = describer.variant;
    variant.target = planned.target;
    if (modules.size() > 1)
      variant.suffix = suffixOf(planned.target);
    if (variant.arenaBytes >= package.arenaBytes)
      package.peak = std::move(describer.peak);
    if (auto bound = planned.module->getAttrOfType<DictionaryAttr>(
            kernel::kPlanBoundAttr)) {
      int64_t bytes = bound.getAs<IntegerAttr>("bytes").getInt();
      if (bytes > package.arenaPlanBound) {
        package.arenaPlanBound = bytes;
        package.planBoundLayer = bound.getAs<StringAttr>("layer").str();
      }
    }
    package.arenaBytes = std::max(package.arenaBytes, variant.arenaBytes);
    package.arenaLowerBound =
        std::max(package.arenaLowerBound, variant.arenaLowerBound);
    package.variants.push_back(std::move(variant));
  }
  if (!package.hasRegions())
    package.regions.front().bytes = package.arenaBytes;
  mergeWeights(package, weights);
  package.weightsFormIsFixed = options.weights != WeightsForm::Auto;
  package.weightsForm = package.weightsFormIsFixed ? options.weights
                        : package.weightsBytes <= largestDefaultArray
                            ? WeightsForm::C
                            : WeightsForm::Incbin;
  for (auto [variant, planned] : llvm::zip(package.variants, modules)) {
    llvm::raw_string_ostream os(variant.source);
    if (failed(printSource(planned.module, package, variant, os)))
      return failure();
  }
  return package;
}

} // namespace megcc
