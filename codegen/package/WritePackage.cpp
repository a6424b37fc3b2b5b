//===- WritePackage.cpp - Emission as a pass ------------------------------===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "codegen/package/Passes.h"
#include "codegen/package/Text.h"

namespace megcc {
#define GEN_PASS_DEF_WRITEPACKAGE
#include "codegen/package/Passes.h.inc"
} // namespace megcc

using namespace llvm;

namespace {

struct WritePackage : megcc::impl::WritePackageBase<WritePackage> {
  using WritePackageBase::WritePackageBase;

  void runOnOperation() override {
    if (Error error = write()) {
      getOperation().emitError(toString(std::move(error)));
      signalPassFailure();
    }
  }

private:
  Error write() {
    if (!megcc::isPublicName(name))
      return createStringError("'" + Twine(name) + "' is not a C identifier");
    Expected<megcc::Target> row = megcc::lookupTarget(target);
    if (!row)
      return row.takeError();
    megcc::PackageOptions options;
    options.name = name;
    options.weights = weights;
    options.threads = threads;
    auto package = megcc::describePackage(
        {megcc::PlannedModule{getOperation(), *row}}, options);
    if (failed(package))
      return createStringError("the module is not ready to be written");
    Expected<megcc::OutputFolder> folder =
        megcc::OutputFolder::create(directory);
    if (!folder)
      return folder.takeError();
    if (Error error = megcc::writePackage(*package, *folder))
      return error;
    return folder->commit();
  }
};

} // namespace
