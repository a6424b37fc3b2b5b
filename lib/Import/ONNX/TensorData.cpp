//===- TensorData.cpp - TensorProto in all its encodings ------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/TensorData.h"
#include "lib/Import/ONNX/ONNX.h"
#include "lib/Support/Constants.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/Diagnostics.h"

#include <cstring>

using namespace mlir;
using namespace megcc;
using onnx::TensorProto;

std::optional<int64_t> megcc::countElements(ArrayRef<int64_t> dims) {
  int64_t count = 1;
  bool empty = false;
  for (int64_t dim : dims) {
    if (dim < 0)
      return std::nullopt;
    empty |= dim == 0;
    // Zero-sized dimensions must not hide an overflow of the others.
    if (dim > kMaxTensorElements / count)
      return std::nullopt;
    count *= std::max<int64_t>(dim, 1);
  }
  return empty ? 0 : count;
}

Type megcc::getElementType(MLIRContext *context, int32_t dataType) {
  auto integer = [&](unsigned width, bool isUnsigned) {
    return IntegerType::get(context, width,
                            isUnsigned ? IntegerType::Unsigned
                                       : IntegerType::Signless);
  };
  switch (dataType) {
  case TensorProto::FLOAT:
    return Float32Type::get(context);
  case TensorProto::DOUBLE:
    return Float64Type::get(context);
  case TensorProto::FLOAT16:
    return Float16Type::get(context);
  case TensorProto::BFLOAT16:
    return BFloat16Type::get(context);
  case TensorProto::BOOL:
    return integer(1, false);
  case TensorProto::INT8:
    return integer(8, false);
  case TensorProto::INT16:
    return integer(16, false);
  case TensorProto::INT32:
    return integer(32, false);
  case TensorProto::INT64:
    return integer(64, false);
  case TensorProto::UINT8:
    return integer(8, true);
  case TensorProto::UINT16:
    return integer(16, true);
  case TensorProto::UINT32:
    return integer(32, true);
  case TensorProto::UINT64:
    return integer(64, true);
  default:
    return nullptr;
  }
}

bool megcc::isPackedType(int32_t dataType) {
  return dataType == TensorProto::INT4 || dataType == TensorProto::UINT4 ||
         dataType == TensorProto::INT2 || dataType == TensorProto::UINT2;
}

std::string megcc::getDataTypeName(int32_t dataType) {
  if (!TensorProto::DataType_IsValid(dataType))
    return "data type " + std::to_string(dataType);
  return StringRef(TensorProto::DataType_Name(
                       static_cast<TensorProto::DataType>(dataType)))
      .lower();
}

std::string megcc::describeShape(ArrayRef<int64_t> shape) {
  std::string text = "[";
  for (auto [index, dim] : llvm::enumerate(shape)) {
    if (index)
      text += ",";
    text += ShapedType::isDynamic(dim) ? "?" : std::to_string(dim);
  }
  return text + "]";
}

std::string megcc::describeElement(Type element) {
  if (element.isInteger(1))
    return "bool";
  if (element.isBF16())
    return "bfloat16";
  StringRef kind = isa<FloatType>(element)       ? "float"
                   : element.isUnsignedInteger() ? "uint"
                                                 : "int";
  return (kind + llvm::Twine(element.getIntOrFloatBitWidth())).str();
}

std::string megcc::describeType(RankedTensorType type) {
  return describeElement(type.getElementType()) +
         describeShape(type.getShape());
}

namespace {

/// The element type that holds a tensor's values: its own, or for packed
/// integers the next wider one.
Type getStorageType(MLIRContext *context, int32_t dataType) {
  switch (dataType) {
  case TensorProto::INT4:
  case TensorProto::INT2:
    return getElementType(context, TensorProto::INT8);
  case TensorProto::UINT4:
  case TensorProto::UINT2:
    return getElementType(context, TensorProto::UINT8);
  default:
    return getElementType(context, dataType);
  }
}

/// The bits of one element in the file.
unsigned getFileBits(int32_t dataType, Type element) {
  if (!isPackedType(dataType))
    return static_cast<unsigned>(getElementBytes(element)) * 8;
  return dataType == TensorProto::INT4 || dataType == TensorProto::UINT4 ? 4
                                                                         : 2;
}

/// Widens packed 2- or 4-bit integers to bytes; the first element lies in the
/// lowest bits.
std::vector<char> unpack(ArrayRef<char> packed, int64_t count, unsigned bits,
                         bool isUnsigned) {
  std::vector<char> bytes(static_cast<size_t>(count));
  unsigned perByte = 8 / bits;
  for (size_t i = 0; i < bytes.size(); ++i) {
    unsigned value = static_cast<uint8_t>(packed[i / perByte]);
    value = (value >> (i % perByte * bits)) & ((1u << bits) - 1);
    if (!isUnsigned && (value >> (bits - 1)))
      value |= 0xFFu << bits;
    bytes[i] = static_cast<char>(value);
  }
  return bytes;
}

/// Narrows the values of a typed field to the tensor's element size. All hosts
/// that megcc runs on are little-endian, as ONNX is.
template <typename Wide, typename Field>
std::vector<char> narrow(const Field &field, size_t size) {
  std::vector<char> bytes(static_cast<size_t>(field.size()) * size);
  char *to = bytes.data();
  for (Wide value : field) {
    std::memcpy(to, &value, size);
    to += size;
  }
  return bytes;
}

TensorBytes own(RankedTensorType type, std::vector<char> &&bytes) {
  auto owner = std::make_shared<const std::vector<char>>(std::move(bytes));
  return {type, ArrayRef<char>(*owner), owner};
}

} // namespace

