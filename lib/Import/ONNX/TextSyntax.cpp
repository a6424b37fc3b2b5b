//===- TextSyntax.cpp - ONNX's text form of models ------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A recursive-descent parser. Every function returns false after an error,
// which is recorded once, with its line.
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/TextSyntax.h"

#include "llvm/ADT/APFloat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/Twine.h"

using namespace megcc;
using llvm::StringRef;
using onnx::AttributeProto;
using onnx::TensorProto;

namespace {

/// Subgraphs nest as deep as in protobuf at most.
constexpr unsigned kMaxDepth = 50;

class Parser {
public:
  Parser(StringRef text, std::string &error) : text(text), error(error) {}
  bool parseModel(onnx::ModelProto &model);

private:
  // Characters and words.
  void skipSpace();
  bool fail(const llvm::Twine &expected);
  bool peek(char c);
  bool accept(char c) { return peek(c) && (++position, true); }
  bool expect(char c);
  bool acceptArrow();
  bool parseName(std::string &name);
  bool parseString(std::string &value);
  bool parseNumber(StringRef &number, bool &isFloat);
  bool parseInt(int64_t &value);
  /// `(`, items that `parseItem` reads with commas between them, `)`.
  bool parseList(char open, char close, llvm::function_ref<bool()> parseItem);

  // The grammar.
  bool parseHeader(llvm::function_ref<bool(StringRef key)> parseField);
  template <typename Proto> bool parseOpsets(Proto &proto);
  bool parseType(onnx::TypeProto &type);
  bool parseTypeNamed(StringRef word, onnx::TypeProto &type);
  bool parseValues(TensorProto &tensor);
  bool parseValueInfo(onnx::ValueInfoProto &info, onnx::GraphProto *graph);
  bool parseGraph(onnx::GraphProto &graph);
  bool parseGraphAfterName(onnx::GraphProto &graph);
  template <typename Proto> bool parseNodes(Proto &proto);
  bool parseNode(onnx::NodeProto &node);
  bool parseAttribute(AttributeProto &attribute);
  bool parseAttributeValue(AttributeProto &attribute);
  bool parseFunction(onnx::FunctionProto &function);

  StringRef text;
  size_t position = 0;
  unsigned depth = 0;
  std::string &error;
};

} // namespace

//===----------------------------------------------------------------------===//
// Characters and words
//===----------------------------------------------------------------------===//

void Parser::skipSpace() {
  while (position < text.size()) {
    if (llvm::isSpace(text[position])) {
      ++position;
    } else if (text[position] == '#') {
      position = std::min(text.find('\n', position), text.size());
    } else {
      break;
    }
  }
}

bool Parser::fail(const llvm::Twine &expected) {
  if (!error.empty())
    return false;
  skipSpace();
  size_t line = 1 + text.take_front(position).count('\n');
  StringRef rest = text.substr(position).split('\n').first.take_front(20);
  error = ("line " + llvm::Twine(line) + ": found '" + rest + "', expected " +
           expected)
              .str();
  return false;
}

bool Parser::peek(char c) {
  skipSpace();
  return position < text.size() && text[position] == c;
}

bool Parser::expect(char c) {
  return accept(c) || fail("'" + llvm::Twine(c) + "'");
}

bool Parser::acceptArrow() {
  if (!peek('=') || !text.substr(position).starts_with("=>"))
    return fail("'=>'");
  position += 2;
  return true;
}

static bool isNameChar(char c) {
  return llvm::isAlnum(c) || c == '_' || c == '.' || c == '/' || c == ':';
}

bool Parser::parseName(std::string &name) {
  if (peek('"'))
    return parseString(name);
  size_t end = position;
  while (end < text.size() && isNameChar(text[end]))
    ++end;
  // `key: value` ends the key at its colon; `a::b` is one name.
  while (end > position && text[end - 1] == ':')
    --end;
  if (end == position || llvm::isDigit(text[position]))
    return fail("a name");
  name = text.slice(position, end).str();
  position = end;
  return true;
}

bool Parser::parseString(std::string &value) {
  if (!expect('"'))
    return false;
  value.clear();
  for (; position < text.size() && text[position] != '"'; ++position) {
    if (text[position] == '\\' && position + 1 < text.size())
      ++position;
    value.push_back(text[position]);
  }
  return expect('"');
}

bool Parser::parseNumber(StringRef &number, bool &isFloat) {
  skipSpace();
  size_t end = text.find_first_not_of("+-.0123456789eEinfaN", position);
  number = text.slice(position, std::min(end, text.size()));
  if (number.empty())
    return fail("a number");
  isFloat = number.find_first_of(".eEiaN") != StringRef::npos;
  position += number.size();
  return true;
}

