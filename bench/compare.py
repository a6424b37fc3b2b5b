#!/usr/bin/python3
"""Times megcc's packages against ONNX Runtime.

    bench/compare.py MODEL... [--target T] [--threads N] [--json F]

MODEL is an ONNX file, or a folder with model.onnx. Both run in turns, a few
calls each, so that what else the machine does hits both; medians are compared.
With --threads N above 1 both compute on N threads, megcc's package on its own
pool.
Models whose initialisers are graph inputs too have them stripped for both:
ONNX Runtime can't pack weights that a caller might change.

Prints a line per model, ratio = ONNX Runtime's time / megcc's, and the ratios'
geometric mean as "geomean N.NN". MiB is the most memory that the process had in
use, beyond the model's weights and, for ONNX Runtime, what Node takes by itself.
The JSON has models: [{name, megcc_ms, peer_ms, ratio, megcc_bytes, peer_bytes}]
and geomean. onnxruntime-node is found through NODE_PATH or
installed in the build folder.
"""

import argparse
import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "scripts/pylib"))
import onnx_files
import onnxruntime
import package
from agree import random_inputs, shape_options

SECONDS_PER_PEER = 4.0
ROUNDS = 20


class PackageServer:
    """The package's program, timing calls on demand (as onnxruntime.Server)."""

    def __init__(self, model_path, options, inputs, target, threads, work):
        if threads > 1:
            options = [*options, "--threads=pool"]
        done = package.compile_model(model_path, work / "package", "net", target, options)
        if done.returncode:
            raise RuntimeError(package.first_error(done.stderr + done.stdout))
        made = package.Package(work / "package")
        toolchain = package.Toolchain(target)
        if toolchain.cannot_run() or toolchain.run_prefix:
            reason = toolchain.cannot_run() or "an emulator's times say nothing"
            raise RuntimeError(f"target {target}: {reason}")
        program, error = package.build_driver([made], work, toolchain, ["-O2"])
        if not program:
            raise RuntimeError(f"the C compiler says: {error}")
        made.write_inputs(inputs, work / "net.in")
        self._process = subprocess.Popen(
            [program, "serve", work, "net"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, package.THREADS: str(threads)},
            text=True,
        )
        if self._process.stdout.readline().strip() != "ready":
            raise RuntimeError("the package's program does not start")

    def times(self, count):
        """Milliseconds of `count` calls."""
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        answer = [float(t) for t in self._process.stdout.readline().split()]
        if len(answer) != count:
            raise RuntimeError("the package's program stopped")
        return answer

    def peak_bytes(self):
        """The most memory in use so far."""
        return onnxruntime.peak_bytes(self._process.pid)

    def close(self):
        self._process.stdin.close()
        self._process.wait()


def interleaved_medians(servers):
    """Each server's median time in ms, all measured in turns."""
    counts = []
    for server in servers:
        once = min(server.times(3)[1:])
        calls = SECONDS_PER_PEER * 1e3 / ROUNDS / max(once, 1e-4)
        counts.append(min(max(int(calls), 1), 1000))
    times = [[] for _ in servers]
    for _ in range(ROUNDS):
        for server, count, measured in zip(servers, counts, times):
            server.times(1)  # what the other one left in the caches
            measured += server.times(count)
    return [statistics.median(measured) for measured in times]


def compare(path, target, threads, judge, extra):
    """(ms, bytes beyond the weights) of megcc, the same of ONNX Runtime."""
    model = onnx_files.load_model(path)
    with tempfile.TemporaryDirectory() as scratch:
        work = pathlib.Path(scratch)
        if onnx_files.strip_initialisers(model):
            path = work / "model.onnx"
            onnx_files.save_model(model, path)
        inputs = random_inputs(model)
        options = [*shape_options(model), *extra]
        servers = [PackageServer(path, options, inputs, target, threads, work)]
        try:
            servers.append(onnxruntime.Server(judge, path, inputs, threads))
            times = interleaved_medians(servers)
            weights = onnx_files.weight_bytes(model)
            return [(t, s.peak_bytes() - weights) for t, s in zip(times, servers)]
        finally:
            for server in servers:
                server.close()


def name_of(given):
    return given.name if given.is_dir() else given.stem


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("models", nargs="+", type=pathlib.Path, metavar="MODEL")
    parser.add_argument("--target", default="native")
    parser.add_argument("--threads", type=int, default=1, help="of both")
    parser.add_argument("--option", action="append", default=[], metavar="O",
                        help="of megcc compile, such as --option=--precision=bf16")
    parser.add_argument("--json", type=pathlib.Path, metavar="F")
    args = parser.parse_args()
    judge = onnxruntime.find(install=True)
    if not judge:
        parser.error("onnxruntime-node can't be found or installed")

    results, failed = [], False
    print(
        f"{'model':24} {'megcc ms':>10} {'peer ms':>10} {'ratio':>7}"
        f" {'megcc MiB':>10} {'peer MiB':>10}"
    )
    for given in args.models:
        path = (given / "model.onnx" if given.is_dir() else given).resolve()
        try:
            (ours, bytes_of_ours), (peer, bytes_of_peer) = compare(
                path, args.target, args.threads, judge, args.option)
        except (RuntimeError, OSError) as error:
            failed = True
            print(f"{name_of(given):24} {error}", flush=True)
            continue
        result = {"name": name_of(given), "megcc_ms": ours, "peer_ms": peer}
        result |= {"megcc_bytes": bytes_of_ours, "peer_bytes": bytes_of_peer}
        results.append({**result, "ratio": peer / ours})
        print(
            f"{name_of(given):24} {ours:10.3f} {peer:10.3f} {peer / ours:7.2f}"
            f" {bytes_of_ours / 2**20:10.1f} {bytes_of_peer / 2**20:10.1f}",
            flush=True,
        )
    if not results:
        return 1
    mean = math.exp(statistics.fmean(math.log(r["ratio"]) for r in results))
    print(f"geomean {mean:.2f}")
    if args.json:
        record = {"target": args.target, "threads": args.threads}
        record |= {"models": results, "geomean": mean}
        args.json.write_text(json.dumps(record, indent=1) + "\n")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
