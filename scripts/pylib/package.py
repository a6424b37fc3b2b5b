"""megcc packages for the scripts: made from a model, described by their
report.json, built with package_driver.c into a program that runs or times
them."""

import json
import os
import pathlib
import re
import shutil
import subprocess

import numpy as np

from onnx_files import ROOT

# The driver's environment says on how many threads packages run that can.
THREADS = "MEGCC_DRIVER_THREADS"
DRIVER = pathlib.Path(__file__).with_name("package_driver.c")
STORAGE = {
    "bool": np.bool_,
    "f16": np.float16,
    "bf16": np.uint16,
    "f32": np.float32,
    "f64": np.float64,
    **{f"i{bits}": np.dtype(f"int{bits}") for bits in (8, 16, 32, 64)},
    **{f"u{bits}": np.dtype(f"uint{bits}") for bits in (8, 16, 32, 64)},
}


def megcc():
    """The compiler: $MEGCC or the build folder's."""
    return os.environ.get("MEGCC", str(ROOT / "build" / "bin" / "megcc"))


def compile_model(model, folder, name, target, options=(), timeout=None):
    """Runs `megcc compile`; the finished process tells how it went."""
    command = [megcc(), "compile", str(model), "-o", str(folder), "--name", name]
    command += ["--target", target, *options]
    return subprocess.run(
        command, capture_output=True, text=True, errors="replace", timeout=timeout
    )


def first_error(text):
    """The first diagnostic of a compiler's output, on one line."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    errors = [line for line in lines if "error" in line.lower()]
    return (errors or lines or ["no message"])[0]


# Hands over a row of an input, in so many pieces; each once, in order.
ROW_GIVER = """static int {function}(void *user, uint32_t r, {type} *data) {{
  static uint32_t next;
  if (r != next++)
    return -1;
  next %= {count};
  for (size_t plane = 0; plane < {planes}; ++plane)
    memcpy((char *)data + plane * {bytes}, (char *)user + (plane * {count} + r) * {bytes}, {bytes});
  return 0;
}}
"""


class Port:
    """An input or output of a package."""

    def __init__(self, entry):
        self.name = entry["name"]
        self.type = entry["type"]
        self.shape = tuple(entry["shape"])
        self.dtype = np.dtype(STORAGE[self.type])
        # How a package that asks for it row by row wants it.
        self.rows = entry.get("rows")
        self.c_type = entry["c_type"]
        # Where in which memory it lies, unless that is the caller's affair.
        self.region = entry.get("region", "arena")
        self.offset = entry.get("arena_offset")
        self.bytes = int(np.prod(self.shape, dtype=np.int64)) * self.dtype.itemsize


class Package:
    """A package folder and what its report says."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)
        self.report = json.loads((self.folder / "report.json").read_text())
        self.name = self.report["name"]
        self.target = self.report["target"]
        self.threads = self.report.get("threads", "none")
        self.inputs = [Port(entry) for entry in self.report["inputs"]]
        self.outputs = [Port(entry) for entry in self.report["outputs"]]

    def sources(self):
        """The files that a C compiler takes."""
        names = sorted(self.report["files"])
        return [self.folder / n for n in names if n.endswith((".c", ".S"))]

    def table_entry(self):
        """(C definition of a call through pointers, its row of the table)."""
        name, macro = self.name, self.name.upper()
        # Memories that the arena consists of follow each other.
        places, total = {}, "0U"
        for region in self.report.get("regions", [{"name": "arena"}]):
            places[region["name"]] = f"(unsigned char *)arena + ({total})"
            total += f" + ({macro}_{region['name'].upper()}_BYTES + 63U) / 64U * 64U"
        arguments, givers, copies = [], "", {"in": "", "out": ""}
        for array, ports in (("in", self.inputs), ("out", self.outputs)):
            for i, port in enumerate(ports):
                if port.offset is not None:
                    pair = [f"{places[port.region]} + {port.offset}", f"{array}[{i}]"]
                    if array == "out":
                        pair.reverse()
                    copies[array] += f"  memcpy({', '.join(pair)}, {port.bytes});\n"
                    continue
                if port.rows:
                    arguments.append(f"give_{name}_{i}")
                    givers += ROW_GIVER.format(
                        function=arguments[-1], type=port.c_type, **port.rows)
                    arguments.append(f"(void *)(uintptr_t)in[{i}]")
                else:
                    arguments.append(f"{array}[{i}]")
        body, result = "", f"{name}_infer({', '.join([*arguments, *places.values()])})"
        if self.threads != "none":
            # Started once: the driver has one arena per process and package.
            body = (
                f"  static {name}_context ctx;\n  static int ready = -1;\n"
                f"  {name}_config config = {{.version = {macro}_CONFIG_VERSION, "
                f".threads = (uint32_t)atoi(getenv(\"{THREADS}\"))}};\n"
            )
            for region, place in places.items():
                body += f"  config.{region} = {place};\n"
                body += f"  config.{region}_bytes = {macro}_{region.upper()}_BYTES;\n"
            body += "  config.parallel_for = for_each;\n" * (self.threads == "user")
            body += f"  if (ready != 0)\n    ready = {name}_init(&ctx, &config);\n"
            body += "  if (ready != 0)\n    return ready;\n"
            result = f"{name}_run({', '.join(['&ctx', *arguments])})"
        call = (
            f"{givers}static int call_{name}(const void *const *in, void *const *out, "
            f"void *arena) {{\n  (void)in;\n  (void)out;\n  (void)arena;\n{body}{copies['in']}"
            f"  const int status = {result};\n{copies['out']}  return status;\n}}\n"
        )
        sizes = [
            ", ".join(str(port.bytes) for port in ports) or "0"
            for ports in (self.inputs, self.outputs)
        ]
        row = (
            f'  {{"{name}", call_{name}, {len(self.inputs)}, {len(self.outputs)}, '
            f"{total}, (const size_t[]){{{sizes[0]}}}, (const size_t[]){{{sizes[1]}}}}},\n"
        )
        return call, row

    def write_inputs(self, values, path):
        """Writes {input name: array} as the driver reads them."""
        with open(path, "wb") as file:
            for port in self.inputs:
                array = values[port.name]
                given = f"{array.dtype}{list(array.shape)}"
                wanted = f"{port.dtype}{list(port.shape)}"
                if given != wanted:
                    raise ValueError(f"{port.name} is {given}, the package's {wanted}")
                file.write(array.tobytes())

    def read_outputs(self, path):
        """The storage arrays of all outputs, in order."""
        data, arrays, offset = pathlib.Path(path).read_bytes(), [], 0
        for port in self.outputs:
            piece = data[offset : offset + port.bytes]
            offset += port.bytes
            arrays.append(np.frombuffer(piece, port.dtype).reshape(port.shape))
        return arrays