bool Parser::parseInt(int64_t &value) {
  size_t start = position;
  StringRef number;
  bool isFloat;
  if (!parseNumber(number, isFloat))
    return false;
  number.consume_front("+");
  if (!isFloat && !number.getAsInteger(10, value))
    return true;
  position = start;
  return fail("an integer");
}

bool Parser::parseList(char open, char close,
                       llvm::function_ref<bool()> parseItem) {
  if (!expect(open))
    return false;
  if (accept(close))
    return true;
  do {
    if (!parseItem())
      return false;
  } while (accept(','));
  return expect(close);
}

//===----------------------------------------------------------------------===//
// Types and tensors
//===----------------------------------------------------------------------===//

static int32_t getDataType(StringRef word) {
  if (word != word.lower())
    return TensorProto::UNDEFINED;
  TensorProto::DataType type;
  if (TensorProto::DataType_Parse(word.upper(), &type))
    return type;
  return TensorProto::UNDEFINED;
}

bool Parser::parseType(onnx::TypeProto &type) {
  std::string word;
  return parseName(word) && parseTypeNamed(word, type);
}

bool Parser::parseTypeNamed(StringRef word, onnx::TypeProto &type) {
  if (++depth > kMaxDepth)
    return fail("less deep nesting");
  bool isSequence = word == "seq";
  if (isSequence || word == "optional") {
    bool good =
        expect('(') &&
        parseType(isSequence
                      ? *type.mutable_sequence_type()->mutable_elem_type()
                      : *type.mutable_optional_type()->mutable_elem_type()) &&
        expect(')');
    --depth;
    return good;
  }
  --depth;
  int32_t dataType = getDataType(word);
  if (dataType == TensorProto::UNDEFINED)
    return fail("a type instead of '" + llvm::Twine(word) + "'");
  onnx::TypeProto::Tensor &tensor = *type.mutable_tensor_type();
  tensor.set_elem_type(dataType);
  if (!peek('[')) {
    tensor.mutable_shape();
    return true;
  }
  // `float[]` is a tensor of any shape, `float` a scalar.
  ++position;
  if (accept(']'))
    return true;
  --position;
  return parseList('[', ']', [&] {
    auto &dim = *tensor.mutable_shape()->add_dim();
    if (accept('?'))
      return true;
    skipSpace();
    if (position < text.size() &&
        (llvm::isDigit(text[position]) || text[position] == '-')) {
      int64_t value;
      if (!parseInt(value))
        return false;
      dim.set_dim_value(value);
      return true;
    }
    return parseName(*dim.mutable_dim_param());
  });
}

/// Reads `{1, 2, 3}` into the typed field of the tensor's data type.
bool Parser::parseValues(TensorProto &tensor) {
  return parseList('{', '}', [&] {
    StringRef number;
    bool isFloat;
    if (!parseNumber(number, isFloat))
      return false;
    double real = 0;
    int64_t integer = 0;
    uint64_t natural = 0;
    number.consume_front("+");
    bool isReal = !number.getAsDouble(real);
    bool isInteger = !number.getAsInteger(10, integer);
    auto half = [&](const llvm::fltSemantics &semantics) {
      llvm::APFloat value(real);
      bool loses;
      value.convert(semantics, llvm::APFloat::rmNearestTiesToEven, &loses);
      return static_cast<int32_t>(value.bitcastToAPInt().getZExtValue());
    };
    switch (tensor.data_type()) {
    case TensorProto::FLOAT:
      tensor.add_float_data(static_cast<float>(real));
      return isReal || fail("a number");
    case TensorProto::DOUBLE:
      tensor.add_double_data(real);
      return isReal || fail("a number");
    case TensorProto::FLOAT16:
      tensor.add_int32_data(half(llvm::APFloat::IEEEhalf()));
      return isReal || fail("a number");
    case TensorProto::BFLOAT16:
      tensor.add_int32_data(half(llvm::APFloat::BFloat()));
      return isReal || fail("a number");
    case TensorProto::INT64:
      tensor.add_int64_data(integer);
      return isInteger || fail("an integer");
    case TensorProto::UINT32:
    case TensorProto::UINT64:
      isInteger = !number.getAsInteger(10, natural);
      tensor.add_uint64_data(natural);
      return isInteger || fail("an integer");
    default:
      tensor.add_int32_data(static_cast<int32_t>(integer));
      return isInteger || fail("an integer");
    }
  });
}

