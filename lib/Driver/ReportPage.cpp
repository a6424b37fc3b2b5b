//===- ReportPage.cpp - Pictures in report.html ---------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Driver/ReportPage.h"
#include "lib/Driver/WriteFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

using namespace llvm;

namespace megcc {

Error drawInReportPage(StringRef folder, StringRef id, StringRef title,
                       StringRef words,
                       function_ref<void(raw_ostream &)> draw) {
  SmallString<128> path(folder);
  sys::path::append(path, "report.html");
  if (!sys::fs::exists(path))
    return Error::success();
  auto file = MemoryBuffer::getFile(path);
  if (!file)
    return createFileError(path, file.getError());
  std::string begin = ("<section id=\"" + id + "\">").str();
  StringRef page = (*file)->getBuffer();
  size_t from = page.find(begin);
  size_t to = from == StringRef::npos ? from : page.find("</section>", from);
  if (to == StringRef::npos)
    return createStringError("%s has no place for a picture: compile with "
                             "--report again",
                             path.c_str());
  std::string drawn;
  raw_string_ostream os(drawn);
  os << page.take_front(from) << begin << "<h2>" << title << "</h2>\n<p>"
     << words << "</p>\n";
  draw(os);
  os << page.drop_front(to);
  return writeFile(path, [&](raw_ostream &out) { out << drawn; });
}

} // namespace megcc
