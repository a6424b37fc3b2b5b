"""Writes tests that scripts/check_tests must reject, and good ones."""

import pathlib
import sys

TESTS = {
    "bad_colon.mlir": "// RUN opt %s\n// RUN: opt %s | FileCheck %s\n// CHECK: x\n",
    "bad_directive.mlir": "// RUN: opt %s | FileCheck %s\n// CHECK-NXT: x\n",
    "bad_directive_colon.mlir": "// RUN: opt %s | FileCheck %s\n// CHECK-NEXT x\n",
    "bad_expected.mlir": "// RUN: not opt %s\n// expected-error@+1 {{x}}\n",
    "bad_no_filecheck.mlir": "// RUN: not opt %s\n// CHECK: x\n",
    "bad_no_judge.mlir": "// RUN: opt %s\n",
    "bad_no_run.mlir": "module {}\n",
    "bad_prefix.mlir": "// RUN: opt %s | FileCheck %s\n// OTHER-CHECK: x\n",
    "stray.mlri": "// RUN: opt %s | FileCheck %s\n// CHECK: x\n",
    "good.mlir": "// RUN: opt %s | FileCheck %s\n// CHECK-LABEL: x\n// CHECK-COUNT-3: y\n",
    "good_prefix.mlir": "// RUN: opt %s | FileCheck %s --check-prefixes=CHECK,CHECK-A\n"
    "// CHECK-A-NEXT: x\n// CHECK-A: y\n// CHECK: z\n",
    "good_two.mlir": "// RUN: opt %s | FileCheck %s\n// RUN: opt %s | FileCheck %s "
    "--check-prefix=OTHER-CHECK\n// CHECK: x\n// OTHER-CHECK: y\n",
    "good_verify.mlir": "// RUN: opt -verify-diagnostics %s\n// expected-error@+1 {{x}}\n",
}
for name, text in TESTS.items():
    (pathlib.Path(sys.argv[1]) / name).write_text(text)
