//===- Constants.cpp - Making and reading constant tensors ----------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A blob's key must be unique in its context and the same in every run, as it
// is printed; MLIR's own way to make keys unique lengthens them with every
// clash ("w_1", "w_12", "w_123"), so keys are made here.
//
//===----------------------------------------------------------------------===//

#include "lib/Support/Constants.h"

#include "mlir/IR/BuiltinDialect.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

int64_t megcc::getElementBytes(Type type) {
  return llvm::divideCeil(type.getIntOrFloatBitWidth(), 8);
}

int64_t megcc::getTensorBytes(ShapedType type) {
  return type.getNumElements() * getElementBytes(type.getElementType());
}

//===----------------------------------------------------------------------===//
// Making constants
//===----------------------------------------------------------------------===//

/// Whether all elements are equal: the bytes equal themselves shifted by one
/// element. Empty tensors are none.
static bool isSplat(ArrayRef<char> bytes, size_t elementBytes) {
  return bytes.size() >= elementBytes && !bytes.empty() &&
         std::memcmp(bytes.data(), bytes.data() + elementBytes,
                     bytes.size() - elementBytes) == 0;
}

/// The bytes as an attribute that stores them itself. MLIR packs bools by the
/// bit, so they go one by one.
static ElementsAttr makeInline(RankedTensorType type, ArrayRef<char> bytes) {
  if (!type.getElementType().isInteger(1))
    return DenseElementsAttr::getFromRawBuffer(type, bytes);
  SmallVector<bool> bools;
  for (char byte : bytes)
    bools.push_back(byte != 0);
  return DenseElementsAttr::get(type, bools);
}

/// Stores small constants and splats inline; returns null for others.
static ElementsAttr tryMakeInline(RankedTensorType type, ArrayRef<char> bytes) {
  int64_t elementBytes = megcc::getElementBytes(type.getElementType());
  assert(static_cast<int64_t>(bytes.size()) == megcc::getTensorBytes(type) &&
         "as many bytes as the type asks for");
  if (isSplat(bytes, elementBytes))
    return makeInline(type, bytes.take_front(elementBytes));
  if (static_cast<int64_t>(bytes.size()) <= megcc::kMaxInlineConstantBytes)
    return makeInline(type, bytes);
  return {};
}

/// `name` as a key that MLIR's parser reads again, though its printer would
/// print any: a letter, then letters, digits, and a few signs.
static std::string makeKey(StringRef name) {
  std::string key;
  for (char c : name)
    key += llvm::isAlnum(c) || c == '.' || c == '$' ? c : '_';
  if (key.empty() || !llvm::isAlpha(key.front()))
    key.insert(0, "data_");
  return key;
}

static ElementsAttr makeBlob(RankedTensorType type, StringRef name,
                             AsmResourceBlob blob) {
  auto &interface =
      DenseResourceElementsHandle::getManagerInterface(type.getContext());
  DialectResourceBlobManager &manager = interface.getBlobManager();
  const std::string base = makeKey(name);
  std::string key = base;
  for (unsigned number = 1; manager.lookup(key); ++number)
    key = base + "_" + std::to_string(number);
  return DenseResourceElementsAttr::get(type,
                                        interface.insert(key, std::move(blob)));
}

ElementsAttr megcc::makeConstant(RankedTensorType type, ArrayRef<char> bytes,
                                 StringRef name) {
  if (ElementsAttr attr = tryMakeInline(type, bytes))
    return attr;
  return makeConstant(type, std::vector<char>(bytes.begin(), bytes.end()),
                      name);
}

ElementsAttr megcc::makeConstant(RankedTensorType type,
                                 std::vector<char> &&bytes, StringRef name) {
  auto owner = std::make_shared<std::vector<char>>(std::move(bytes));
  return makeConstant(type, *owner, owner, name);
}