class Toolchain:
    """How C for a target is compiled and run on this machine. A package's files
    switch on the instructions they use, so no target needs flags of gcc; clang
    needs some to make code for another machine."""

    # compiler, emulator, clang's flags
    CROSS = {
        "armv7": (
            "arm-linux-gnueabihf-gcc",
            "qemu-arm",
            ["--target=arm-linux-gnueabihf", "-march=armv7-a", "-mfpu=neon"],
        ),
        "armv8": ("aarch64-linux-gnu-gcc", "qemu-aarch64", ["--target=aarch64-linux-gnu"]),
    }

    def __init__(self, target):
        self.target = target
        compiler, emulator, self.clang_flags = self.CROSS.get(
            target[:5], (os.environ.get("CC", "gcc"), None, [])
        )
        self.compiler = compiler
        self.link_flags = ["-static"] if emulator else []
        self.run_prefix = [emulator] if emulator else []

    def missing(self):
        """The first tool that is not installed, or None."""
        tools = [self.compiler, *self.run_prefix]
        return next((tool for tool in tools if not shutil.which(tool)), None)

    def cannot_run(self):
        """Why this machine can't run the target's code, or None."""
        if self.missing():
            return f"{self.missing()} is not installed"
        least = self.target.split(",")[0]
        needed = {"x86-64-v4": "avx512f", "x86-64-v3": "avx2"}.get(least)
        if needed and needed not in pathlib.Path("/proc/cpuinfo").read_text().split():
            return f"this CPU has no {needed}"
        return None


def file_scope_names(text):
    """The static functions and objects that a C file defines."""
    text = re.sub(r"__attribute__\(\(.*?\)\)", "", text)
    return set(re.findall(r"^static\b[^;={}()\[\]]*?(\w+)\s*[(\[=;]", text, re.M))


def merged_source(packages):
    """One C file of all packages' C files: headers like <immintrin.h> are then
    read once. Each file's static names get its package's name in front."""
    parts = [f'#include "{package.name}.h"\n' for package in packages]
    for package in packages:
        for source in package.sources():
            if source.suffix == ".c":
                names = sorted(file_scope_names(source.read_text()))
                parts += [f"#define {n} {package.name}_static_{n}\n" for n in names]
                parts.append(f'#include "{source}"\n')
                parts += [f"#undef {n}\n" for n in names]
    return "".join(parts)


# Not at the same time, but in another order than a loop's.
FOR_EACH = """static void for_each(void *user, void (*task)(void *, uint32_t), void *argument, uint32_t count) {
  (void)user;
  while (count > 0)
    task(argument, --count);
}
"""


def build_driver(packages, folder, toolchain, flags=("-O1",)):
    """Compiles the packages and a driver for them. Returns (the program's path,
    None), or (None, the C compiler's first error)."""
    folder = pathlib.Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    entries = [package.table_entry() for package in packages]
    table = "".join(f'#include "{p.name}.h"\n' for p in packages)
    if any(package.threads == "user" for package in packages):
        table += FOR_EACH
    table += "".join(call for call, _ in entries)
    table += "static const struct package packages[] = {\n"
    table += "".join(row for _, row in entries) + "};\n"
    (folder / "package_table.h").write_text(table)
    merged = folder / "packages.c"
    merged.write_text(merged_source(packages))
    program = folder / "driver"
    command = [toolchain.compiler, "-std=c11", *flags, f"-I{folder}"]
    command += [f"-I{p.folder}" for p in packages] + [str(DRIVER), str(merged)]
    command += [str(s) for p in packages for s in p.sources() if s.suffix == ".S"]
    if any(package.threads != "none" for package in packages):
        command += ["-pthread"]
    command += [*toolchain.link_flags, "-o", str(program)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace")
    return (program, None) if done.returncode == 0 else (None, first_error(done.stderr))
