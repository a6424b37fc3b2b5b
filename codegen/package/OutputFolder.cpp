//===- OutputFolder.cpp - A folder that appears whole or not at all -------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/package/OutputFolder.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"
#include <csignal>
#include <cstdio>
#include <fcntl.h>

using namespace llvm;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

namespace megcc {

/// "cannot write 'out': No space left on device".
static Error failure(const Twine &what, StringRef where, std::error_code ec) {
  return createStringError(ec, what + " '" + where + "': " + ec.message());
}

/// The names that the report of the package in `folder` lists; none when there
/// is no readable report, that is, when the folder is not a package.
static StringSet<> packageFiles(StringRef folder) {
  SmallString<256> file(folder);
  path::append(file, "report.json");
  StringSet<> names;
  auto buffer = MemoryBuffer::getFile(file);
  if (!buffer)
    return names;
  Expected<json::Value> report = json::parse((*buffer)->getBuffer());
  if (!report) {
    consumeError(report.takeError());
    return names;
  }
  const json::Object *object = report->getAsObject();
  if (!object || !object->getString("megcc"))
    return names;
  if (const json::Array *files = object->getArray("files"))
    for (const json::Value &value : *files)
      if (auto name = value.getAsString())
        names.insert(*name);
  return names;
}

/// The first entry of `folder` that megcc did not write; empty when all are
/// its own. A folder whose entries are packages (one per target) is its own.
static std::string foreignEntry(StringRef folder) {
  StringSet<> own = packageFiles(folder);
  std::error_code ec;
  std::string found;
  for (fs::directory_iterator it(folder, ec), end; it != end && !ec;
       it.increment(ec)) {
    StringRef name = path::filename(it->path());
    if (own.contains(name))
      continue;
    bool isPackage = own.empty() && fs::is_directory(it->path()) &&
                     !packageFiles(it->path()).empty();
    std::string entry = isPackage ? foreignEntry(it->path()) : name.str();
    // The least name, so that the message does not depend on the file system.
    if (!entry.empty() && (found.empty() || entry < found))
      found = entry;
  }
  return found;
}

/// `path` without trailing separators, made absolute, symbolic links resolved:
/// a link to a folder stays a link, and what it points to is replaced.
static std::string resolve(StringRef given) {
  SmallString<256> result(given);
  fs::make_absolute(result);
  path::remove_dots(result, /*remove_dot_dot=*/false);
  while (result.size() > 1 && path::is_separator(result.back()))
    result.pop_back();
  SmallString<256> real;
  if (!fs::real_path(result, real))
    return std::string(real);
  return std::string(result);
}

Error checkOutputFolder(StringRef given) {
  if (given.empty())
    return createStringError("the output folder has no name");
  std::string folder = resolve(given);
  if (fs::exists(folder)) {
    if (!fs::is_directory(folder))
      return createStringError("cannot write the output folder '" + given +
                               "': a file of that name exists");
    std::string entry = foreignEntry(folder);
    if (!entry.empty())
      return createStringError(
          "will not replace the output folder '" + given + "': it holds '" +
          entry + "', which megcc did not write; remove it or name another");
  }
  StringRef parent = path::parent_path(folder);
  if (!fs::is_directory(parent))
    return createStringError("cannot write the output folder '" + given +
                             "': there is no folder '" +
                             path::parent_path(given) + "'");
  if (std::error_code ec = fs::access(parent, fs::AccessMode::Write))
    return failure("cannot write the output folder", given, ec);
  return Error::success();
}

Expected<OutputFolder> OutputFolder::create(StringRef given) {
  if (Error error = checkOutputFolder(given))
    return error;
  std::string folder = resolve(given);
  SmallString<256> model(path::parent_path(folder));
  path::append(model, "." + path::filename(folder) + ".megcc-%%%%%%%%");
  SmallString<256> staging;
  std::error_code ec;
  for (int attempt = 0; attempt < 16; ++attempt) {
    fs::createUniquePath(model, staging, /*MakeAbsolute=*/false);
    ec = fs::create_directory(staging, /*IgnoreExisting=*/false,
                              fs::perms::all_all);
    if (ec != std::errc::file_exists)
      break;
  }
  if (ec)
    return failure("cannot write the output folder", given, ec);
  return OutputFolder(folder, std::string(staging));
}

OutputFolder::OutputFolder(OutputFolder &&other)
    : path(std::move(other.path)),
      staging(std::exchange(other.staging, std::string())) {}

OutputFolder::~OutputFolder() {
  if (!staging.empty())
    fs::remove_directories(staging);
}

Error OutputFolder::addFile(StringRef name,
                            function_ref<void(raw_ostream &)> write) {
  SmallString<256> file(staging);
  path::append(file, name);
  if (std::error_code ec = fs::create_directories(
          path::parent_path(file), /*IgnoreExisting=*/true, fs::perms::all_all))
    return failure("cannot make the folder of", name, ec);
  std::error_code ec;
  raw_fd_ostream os(file, ec, fs::OF_None);
  if (ec)
    return failure("cannot write", name, ec);
  // An interrupted run leaves no data behind. A limit on file sizes is to be
  // told like a full disk, not a signal to die of.
  sys::RemoveFileOnSignal(file);
  std::signal(SIGXFSZ, SIG_IGN);
  write(os);
  os.close();
  sys::DontRemoveFileOnSignal(file);
  if (os.has_error()) {
    ec = os.error();
    os.clear_error();
    return failure("cannot write", name, ec);
  }
  return Error::success();
}

Error OutputFolder::commit() {
  // Exchanging the two leaves no moment without a package.
  if (fs::exists(path)) {
    if (renameat2(AT_FDCWD, staging.c_str(), AT_FDCWD, path.c_str(),
                  RENAME_EXCHANGE) == 0) {
      fs::remove_directories(std::exchange(staging, std::string()));
      return Error::success();
    }
    // Not every file system can exchange; then the old one steps aside first.
    std::string old = staging + "-old";
    if (std::error_code ec = fs::rename(path, old))
      return failure("cannot replace the output folder", path, ec);
    if (std::error_code ec = fs::rename(staging, path)) {
      fs::rename(old, path);
      return failure("cannot replace the output folder", path, ec);
    }
    staging.clear();
    fs::remove_directories(old);
    return Error::success();
  }
  if (std::error_code ec = fs::rename(staging, path))
    return failure("cannot write the output folder", path, ec);
  staging.clear();
  return Error::success();
}

} // namespace megcc
