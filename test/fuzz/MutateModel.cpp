//===- MutateModel.cpp - Damages a model between its fields ---------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "test/fuzz/MutateModel.h"
#include "lib/Import/ONNX/Registry.h"

#include <limits>

using namespace megcc;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

namespace {
/// A field of a message, set or not.
struct Site {
  Message *message;
  const FieldDescriptor *field;
};

class Mutation {
public:
  Mutation(const Message &donor, std::minstd_rand &random) : random(random) {
    collect(const_cast<Message &>(donor), donorSites);
  }

  void run(Message &model) {
    std::vector<Site> sites;
    collect(model, sites);
    // Most fields are unset ones that matter little: set ones are likelier.
    Site site = pick(sites);
    for (int tries = 0; tries < 4 && !isSet(site); ++tries)
      site = pick(sites);
    if (site.field->is_repeated())
      editRepeated(site);
    else
      editSingle(site);
  }

private:
  size_t below(size_t count) { return random() % count; }
  template <typename T> const T &pick(const std::vector<T> &values) {
    return values[below(values.size())];
  }

  static bool isSet(const Site &site) {
    const Reflection &reflection = *site.message->GetReflection();
    return site.field->is_repeated()
               ? reflection.FieldSize(*site.message, site.field) > 0
               : reflection.HasField(*site.message, site.field);
  }

