//===- ModelFile.h - Reading ONNX files -------------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Files are mapped, never read whole: a model's external weights stay in the
// page cache, and constants of the IR refer to them in place.
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_IMPORT_ONNX_MODELFILE_H
#define MEGCC_LIB_IMPORT_ONNX_MODELFILE_H

#include "lib/Import/ONNX/Schema.h"

#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringRef.h"

#include <memory>
#include <string>

namespace megcc {

/// A file mapped for reading as long as someone holds it.
class MappedFile {
public:
  /// Null, with the reason in `error`, if the file can't be mapped.
  static std::shared_ptr<const MappedFile> open(const std::string &path,
                                                std::string &error);
  ~MappedFile();
  llvm::StringRef bytes() const { return {data, size}; }

private:
  MappedFile(const char *data, size_t size) : data(data), size(size) {}
  const char *data;
  size_t size;
};

/// A parsed model and the folder in which its external data lies.
struct ModelFile {
  std::string path;
  std::shared_ptr<const onnx::ModelProto> model;
};

/// Parses `bytes`, in the form that the ending of `path` tells. Null, with the
/// reason in `error`, if they are not an ONNX model.
std::shared_ptr<const onnx::ModelProto>
parseModel(llvm::StringRef path, llvm::StringRef bytes, std::string &error);

/// Finds external data beside a model. Locations come from the file, so they
/// are not trusted: they must stay inside the model's folder, also after
/// symbolic links are followed.
class ExternalData {
public:
  explicit ExternalData(llvm::StringRef modelPath);

  /// The bytes that the tensor's external_data entries name, and their owner.
  /// Null, with the reason in `error`, if they can't be had.
  std::shared_ptr<const MappedFile> find(const onnx::TensorProto &tensor,
                                         llvm::StringRef &bytes,
                                         std::string &error);

private:
  std::string folder;
  llvm::StringMap<std::shared_ptr<const MappedFile>> files;
};

} // namespace megcc

#endif // MEGCC_LIB_IMPORT_ONNX_MODELFILE_H
