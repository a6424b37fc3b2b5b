"""The lit suite: what is a test, what a test may call, what this machine can do.

Features, for `REQUIRES:` lines:
  avx2, avx512      the CPU runs these instructions (CPUID through /proc/cpuinfo)
  avx512bf16        the same, and AVX-512's products of 8-bit integers and bfloat16
  qemu-aarch64      AArch64 programs can be compiled and run here
  qemu-arm          the same for 32-bit ARM
  qemu-x86_64       x86 programs can be run here as if on a lesser processor
  gcc, clang        that C compiler is installed
  onnx-testdata     Debian's libonnx-testdata is installed
  published-models  MEGCC_MODELS names a folder of models published elsewhere
  minimalloc        MEGCC_MINIMALLOC names the folder of MiniMalloc's benchmarks
"""

import os
import platform
import shutil
import sys

import lit.formats

config.name = "megcc"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".onnxtext", ".test"]
config.excludes = ["Inputs", "narrow"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = os.path.join(config.megcc_build_dir, "test")

# Tools: the build's own first, then LLVM's, then the system's.
config.environment["PATH"] = os.pathsep.join(
    [
        os.path.join(config.megcc_build_dir, "bin"),
        config.llvm_tools_dir,
        config.environment.get("PATH", os.environ["PATH"]),
    ]
)
# libMLIR is not instrumented, so containers filled on both sides of its
# boundary would look like overflows to AddressSanitizer.
if config.sanitized:
    config.environment["ASAN_OPTIONS"] = (
        "allow_user_poisoning=0:detect_container_overflow=0:detect_leaks=0"
    )
for name in ("CCACHE_DIR", "NODE_PATH"):
    if name in os.environ:
        config.environment[name] = os.environ[name]


def cpu_flags():
    """The CPU's features as Linux prints them; empty when it does not."""
    try:
        with open("/proc/cpuinfo") as info:
            for line in info:
                if line.startswith("flags"):
                    return set(line.split(":", 1)[1].split())
    except OSError:
        pass
    return set()


features = config.available_features
flags = cpu_flags()
if {"avx2", "fma"} <= flags:
    features.add("avx2")
if {"avx512f", "avx512bw", "avx512dq", "avx512vl"} <= flags:
    features.add("avx512")
    if {"avx512_vnni", "avx512_bf16"} <= flags:
        features.add("avx512bf16")
if shutil.which("qemu-aarch64") and shutil.which("aarch64-linux-gnu-gcc"):
    features.add("qemu-aarch64")
if shutil.which("qemu-arm") and shutil.which("arm-linux-gnueabihf-gcc"):
    features.add("qemu-arm")
if shutil.which("qemu-x86_64") and platform.machine() == "x86_64":
    features.add("qemu-x86_64")
for compiler in ("gcc", "clang"):
    if shutil.which(compiler):
        features.add(compiler)
if shutil.which("clang-19"):
    features.add("clang")
if shutil.which("chromium"):
    features.add("chromium")
onnx_data = "/usr/share/libonnx-testdata/data"
if os.path.isdir(onnx_data):
    features.add("onnx-testdata")

# Longer names first: lit replaces them as text, one after another.
substitutions = [
    ("%python", sys.executable),
    ("%cmake", config.cmake),
    ("%onnx_data", onnx_data),
    ("%test_root", config.test_source_root),
    ("%source_root", config.megcc_source_dir),
    ("%build_root", config.megcc_build_dir),
    # C as a package's user may compile it: every warning is an error.
    ("%gcc_strict", "gcc -std=c11 -Wall -Wextra -Wconversion -Werror"),
    (
        "%clang_strict",
        ("clang-19" if shutil.which("clang-19") else "clang")
        + " -std=c11 -Wall -Wextra -Wconversion -Werror",
    ),
]
models = os.environ.get("MEGCC_MODELS", "")
if os.path.isdir(models):
    features.add("published-models")
    substitutions.append(("%published_models", os.path.realpath(models)))
minimalloc = os.environ.get("MEGCC_MINIMALLOC", "")
if os.path.isdir(minimalloc):
    features.add("minimalloc")
    substitutions.append(("%minimalloc", os.path.realpath(minimalloc)))
config.substitutions += substitutions