  /// All fields of a message and of the messages in it.
  static void collect(Message &message, std::vector<Site> &sites) {
    const Reflection &reflection = *message.GetReflection();
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor *field = message.GetDescriptor()->field(i);
      sites.push_back({&message, field});
      if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE)
        continue;
      if (!field->is_repeated() && reflection.HasField(message, field))
        collect(*reflection.MutableMessage(&message, field), sites);
      if (field->is_repeated())
        for (int k = 0; k < reflection.FieldSize(message, field); ++k)
          collect(*reflection.MutableRepeatedMessage(&message, field, k),
                  sites);
    }
  }

  int64_t makeInteger(int64_t old) {
    static const std::vector<int64_t> values = {
        0,
        1,
        2,
        3,
        4,
        7,
        16,
        64,
        255,
        1000,
        65536,
        1 << 30,
        -1,
        -2,
        -3,
        -100,
        std::numeric_limits<int32_t>::max(),
        std::numeric_limits<int32_t>::min(),
        std::numeric_limits<int64_t>::max(),
        std::numeric_limits<int64_t>::min()};
    switch (below(4)) {
    case 0:
      return static_cast<int64_t>(static_cast<uint64_t>(old) + 1);
    case 1:
      return static_cast<int64_t>(static_cast<uint64_t>(old) - 1);
    case 2:
      return below(30);
    default:
      return pick(values);
    }
  }

  double makeNumber() {
    static const std::vector<double> values = {
        0,
        -0.0,
        0.5,
        1,
        -1,
        2,
        3,
        -7.25,
        1e-30,
        1e30,
        1e300,
        std::numeric_limits<double>::infinity(),
        std::numeric_limits<double>::quiet_NaN()};
    return pick(values);
  }

  /// A string of the donor's; for an operator, often any that exists.
  std::string makeString(const FieldDescriptor *field) {
    if (field->name() == "op_type" && below(2)) {
      auto it = Registry::get().getEntries().begin();
      std::advance(it, below(Registry::get().getEntries().size()));
      return it->first;
    }
    std::vector<std::string> strings = {"", "x", "0"};
    for (const Site &site : donorSites) {
      if (site.field->cpp_type() != FieldDescriptor::CPPTYPE_STRING)
        continue;
      const Reflection &reflection = *site.message->GetReflection();
      if (!site.field->is_repeated())
        strings.push_back(reflection.GetString(*site.message, site.field));
      else
        for (int k = 0; k < reflection.FieldSize(*site.message, site.field);
             ++k)
          strings.push_back(
              reflection.GetRepeatedString(*site.message, site.field, k));
    }
    return pick(strings);
  }

  /// A message of the donor's that has the type of `field`; none if it has
  /// none.
  const Message *findDonation(const FieldDescriptor *field) {
    std::vector<const Message *> candidates;
    for (const Site &site : donorSites)
      if (site.message->GetDescriptor() == field->message_type() &&
          (candidates.empty() || candidates.back() != site.message))
        candidates.push_back(site.message);
    return candidates.empty() ? nullptr : pick(candidates);
  }

  void editSingle(const Site &site) {
    const Reflection &reflection = *site.message->GetReflection();
    Message *message = site.message;
    const FieldDescriptor *field = site.field;
    if (isSet(site) && below(8) == 0)
      return reflection.ClearField(message, field);
    switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetInt32(
          message, field, makeInteger(reflection.GetInt32(*message, field)));
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetInt64(
          message, field, makeInteger(reflection.GetInt64(*message, field)));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return reflection.SetFloat(message, field, makeNumber());
    case FieldDescriptor::CPPTYPE_ENUM:
      return reflection.SetEnumValue(
          message, field,
          field->enum_type()
              ->value(below(field->enum_type()->value_count()))
              ->number());
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.SetString(message, field, makeString(field));
    case FieldDescriptor::CPPTYPE_MESSAGE: {
      std::unique_ptr<Message> copy(
          reflection.GetMessage(*message, field).New());
      if (const Message *donation = findDonation(field))
        copy->CopyFrom(*donation);
      return reflection.MutableMessage(message, field)->CopyFrom(*copy);
    }
    default:
      return;
    }
  }

  /// Removes, exchanges, changes or adds an element.
  void editRepeated(const Site &site) {
    const Reflection &reflection = *site.message->GetReflection();
    Message *message = site.message;
    const FieldDescriptor *field = site.field;
    int size = reflection.FieldSize(*message, field);
    int at = size ? below(size) : 0;
    switch (size ? below(4) : 3) {
    case 0:
      reflection.SwapElements(message, field, at, size - 1);
      return reflection.RemoveLast(message, field);
    case 1:
      return reflection.SwapElements(message, field, at, below(size));
    case 2:
      return changeElement(site, at);
    default:
      return addElement(site);
    }
  }

  void changeElement(const Site &site, int at) {
    const Reflection &reflection = *site.message->GetReflection();
    Message *message = site.message;
    const FieldDescriptor *field = site.field;
    switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.SetRepeatedInt32(
          message, field, at,
          makeInteger(reflection.GetRepeatedInt32(*message, field, at)));
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.SetRepeatedInt64(
          message, field, at,
          makeInteger(reflection.GetRepeatedInt64(*message, field, at)));
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.SetRepeatedUInt64(
          message, field, at,
          makeInteger(reflection.GetRepeatedUInt64(*message, field, at)));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return reflection.SetRepeatedFloat(message, field, at, makeNumber());
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.SetRepeatedDouble(message, field, at, makeNumber());
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.SetRepeatedString(message, field, at,
                                          makeString(field));
    default:
      if (const Message *donation = findDonation(field)) {
        std::unique_ptr<Message> copy(donation->New());
        copy->CopyFrom(*donation);
        reflection.MutableRepeatedMessage(message, field, at)->CopyFrom(*copy);
      }
    }
  }

  void addElement(const Site &site) {
    const Reflection &reflection = *site.message->GetReflection();
    Message *message = site.message;
    const FieldDescriptor *field = site.field;
    switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.AddInt32(message, field, makeInteger(0));
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.AddInt64(message, field, makeInteger(0));
    case FieldDescriptor::CPPTYPE_UINT64:
      return reflection.AddUInt64(message, field, makeInteger(0));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return reflection.AddFloat(message, field, makeNumber());
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return reflection.AddDouble(message, field, makeNumber());
    case FieldDescriptor::CPPTYPE_STRING:
      return reflection.AddString(message, field, makeString(field));
    default:
      if (const Message *donation = findDonation(field)) {
        std::unique_ptr<Message> copy(donation->New());
        copy->CopyFrom(*donation);
        reflection.AddMessage(message, field)->CopyFrom(*copy);
      }
    }
  }

  std::minstd_rand &random;
  std::vector<Site> donorSites;
};
} // namespace

void megcc::mutateModel(onnx::ModelProto &model, const onnx::ModelProto &donor,
                        std::minstd_rand &random) {
  // A copy, as what is edited must not change under the donation.
  onnx::ModelProto given = donor;
  Mutation(given, random).run(model);
}
