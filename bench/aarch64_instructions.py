#!/usr/bin/python3
"""How many instructions a network executes on AArch64.

    bench/aarch64_instructions.py MODEL... [--layers] [--target armv8-a] [--cpu cortex-a72]
                                  [--compiler "aarch64-linux-gnu-gcc -O2"] [--option=...]

Compiles each model for the target, its C with the compiler, and runs it once under
qemu-aarch64 with the plugin count_instructions.c, which counts what is executed in
NAME_run. Prints millions of instructions, with --layers those of each kernel beside
the least that its multiply-adds need: one instruction for each vector of four.
"""

import argparse
import pathlib
import re
import shlex
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "scripts/pylib"))
import package

PLUGIN = pathlib.Path(__file__).with_name("count_instructions.c")
LANES = 4
DRIVER = """
#include "net.h"
__attribute__((noinline)) void measured_begin(void) {{ __asm__ volatile(""); }}
__attribute__((noinline)) void measured_end(void) {{ __asm__ volatile(""); }}
static _Alignas(64) char arena[NET_ARENA_BYTES + 1];
{buffers}
int main(void) {{
  net_config config = {{.version = NET_CONFIG_VERSION, .arena = arena,
                       .arena_bytes = NET_ARENA_BYTES}};
  net_context context;
  int status = net_init(&context, &config);
  if (status)
    return status;
  measured_begin();
  status = net_run(&context, {arguments});
  measured_end();
  return status;
}}
"""


def build(model, args, work):
    """The package's report, and the program that runs it once."""
    done = package.compile_model(model, work / "package", "net", args.target, args.option)
    if done.returncode:
        sys.exit(f"{model}: {package.first_error(done.stderr + done.stdout)}")
    made = package.Package(work / "package")
    ports = made.inputs + made.outputs
    names = [f"port{i}" for i in range(len(ports))]
    driver = work / "driver.c"
    driver.write_text(
        DRIVER.format(
            buffers="\n".join(
                f"static _Alignas(64) char {name}[{port.bytes + 1}];"
                for name, port in zip(names, ports)
            ),
            arguments=", ".join(f"(void *){name}" for name in names),
        )
    )
    subprocess.run(
        [*shlex.split(args.compiler), "-static", "-I", made.folder, driver]
        + [*made.sources(), "-o", work / "program"],
        check=True,
    )
    return made.report, work / "program"


def measure(model, args, plugin, work):
    report, program = build(model, args, work)
    done = subprocess.run(
        ["qemu-aarch64", "-cpu", args.cpu, "-plugin", plugin, "-d", "plugin", program],
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(f"{model}: the program failed: {done.returncode} {done.stderr[:200]}")
    counts = {}
    for name, number in re.findall(r"^count (\S+) (\d+)$", done.stderr, re.M):
        name = re.sub(r"\.(isra|constprop|part).*", "", name)
        counts[name] = counts.get(name, 0) + int(number)
    print(f"{model}: {sum(counts.values()) / 1e6:.1f} million instructions")
    if not args.layers:
        return
    macs = {}
    for layer in report["layers"]:
        macs[layer["kernel"]] = macs.get(layer["kernel"], 0) + layer["macs"]
    for name, number in sorted(counts.items(), key=lambda item: -item[1]):
        least = macs.get(name, 0) / LANES
        ratio = f"{least / 1e6:8.2f} {number / least:6.2f}" if least else ""
        print(f"  {name:48} {number / 1e6:8.2f} {ratio}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--layers", action="store_true")
    parser.add_argument("--target", default="armv8-a")
    parser.add_argument("--cpu", default="cortex-a72")
    parser.add_argument("--compiler", default="aarch64-linux-gnu-gcc -O2")
    parser.add_argument("--option", action="append", default=[])
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as work:
        plugin = pathlib.Path(work) / "count.so"
        subprocess.run(["gcc", "-O2", "-shared", "-fPIC", PLUGIN, "-o", plugin], check=True)
        for i, model in enumerate(args.models):
            folder = pathlib.Path(work) / str(i)
            folder.mkdir()
            measure(model, args, plugin, folder)


if __name__ == "__main__":
    main()
