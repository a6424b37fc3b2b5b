//===- Unsupported.cpp - Why some operators are refused -------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "lib/Import/ONNX/Registry.h"

using namespace megcc;

void megcc::registerUnsupported(Registry &registry) {
  registry.beginGroup("");
  for (llvm::StringRef name :
       {"ConcatFromSequence", "SequenceAt", "SequenceConstruct",
        "SequenceEmpty", "SequenceErase", "SequenceInsert", "SequenceLength",
        "SequenceMap", "SplitToSequence"})
    registry.refuse(name, "it works on sequences, megcc on tensors");
  for (llvm::StringRef name :
       {"Optional", "OptionalGetElement", "OptionalHasElement"})
    registry.refuse(name, "it works on optional values, megcc on tensors");
  for (llvm::StringRef name :
       {"StringNormalizer", "StringConcat", "StringSplit", "RegexFullMatch",
        "TfIdfVectorizer", "ImageDecoder"})
    registry.refuse(name, "it works on strings or files, megcc on numbers");
  for (llvm::StringRef name :
       {"Bernoulli", "Multinomial", "RandomNormal", "RandomNormalLike",
        "RandomUniform", "RandomUniformLike"})
    registry.refuse(name, "its result is random");
  registry.refuse("Unique",
                  "the values decide the size of its result at run time");
  registry.refuse("BitCast", "megcc's operators compute with values, not bits");
  registry.beginGroup("", "ai.onnx.ml");
  for (llvm::StringRef name :
       {"ArrayFeatureExtractor", "Binarizer", "CastMap", "CategoryMapper",
        "DictVectorizer", "FeatureVectorizer", "Imputer", "LabelEncoder",
        "LinearClassifier", "LinearRegressor", "Normalizer", "OneHotEncoder",
        "SVMClassifier", "SVMRegressor", "Scaler", "TreeEnsemble",
        "TreeEnsembleClassifier", "TreeEnsembleRegressor", "ZipMap"})
    registry.refuse(name, "it belongs to models other than neural networks");
  registry.beginGroup("", "ai.onnx.preview.training");
  for (llvm::StringRef name : {"Adagrad", "Adam", "Gradient", "Momentum"})
    registry.refuse(name, "it is for training");
  registry.beginGroup("", "ai.onnx.training");
  for (llvm::StringRef name : {"Adagrad", "Adam", "Gradient", "Momentum"})
    registry.refuse(name, "it is for training");
}
