//===- ModelFile.cpp - Reading ONNX files ---------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/ModelFile.h"
#include "lib/Import/ONNX/TextSyntax.h"

#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <cerrno>
#include <climits>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace megcc;
using llvm::StringRef;

std::shared_ptr<const MappedFile> MappedFile::open(const std::string &path,
                                                   std::string &error) {
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    error = std::strerror(errno);
    return nullptr;
  }
  struct stat status;
  const char *data = nullptr;
  if (::fstat(file, &status) != 0) {
    error = std::strerror(errno);
  } else if (!S_ISREG(status.st_mode)) {
    error = S_ISDIR(status.st_mode) ? "is a folder" : "is not a regular file";
  } else if (status.st_size == 0) {
    data = ""; // An empty mapping is not allowed.
  } else {
    void *mapping = ::mmap(nullptr, static_cast<size_t>(status.st_size),
                           PROT_READ, MAP_PRIVATE, file, 0);
    if (mapping == MAP_FAILED)
      error = std::strerror(errno);
    else
      data = static_cast<const char *>(mapping);
  }
  ::close(file);
  if (!data)
    return nullptr;
  return std::shared_ptr<const MappedFile>(
      new MappedFile(data, static_cast<size_t>(status.st_size)));
}

MappedFile::~MappedFile() {
  if (size)
    ::munmap(const_cast<char *>(data), size);
}

namespace {

/// Keeps protobuf's first complaint about a text instead of printing it.
class FirstError : public google::protobuf::io::ErrorCollector {
public:
  void AddError(int line, int column, const std::string &message) override {
    if (text.empty())
      text = "line " + std::to_string(line + 1) + ", column " +
             std::to_string(column + 1) + ": " + message;
  }
  std::string text;
};

} // namespace

std::shared_ptr<const onnx::ModelProto>
megcc::parseModel(StringRef path, StringRef bytes, std::string &error) {
  auto model = std::make_shared<onnx::ModelProto>();
  if (path.ends_with(".onnxtext")) {
    if (!parseTextSyntax(bytes, *model, error))
      return nullptr;
    return model;
  }
  if (path.ends_with(".textproto")) {
    google::protobuf::TextFormat::Parser parser;
    FirstError complaint;
    parser.RecordErrorsTo(&complaint);
    if (!parser.ParseFromString(bytes.str(), model.get())) {
      error = complaint.text;
      return nullptr;
    }
    return model;
  }
  if (bytes.empty()) {
    error = "the file is empty";
    return nullptr;
  }
  if (bytes.size() > INT_MAX) {
    error = "the file has " + std::to_string(bytes.size()) +
            " bytes; protobuf files end at 2 GiB: save the weights as external "
            "data";
    return nullptr;
  }
  google::protobuf::io::CodedInputStream stream(
      reinterpret_cast<const uint8_t *>(bytes.data()),
      static_cast<int>(bytes.size()));
  stream.SetTotalBytesLimit(INT_MAX);
  if (!model->ParseFromCodedStream(&stream) ||
      !stream.ConsumedEntireMessage()) {
    error = "the file is not an ONNX model, or is damaged or cut short "
            "(protobuf can't parse its " +
            std::to_string(bytes.size()) + " bytes)";
    return nullptr;
  }
  // Nearly any short byte string is some protobuf message; a model has a graph.
  if (!model->has_graph()) {
    error = "the file holds no graph: it is not an ONNX model";
    return nullptr;
  }
  return model;
}

ExternalData::ExternalData(StringRef modelPath)
    : folder(llvm::sys::path::parent_path(modelPath)) {
  if (folder.empty())
    folder = ".";
}

/// Reads a non-negative number; external_data holds all values as text.
static bool parseCount(StringRef text, uint64_t &value) {
  return !text.getAsInteger(10, value);
}

std::shared_ptr<const MappedFile>
ExternalData::find(const onnx::TensorProto &tensor, StringRef &bytes,
                   std::string &error) {
  StringRef location;
  uint64_t offset = 0, length = UINT64_MAX;
  for (const auto &entry : tensor.external_data()) {
    StringRef key = entry.key(), value = entry.value();
    bool good = true;
    if (key == "location")
      location = value;
    else if (key == "offset")
      good = parseCount(value, offset);
    else if (key == "length")
      good = parseCount(value, length);
    if (!good) {
      error = ("external data: " + key + ": found '" + value +
               "', expected a number of bytes")
                  .str();
      return nullptr;
    }
  }
  auto refuse = [&](const llvm::Twine &reason) {
    error = ("external data '" + llvm::Twine(location) + "': " + reason).str();
    return nullptr;
  };
  if (location.empty() || location.contains('\0'))
    return refuse("found no usable location, expected a path relative to the "
                  "model's folder");
  if (llvm::sys::path::is_absolute(location))
    return refuse("found an absolute path, expected one relative to the "
                  "model's folder");
  for (auto part = llvm::sys::path::begin(location),
            end = llvm::sys::path::end(location);
       part != end; ++part)
    if (*part == "..")
      return refuse("the path leaves the model's folder");

  std::shared_ptr<const MappedFile> &file = files[location];
  if (!file) {
    llvm::SmallString<256> path(folder), real, realFolder;
    llvm::sys::path::append(path, location);
    if (std::error_code code = llvm::sys::fs::real_path(path, real))
      return refuse(code.message());
    if (std::error_code code = llvm::sys::fs::real_path(folder, realFolder))
      return refuse(code.message());
    if (realFolder != "/")
      realFolder.push_back('/');
    if (!real.starts_with(realFolder))
      return refuse("a symbolic link leaves the model's folder");
    std::string reason;
    file = MappedFile::open(std::string(real), reason);
    if (!file)
      return refuse(reason);
  }
  StringRef all = file->bytes();
  if (offset > all.size() ||
      (length != UINT64_MAX && length > all.size() - offset))
    return refuse("the tensor ends at byte " + llvm::Twine(offset) + " + " +
                  llvm::Twine(length == UINT64_MAX ? 0 : length) +
                  ", the file has " + llvm::Twine(all.size()));
  bytes = all.substr(offset, length == UINT64_MAX ? StringRef::npos : length);
  return file;
}
