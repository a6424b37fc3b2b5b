//===- ReportPage.cpp - report.html ---------------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One file that needs no other: a script that draws, and what it draws as JSON.
// That is report.json and what is known of the generated C besides.
//
//===----------------------------------------------------------------------===//

#include "codegen/package/Emitters.h"
#include "runtime-stubs/RuntimeStubs.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/JSON.h"

using namespace llvm;

namespace megcc {

/// `json` such that it may stand inside <script>: nothing in it ends one.
static std::string scriptText(StringRef json) {
  std::string text;
  for (char c : json)
    if (c == '<')
      text += "\\u003c";
    else
      text += c;
  return text;
}

/// How many lines the C function `name` has in `source`.
static int64_t countLines(StringRef source, StringRef name) {
  // Calls end in a semicolon, definitions at a brace in the first column.
  std::string head = ("void " + name + "(").str();
  for (size_t at = source.find(head); at != StringRef::npos;
       at = source.find(head, at + 1)) {
    StringRef rest = source.substr(at);
    size_t brace = rest.find('{'), end = rest.find(';');
    if (brace < end)
      return rest.take_front(rest.find("\n}")).count('\n') + 2;
  }
  return 0;
}

/// For each variant the lines of its kernels.
static std::string codeSizes(const PackageDescription &package) {
  json::Array variants;
  for (const Variant &variant : package.variants) {
    json::Object lines;
    for (const Layer &layer : variant.layers)
      if (!lines.get(layer.kernel))
        lines[layer.kernel] = countLines(variant.source, layer.kernel);
    variants.push_back(std::move(lines));
  }
  std::string text;
  raw_string_ostream(text) << json::Value(std::move(variants));
  return text;
}

/// A title is text of HTML, but a package's name is a C identifier.
void emitReportPage(const PackageDescription &package, raw_ostream &os) {
  std::string report;
  raw_string_ostream stream(report);
  emitReport(package, stream);
  printTemplate(os, runtimeStub("report/report.html.in"),
                {{"name", package.name},
                 {"report", scriptText(StringRef(report).trim())},
                 {"code", scriptText(codeSizes(package))}});
}

} // namespace megcc
