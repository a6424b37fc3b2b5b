//===- Text.cpp - Names and comments that are safe in C and C++ -----------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/package/Text.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace megcc {

/// Keywords of C11 and C++20, macros and types of the headers a package
/// includes; a parameter may not be called so.
static const StringSet<> &reservedWords() {
  static const StringSet<> words = {
      "alignas",      "alignof",   "and",
      "and_eq",       "asm",       "auto",
      "bitand",       "bitor",     "bool",
      "break",        "case",      "catch",
      "char",         "char16_t",  "char32_t",
      "char8_t",      "class",     "co_await",
      "co_return",    "co_yield",  "compl",
      "concept",      "const",     "const_cast",
      "consteval",    "constexpr", "constinit",
      "continue",     "decltype",  "default",
      "delete",       "do",        "double",
      "dynamic_cast", "else",      "enum",
      "explicit",     "export",    "extern",
      "false",        "float",     "for",
      "friend",       "goto",      "if",
      "inline",       "int",       "int16_t",
      "int32_t",      "int64_t",   "int8_t",
      "linux",        "long",      "mutable",
      "namespace",    "new",       "noexcept",
      "not",          "not_eq",    "nullptr",
      "operator",     "or",        "or_eq",
      "private",      "protected", "ptrdiff_t",
      "public",       "register",  "reinterpret_cast",
      "requires",     "restrict",  "return",
      "short",        "signed",    "size_t",
      "sizeof",       "static",    "static_assert",
      "static_cast",  "struct",    "switch",
      "template",     "this",      "thread_local",
      "throw",        "true",      "try",
      "typedef",      "typeid",    "typename",
      "typeof",       "uint16_t",  "uint32_t",
      "uint64_t",     "uint8_t",   "union",
      "unix",         "unsigned",  "using",
      "virtual",      "void",      "volatile",
      "wchar_t",      "while",     "xor",
      "xor_eq",       "main",      "memcpy",
      "memset",       "NULL",      "offsetof"};
  return words;
}

std::string publicName(StringRef text) {
  std::string result;
  for (char c : text)
    result += isAlnum(c) ? c : '_';
  // A leading underscore is the C implementation's.
  size_t first = result.find_first_not_of('_');
  result.erase(0, first == std::string::npos ? result.size() : first);
  // Nor are double underscores ours in C++.
  size_t twice;
  while ((twice = result.find("__")) != std::string::npos)
    result.erase(twice, 1);
  if (result.empty())
    return "value";
  if (isDigit(result.front()))
    result = "v" + result;
  if (reservedWords().contains(result))
    result += "_value";
  return result;
}

std::string packageName(StringRef text) {
  bool startsWithDigit = !text.empty() && isDigit(text.front());
  std::string result =
      publicName(startsWithDigit ? ("model_" + text).str() : text.str());
  return result == "value" && text != "value" ? "model" : result;
}

bool isPublicName(StringRef text) { return publicName(text) == text; }

UniqueNames::UniqueNames(ArrayRef<std::string> names) {
  for (StringRef name : names)
    taken.insert(name.lower());
}

std::string UniqueNames::take(StringRef wanted) {
  std::string name = wanted.str();
  for (int i = 2; !taken.insert(StringRef(name).lower()).second; ++i)
    name = (wanted + "_" + Twine(i)).str();
  return name;
}

std::string commentText(StringRef text) {
  std::string result;
  char previous = ' ';
  for (char c : text) {
    if (!isPrint(c) || c == '\\')
      c = '?' == previous ? '.' : '?';
    // */ and /* end or nest a comment, ?? begins a trigraph.
    bool mark = (previous == '*' && c == '/') ||
                (previous == '/' && c == '*') || (previous == '?' && c == '?');
    if (mark)
      result += ' ';
    result += c;
    previous = c;
  }
  return result;
}

std::string stringLiteral(StringRef text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\' || c == '?')
      (result += '\\') += c;
    else if (isPrint(c))
      result += c;
    else
      // Octal, at most three digits, cannot swallow the next character.
      for (int shift : {-1, 6, 3, 0})
        result += shift < 0
                      ? '\\'
                      : char('0' + ((static_cast<uint8_t>(c) >> shift) & 7));
  }
  return result + "\"";
}

std::string arrayExtent(ArrayRef<int64_t> shape) {
  if (shape.empty() || is_contained(shape, 0))
    return "1";
  std::string result;
  raw_string_ostream os(result);
  interleave(shape, os, " * ");
  return result;
}

std::string shapeText(ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "scalar";
  std::string result;
  raw_string_ostream os(result);
  interleave(shape, os, "x");
  return result;
}

std::string fillLines(StringRef first, ArrayRef<std::string> parts,
                      StringRef separator, StringRef last, StringRef indent) {
  constexpr size_t width = 80;
  std::string text = first.str();
  size_t column = first.size();
  for (size_t i = 0; i < parts.size(); ++i) {
    bool isLast = i + 1 == parts.size();
    std::string part = parts[i] + (isLast ? last : separator.rtrim()).str();
    bool fits = column + part.size() <= width;
    if (i != 0 && fits && column + 1 + part.size() <= width) {
      text += ' ';
      ++column;
    } else if (!fits || i != 0) {
      (text += '\n') += indent;
      column = indent.size();
    }
    text += part;
    column += part.size();
  }
  return parts.empty() ? text + last.str() : text;
}

/// The value of `key`; null for a key that has none.
static const std::string *
lookUp(ArrayRef<std::pair<StringRef, std::string>> values, StringRef key) {
  for (const auto &[name, value] : values)
    if (name == key)
      return &value;
  return nullptr;
}

/// Prints one line; an @ that is not part of a key stands for itself.
static void printLine(raw_ostream &os, StringRef line,
                      ArrayRef<std::pair<StringRef, std::string>> values) {
  while (!line.empty()) {
    size_t at = line.find('@');
    os << line.take_front(at);
    if (at == StringRef::npos)
      return;
    line = line.drop_front(at + 1);
    size_t end = line.find('@');
    const std::string *value =
        end == StringRef::npos ? nullptr : lookUp(values, line.take_front(end));
    if (value)
      line = line.drop_front(end + 1);
    os << (value ? StringRef(*value) : "@");
  }
}

void printTemplate(raw_ostream &os, StringRef text,
                   ArrayRef<std::pair<StringRef, std::string>> values) {
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    text = rest;
    bool wantsValue = line.consume_front("@?");
    if (wantsValue || line.consume_front("@!")) {
      auto [key, kept] = line.split('@');
      const std::string *value = lookUp(values, key);
      if ((value && !value->empty()) != wantsValue)
        continue;
      line = kept;
    }
    printLine(os, line, values);
    os << '\n';
  }
}

} // namespace megcc