ElementsAttr megcc::makeConstant(RankedTensorType type, ArrayRef<char> bytes,
                                 std::shared_ptr<const void> owner,
                                 StringRef name) {
  if (ElementsAttr attr = tryMakeInline(type, bytes))
    return attr;
  // The alignment is what readers of the printed form may rely on; ours read
  // by memcpy.
  auto release = [owner = std::move(owner)](void *, size_t, size_t) {};
  return makeBlob(type, name,
                  AsmResourceBlob(bytes, /*dataAlignment=*/1,
                                  std::move(release),
                                  /*dataIsMutable=*/false));
}

ElementsAttr megcc::makeSplat(RankedTensorType type, double value) {
  Type elementType = type.getElementType();
  std::vector<char> bytes(getElementBytes(elementType));
  if (isa<FloatType>(elementType)) {
    storeFloats(elementType, &value, 1, bytes.data());
  } else {
    int64_t integer = static_cast<int64_t>(value);
    storeInts(elementType, &integer, 1, bytes.data());
  }
  if (type.getNumElements() == 0)
    bytes.clear();
  return makeInline(type, bytes);
}

ElementsAttr megcc::makeFloatConstant(RankedTensorType type,
                                      ArrayRef<double> values, StringRef name) {
  std::vector<char> bytes(getTensorBytes(type));
  storeFloats(type.getElementType(), values.data(), values.size(),
              bytes.data());
  return makeConstant(type, std::move(bytes), name);
}

ElementsAttr megcc::makeIntConstant(RankedTensorType type,
                                    ArrayRef<int64_t> values, StringRef name) {
  std::vector<char> bytes(getTensorBytes(type));
  storeInts(type.getElementType(), values.data(), values.size(), bytes.data());
  return makeConstant(type, std::move(bytes), name);
}

ElementsAttr megcc::retypeConstant(ElementsAttr attr, RankedTensorType type) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  auto dense = cast<DenseElementsAttr>(attr);
  if (dense.isSplat())
    return dense.resizeSplat(type);
  return dense.reshape(type);
}

//===----------------------------------------------------------------------===//
// Reading constants
//===----------------------------------------------------------------------===//

megcc::ConstantBytes::ConstantBytes(ElementsAttr attr) {
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attr)) {
    view = resource.getRawHandle().getBlob()->getData();
    return;
  }
  auto dense = cast<DenseElementsAttr>(attr);
  if (dense.getElementType().isInteger(1)) {
    for (bool value : dense.getValues<bool>())
      expanded.push_back(value);
  } else if (dense.isSplat()) {
    ArrayRef<char> element = dense.getRawData();
    expanded.resize(getTensorBytes(dense.getType()));
    for (size_t at = 0; at < expanded.size(); at += element.size())
      std::memcpy(&expanded[at], element.data(), element.size());
  } else {
    view = dense.getRawData();
    return;
  }
  view = expanded;
}

ElementsAttr megcc::getConstantValue(Value value) {
  ElementsAttr attr;
  matchPattern(value, m_Constant(&attr));
  if (auto resource = dyn_cast_or_null<DenseResourceElementsAttr>(attr))
    if (!resource.getRawHandle().getBlob())
      return {};
  return attr;
}

std::vector<double> megcc::readFloats(ElementsAttr attr) {
  std::vector<double> values(attr.getNumElements());
  loadFloats(attr.getElementType(), ConstantBytes(attr).data(), values.size(),
             values.data());
  return values;
}

std::vector<int64_t> megcc::readInts(ElementsAttr attr) {
  std::vector<int64_t> values(attr.getNumElements());
  loadInts(attr.getElementType(), ConstantBytes(attr).data(), values.size(),
           values.data());
  return values;
}

std::optional<double> megcc::getSplatValue(ElementsAttr attr) {
  auto dense = dyn_cast<DenseElementsAttr>(attr);
  if (!dense || !dense.isSplat())
    return std::nullopt;
  Type type = dense.getElementType();
  double value;
  if (isa<FloatType>(type)) {
    loadFloats(type, dense.getRawData().data(), 1, &value);
    return value;
  }
  if (type.isInteger(1))
    return dense.getSplatValue<bool>();
  int64_t integer;
  loadInts(type, dense.getRawData().data(), 1, &integer);
  return type.isUnsignedInteger()
             ? static_cast<double>(static_cast<uint64_t>(integer))
             : static_cast<double>(integer);
}