/// A tensor of `type` with the values that follow; its shape must be static.
static void setTensorType(TensorProto &tensor, const onnx::TypeProto &type) {
  tensor.set_data_type(type.tensor_type().elem_type());
  for (const auto &dim : type.tensor_type().shape().dim())
    tensor.add_dims(dim.dim_value());
}

/// `float[2] x`, or with `= {1, 2}` an initialiser of `graph`.
bool Parser::parseValueInfo(onnx::ValueInfoProto &info,
                            onnx::GraphProto *graph) {
  if (!parseType(*info.mutable_type()) || !parseName(*info.mutable_name()))
    return false;
  if (!graph || !peek('=') || text.substr(position).starts_with("=>"))
    return true;
  ++position;
  TensorProto &tensor = *graph->add_initializer();
  tensor.set_name(info.name());
  setTensorType(tensor, info.type());
  return parseValues(tensor);
}

//===----------------------------------------------------------------------===//
// Graphs and nodes
//===----------------------------------------------------------------------===//

bool Parser::parseHeader(llvm::function_ref<bool(StringRef)> parseField) {
  return parseList('<', '>', [&] {
    std::string key;
    return parseName(key) && expect(':') && parseField(key);
  });
}

template <typename Proto> bool Parser::parseOpsets(Proto &proto) {
  return parseList('[', ']', [&] {
    onnx::OperatorSetIdProto &set = *proto.add_opset_import();
    int64_t version = 0;
    if (!parseString(*set.mutable_domain()) || !expect(':') ||
        !parseInt(version))
      return false;
    set.set_version(version);
    return true;
  });
}

bool Parser::parseModel(onnx::ModelProto &model) {
  bool good = parseHeader([&](StringRef key) {
    int64_t value = 0;
    if (key == "opset_import")
      return parseOpsets(model);
    if (key == "ir_version" || key == "model_version") {
      if (!parseInt(value))
        return false;
      key == "ir_version" ? model.set_ir_version(value)
                          : model.set_model_version(value);
      return true;
    }
    if (key == "producer_name")
      return parseString(*model.mutable_producer_name());
    std::string ignored;
    return parseString(ignored);
  });
  if (!good || !parseGraph(*model.mutable_graph()))
    return false;
  while (peek('<'))
    if (!parseFunction(*model.add_functions()))
      return false;
  skipSpace();
  return position == text.size() || fail("a function or the end of the file");
}

bool Parser::parseGraph(onnx::GraphProto &graph) {
  return parseName(*graph.mutable_name()) && parseGraphAfterName(graph);
}

bool Parser::parseGraphAfterName(onnx::GraphProto &graph) {
  if (++depth > kMaxDepth)
    return fail("less deep nesting");
  bool good =
      parseList('(', ')',
                [&] { return parseValueInfo(*graph.add_input(), &graph); }) &&
      acceptArrow() && parseList('(', ')', [&] {
        return parseValueInfo(*graph.add_output(), nullptr);
      });
  if (good && peek('<'))
    good = parseList('<', '>', [&] {
      return parseValueInfo(*graph.add_value_info(), &graph);
    });
  good = good && parseNodes(graph);
  --depth;
  return good;
}

template <typename Proto> bool Parser::parseNodes(Proto &proto) {
  if (!expect('{'))
    return false;
  while (!accept('}'))
    if (!parseNode(*proto.add_node()))
      return false;
  return true;
}

bool Parser::parseNode(onnx::NodeProto &node) {
  if (accept('[') && !(parseName(*node.mutable_name()) && expect(']')))
    return false;
  do {
    if (!parseName(*node.add_output()))
      return false;
  } while (accept(','));
  if (!expect('=') || !parseName(*node.mutable_op_type()))
    return false;
  // `domain.Op`: the operator's own name has no dots.
  auto [domain, name] = StringRef(node.op_type()).rsplit('.');
  if (!name.empty()) {
    node.set_domain(domain.str());
    node.set_op_type(name.str());
  }
  auto parseAttributes = [&] {
    return !peek('<') || parseList('<', '>', [&] {
      return parseAttribute(*node.add_attribute());
    });
  };
  return parseAttributes() &&
         parseList('(', ')',
                   [&] {
                     // An input left out is empty.
                     std::string &input = *node.add_input();
                     return peek(',') || peek(')') || parseName(input);
                   }) &&
         parseAttributes();
}

