//===- ReportPage.h - Pictures in report.html -------------------*- C++ -*-===//
//
// Part of megcc, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef MEGCC_LIB_DRIVER_REPORTPAGE_H
#define MEGCC_LIB_DRIVER_REPORTPAGE_H

#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/raw_ostream.h"

namespace megcc {

/// Puts a picture into the section `id` of the page that `--report` wrote into
/// `folder`, in the place of what is there. Nothing if there is no page.
llvm::Error
drawInReportPage(llvm::StringRef folder, llvm::StringRef id,
                 llvm::StringRef title, llvm::StringRef words,
                 llvm::function_ref<void(llvm::raw_ostream &)> draw);

} // namespace megcc

#endif // MEGCC_LIB_DRIVER_REPORTPAGE_H