std::optional<TensorBytes>
megcc::readTensorProto(MLIRContext *context, const TensorProto &tensor,
                       std::shared_ptr<const void> owner,
                       ExternalData *external, std::string &error) {
  SmallVector<int64_t> dims(tensor.dims().begin(), tensor.dims().end());
  std::optional<int64_t> count = countElements(dims);
  if (!count) {
    error = "found dimensions " + describeShape(dims) +
            ", expected a tensor of at most 2^40 elements";
    return std::nullopt;
  }
  int32_t dataType = tensor.data_type();
  Type element = getStorageType(context, dataType);
  if (!element) {
    error = "tensors of " + getDataTypeName(dataType) + " are not supported";
    return std::nullopt;
  }
  if (tensor.has_segment()) {
    error = "tensors in segments are not supported";
    return std::nullopt;
  }
  auto type = RankedTensorType::get(dims, element);
  unsigned bits = getFileBits(dataType, element);
  uint64_t expected = (static_cast<uint64_t>(*count) * bits + 7) / 8;

  TensorBytes result{type, {}, owner};
  auto checkSize = [&](uint64_t found, const char *where) {
    if (found == expected)
      return true;
    error = std::string(where) + ": found " + std::to_string(found) +
            " bytes, expected " + std::to_string(expected) + " for " +
            describeType(type);
    return false;
  };
  if (tensor.data_location() == TensorProto::EXTERNAL) {
    if (!external) {
      error = "external data is not allowed here";
      return std::nullopt;
    }
    StringRef bytes;
    result.owner = external->find(tensor, bytes, error);
    if (!result.owner)
      return std::nullopt;
    // Without a length the tensor takes what it needs of the rest of the file.
    bool hasLength =
        llvm::any_of(tensor.external_data(),
                     [](const auto &entry) { return entry.key() == "length"; });
    if (!hasLength)
      bytes = bytes.take_front(expected);
    if (!checkSize(bytes.size(), "external data"))
      return std::nullopt;
    result.bytes = {bytes.data(), bytes.size()};
  } else if (tensor.has_raw_data()) {
    if (!checkSize(tensor.raw_data().size(), "raw_data"))
      return std::nullopt;
    result.bytes = {tensor.raw_data().data(), tensor.raw_data().size()};
  } else {
    size_t size = std::max(bits / 8, 1u);
    std::vector<char> bytes;
    switch (dataType) {
    case TensorProto::FLOAT:
      bytes = narrow<float>(tensor.float_data(), size);
      break;
    case TensorProto::DOUBLE:
      bytes = narrow<double>(tensor.double_data(), size);
      break;
    case TensorProto::INT64:
      bytes = narrow<int64_t>(tensor.int64_data(), size);
      break;
    case TensorProto::UINT32:
    case TensorProto::UINT64:
      bytes = narrow<uint64_t>(tensor.uint64_data(), size);
      break;
    default:
      bytes = narrow<int32_t>(tensor.int32_data(), size);
    }
    if (!checkSize(bytes.size(), "typed data"))
      return std::nullopt;
    result = own(type, std::move(bytes));
  }

  if (bits < 8)
    return own(type,
               unpack(result.bytes, *count, bits, element.isUnsignedInteger()));
  // Any byte but 0 is true in C; nn's bool is 0 or 1.
  if (element.isInteger(1) && llvm::any_of(result.bytes, [](char byte) {
        return byte != 0 && byte != 1;
      })) {
    std::vector<char> bytes(result.bytes.begin(), result.bytes.end());
    for (char &byte : bytes)
      byte = byte != 0;
    return own(type, std::move(bytes));
  }
  return result;
}

std::optional<TensorLiteral> megcc::readTensor(MLIRContext &context,
                                               StringRef path) {
  auto fail = [&](const Twine &reason) {
    emitError(UnknownLoc::get(&context)) << path << ": " << reason;
    return std::nullopt;
  };
  std::string error;
  auto file = MappedFile::open(path.str(), error);
  if (!file)
    return fail(error);
  TensorProto tensor;
  StringRef bytes = file->bytes();
  if (bytes.size() > INT32_MAX ||
      !tensor.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return fail("the file is not a tensor, or is damaged or cut short");
  ExternalData external(path);
  auto data = readTensorProto(&context, tensor, nullptr, &external, error);
  if (!data)
    return fail(error);
  return TensorLiteral{tensor.name(), data->type, data->bytes.vec()};
}