/// `axis = 1`, `axis: int = 1`, `alpha: float = @alpha`.
bool Parser::parseAttribute(AttributeProto &attribute) {
  if (!parseName(*attribute.mutable_name()))
    return false;
  if (accept(':')) {
    std::string word;
    AttributeProto::AttributeType type;
    if (!parseName(word))
      return false;
    if (!AttributeProto::AttributeType_Parse(StringRef(word).upper(), &type))
      return fail("an attribute type");
    attribute.set_type(type);
  }
  if (!expect('='))
    return false;
  if (accept('@'))
    return parseName(*attribute.mutable_ref_attr_name());
  return parseAttributeValue(attribute);
}

bool Parser::parseAttributeValue(AttributeProto &attribute) {
  auto setType = [&](AttributeProto::AttributeType type) {
    if (!attribute.has_type())
      attribute.set_type(type);
    return attribute.type();
  };
  skipSpace();
  if (peek('"')) {
    setType(AttributeProto::STRING);
    return parseString(*attribute.mutable_s());
  }
  if (peek('[')) {
    // The first item decides, unless a type was given.
    llvm::SmallVector<std::pair<std::string, bool>> numbers;
    bool anyFloat = false;
    bool good = parseList('[', ']', [&] {
      if (peek('"'))
        return parseString(*attribute.add_strings());
      StringRef number;
      bool isFloat = false;
      if (!parseNumber(number, isFloat))
        return false;
      number.consume_front("+");
      anyFloat |= isFloat;
      numbers.push_back({number.str(), isFloat});
      return true;
    });
    if (!good)
      return false;
    auto type = setType(attribute.strings_size() ? AttributeProto::STRINGS
                        : anyFloat               ? AttributeProto::FLOATS
                                                 : AttributeProto::INTS);
    for (auto &[number, isFloat] : numbers) {
      double real;
      int64_t integer;
      if (type == AttributeProto::FLOATS &&
          !StringRef(number).getAsDouble(real))
        attribute.add_floats(static_cast<float>(real));
      else if (type == AttributeProto::INTS &&
               !StringRef(number).getAsInteger(10, integer))
        attribute.add_ints(integer);
      else
        return fail("numbers of one kind");
    }
    return true;
  }
  if (llvm::isAlpha(position < text.size() ? text[position] : ' ') ||
      peek('_')) {
    std::string word;
    if (!parseName(word))
      return false;
    if (getDataType(word) != TensorProto::UNDEFINED && !peek('(')) {
      onnx::TypeProto type;
      setType(AttributeProto::TENSOR);
      if (!parseTypeNamed(word, type))
        return false;
      std::string ignoredName;
      if (!peek('{') && !(parseName(ignoredName) && expect('=')))
        return false;
      setTensorType(*attribute.mutable_t(), type);
      return parseValues(*attribute.mutable_t());
    }
    setType(AttributeProto::GRAPH);
    attribute.mutable_g()->set_name(word);
    return parseGraphAfterName(*attribute.mutable_g());
  }
  StringRef number;
  bool isFloat = false;
  double real;
  int64_t integer;
  if (!parseNumber(number, isFloat))
    return false;
  number.consume_front("+");
  if (setType(isFloat ? AttributeProto::FLOAT : AttributeProto::INT) ==
          AttributeProto::FLOAT &&
      !number.getAsDouble(real)) {
    attribute.set_f(static_cast<float>(real));
    return true;
  }
  if (number.getAsInteger(10, integer))
    return fail("a number");
  attribute.set_i(integer);
  return true;
}

bool Parser::parseFunction(onnx::FunctionProto &function) {
  bool good = parseHeader([&](StringRef key) {
    if (key == "opset_import")
      return parseOpsets(function);
    std::string value;
    if (!parseString(value))
      return false;
    if (key == "domain")
      function.set_domain(value);
    else if (key == "overload")
      function.set_overload(value);
    return true;
  });
  if (!good || !parseName(*function.mutable_name()))
    return false;
  // Attributes with a default have a type and a value, the others a name only.
  if (peek('<') && !parseList('<', '>', [&] {
        AttributeProto attribute;
        size_t start = position;
        std::string name;
        if (!parseName(name))
          return false;
        if (peek(',') || peek('>')) {
          function.add_attribute(name);
          return true;
        }
        position = start;
        return parseAttribute(*function.add_attribute_proto());
      }))
    return false;
  return parseList('(', ')',
                   [&] { return parseName(*function.add_input()); }) &&
         acceptArrow() &&
         parseList('(', ')',
                   [&] { return parseName(*function.add_output()); }) &&
         parseNodes(function);
}

bool megcc::parseTextSyntax(StringRef text, onnx::ModelProto &model,
                            std::string &error) {
  return Parser(text, error).parseModel(model);
}
