#!/usr/bin/python3
"""Runs ONNX's backend tests through megcc.

    conformance.py DATA_DIR [--target T] [--freeze-inputs] [--sample N]
                   [--smallest] [--filter RE] [--jobs N] [--json F]

DATA_DIR holds test folders (model.onnx, test_data_set_N/input_i.pb and
output_i.pb) at any depth, like /usr/share/libonnx-testdata/data. Each model is
compiled to C by a `megcc compile --exact` of its own; the packages of many tests are
built into one program by one call of the C compiler; that program runs each
test in a process of its own; the outputs are compared with the references.

A test is skipped when megcc says that it does not support something, and fails
on any other error, a crash, C that does not compile, or a wrong result.
--freeze-inputs makes all inputs but the first constants of the model: these
tests feed weights as inputs, and constant weights take other paths.
--smallest compiles each test twice: with a budget of one byte, to learn the
smallest that can be reached, and with that budget; the second is what runs.
--sample N takes the N tests whose names hash lowest.

The last line is "N passed, N failed, N skipped".
"""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts/pylib"))
import onnx_files
import package

RTOL, ATOL = 1e-3, 1e-7
# Where the suite's tolerance can't hold: test -> (rtol, atol, reason).
_TRUNCATED = (2**-7, ATOL, "the reference truncates; ONNX says round to nearest")
TOLERANCES = {
    "node/test_cast_FLOAT_to_BFLOAT16": _TRUNCATED,
    "node/test_castlike_FLOAT_to_BFLOAT16": _TRUNCATED,
    "node/test_castlike_FLOAT_to_BFLOAT16_expanded": _TRUNCATED,
    "node/test_dft_inverse_opset19": (RTOL, 1e-6, "its zeros are rounding errors"),
}
# What megcc says of a model that it understands and does not support.
UNSUPPORTED = re.compile(
    r"not supported|at run time|found (a sequence|an optional)"
    r"|found (a tensor of )?(string|float[48]e|u?int[24]\b|integers of fewer)"
)
SMALLEST = re.compile(r"the smallest plan found for \S+ takes (\d+)")
COMPILE_SECONDS = 120
BATCH = 24


class Test:
    """One test folder on its way: `status` is None until it is decided."""

    def __init__(self, number, folder, root):
        self.identifier = f"t{number:04d}"
        self.folder = folder
        self.name = str(folder.relative_to(root))
        self.status = None
        self.reason = ""
        self.package = None
        self.cases = []  # (data set folder, {input name: array})

    def decide(self, status, reason=""):
        # The first failure of several data sets is the one that is told.
        if self.status in (None, "passed"):
            self.status, self.reason = status, reason


def discover(root, pattern, sample):
    """The tests below root, in order of their names."""
    found = []
    for model in sorted(root.rglob("model.onnx")):
        if onnx_files.data_sets(model.parent):
            found.append(model.parent)
    tests = [Test(i, folder, root) for i, folder in enumerate(found)]
    tests = [test for test in tests if re.search(pattern, test.name)]
    if sample is not None:
        tests.sort(key=lambda t: hashlib.sha256(t.name.encode()).digest())
        tests = sorted(tests[:sample], key=lambda t: t.name)
    return tests


def freeze(model, values):
    """Makes every fed input but the first an initialiser."""
    fed = [v.name for v in onnx_files.real_inputs(model) if v.name in values]
    declared = {v.name: v.type.tensor_type.elem_type for v in onnx_files.real_inputs(model)}
    for name in fed[1:]:
        tensor = values[name]
        tensor.name = name
        # The suite stores bfloat16 as uint16: the same bits.
        if {tensor.data_type, declared[name]} == {onnx_files.UINT16, onnx_files.BFLOAT16}:
            tensor.data_type = declared[name]
        model.graph.initializer.append(tensor)
    onnx_files.strip_initialisers(model)


def read_inputs(model, data_set):
    """{input name: TensorProto} of a data set; files go by the tensor's name,
    and by position where it has none that the graph knows."""
    names = [value.name for value in onnx_files.real_inputs(model)]
    values = {}
    for position, file in enumerate(onnx_files.numbered(data_set, "input")):
        if file is None:
            continue
        tensor = onnx_files.load_tensor(file)
        if tensor.name in names:
            values[tensor.name] = tensor
        elif position < len(names):
            values[names[position]] = tensor
    return values


def correct_ranks(model, values):
    """Gives inputs the rank of their data where the model states another, as in
    the suite's CastLike tests. True when any was changed."""
    changed = False
    for value in onnx_files.real_inputs(model):
        if not value.type.HasField("tensor_type"):
            continue
        declared = value.type.tensor_type.shape.dim
        if value.name in values and len(values[value.name].dims) != len(declared):
            del declared[:]
            for extent in values[value.name].dims:
                declared.add().dim_value = extent
            changed = True
    return changed


def shape_options(model, values):
    """--input-shape for the inputs whose shape the model leaves open, or states
    otherwise than its data has it (some of the suite's do)."""
    options = []
    for value in onnx_files.real_inputs(model):
        if value.name not in values or not value.type.HasField("tensor_type"):
            continue
        shape = list(values[value.name].dims)
        if shape and onnx_files.dimensions(value) != shape:
            text = "x".join(str(d) for d in shape)
            options.append(f"--input-shape={value.name}={text}")
    return options


def smallest_budget(model, work, test, target, options):
    """The bytes that the smallest plan takes; None if megcc does not say."""
    done = package.compile_model(
        model,
        work / test.identifier,
        test.identifier,
        target,
        [*options, "--memory-budget", "1"],
        COMPILE_SECONDS,
    )
    found = SMALLEST.search(done.stderr)
    return int(found[1]) if found else None


def compile_test(test, work, target, frozen, smallest):
    """megcc compile; leaves a package or a verdict."""
    budget = None
    model_path = test.folder / "model.onnx"
    try:
        model = onnx_files.load_model(model_path)
        sets = onnx_files.data_sets(test.folder)
        cases = [(s, read_inputs(model, s)) for s in (sets[:1] if frozen else sets)]
        rewritten = correct_ranks(model, cases[0][1])
        if frozen:
            freeze(model, cases[0][1])
        options = ["--exact", *shape_options(model, cases[0][1])]
        if frozen or rewritten:
            model_path = work / f"{test.identifier}.onnx"
            onnx_files.save_model(model, model_path)
        if smallest:
            budget = smallest_budget(model_path, work, test, target, options)
            # Where there is none the error is the one without a budget.
            options += ["--memory-budget", str(budget)] if budget else []
        done = package.compile_model(
            model_path,
            work / test.identifier,
            test.identifier,
            target,
            options,
            COMPILE_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return test.decide("failed", f"megcc takes over {COMPILE_SECONDS} s")
    except Exception as error:  # a test's own files that can't be read
        return test.decide("failed", f"cannot read the test: {error}")
    if done.returncode:
        message = package.first_error(done.stderr + done.stdout)
        message = re.sub(rf"megcc: error: |{re.escape(str(model_path))}:", "", message)
        message = message.strip()
        if done.returncode == 1 and UNSUPPORTED.search(message):
            return test.decide("skipped", message)
        crash = f"megcc's exit code {done.returncode}: "
        return test.decide("failed", (crash if done.returncode != 1 else "") + message)
    try:
        test.package = package.Package(work / test.identifier)
        if budget and test.package.report["ram_bytes"] > budget:
            found = test.package.report["ram_bytes"]
            return test.decide("failed", f"takes {found} bytes, though {budget} do")
        for data_set, values in cases:
            arrays = {n: onnx_files.storage_array(t) for n, t in values.items()}
            test.cases.append((data_set, arrays))
    except Exception as error:
        test.decide("failed", f"package or inputs unusable: {error}")


def build_batch(batch, folder, toolchain):
    """One program for all tests of the batch; where that does not compile, one
    each, so that only the culprits fail. Returns [(program, tests)]."""
    program, error = package.build_driver(
        [test.package for test in batch], folder, toolchain
    )
    if program:
        return [(program, batch)]
    if len(batch) == 1:
        batch[0].decide("failed", f"the C compiler says: {error}")
        return []
    return [
        built
        for test in batch
        for built in build_batch([test], folder / test.identifier, toolchain)
    ]


def run_program(program, tests, toolchain):
    """Runs every data set of the tests and compares the outputs."""
    folder = program.parent
    for index in range(max(len(test.cases) for test in tests)):
        ready = []
        for test in tests:
            if index < len(test.cases) and test.status in (None, "passed"):
                try:
                    test.package.write_inputs(
                        test.cases[index][1], folder / f"{test.identifier}.in"
                    )
                    ready.append(test)
                except (KeyError, ValueError) as error:
                    test.decide("failed", f"inputs do not fit: {error}")
        if not ready:
            continue
        done = subprocess.run(
            [*toolchain.run_prefix, str(program), "run", str(folder)]
            + [test.identifier for test in ready],
            capture_output=True,
            text=True,
            errors="replace",
        )
        verdicts = dict(
            line.split(" ", 1) for line in done.stdout.splitlines() if " " in line
        )
        for test in ready:
            verdict = verdicts.get(test.identifier, "did not run")
            if verdict == "ok":
                compare(test, test.cases[index][0], folder / f"{test.identifier}.out")
            else:
                test.decide("failed", verdict)


def compare(test, data_set, path):
    """Judges the outputs in `path` against the data set's."""
    rtol, atol, _ = TOLERANCES.get(test.name, (RTOL, ATOL, ""))
    references = onnx_files.numbered(data_set, "output")
    arrays = test.package.read_outputs(path)
    if len(arrays) != len(references):
        count = f"{len(arrays)} outputs, expected {len(references)}"
        return test.decide("failed", count)
    for port, array, reference in zip(test.package.outputs, arrays, references):
        try:
            _, expected = onnx_files.read_tensor(reference)
        except onnx_files.UnsupportedTensor as error:
            return test.decide("failed", f"output {port.name}: {error}")
        if port.type == "bf16":
            array = onnx_files.widen(array, "bfloat16")
            if expected.dtype == np.uint16:  # numpy has no name for the type
                expected = onnx_files.widen(expected, "bfloat16")
        problem = difference(array, expected, rtol, atol)
        if problem:
            return test.decide("failed", f"output {port.name}: {problem}")
    test.decide("passed")


def difference(actual, expected, rtol, atol):
    """None when equal within tolerance, else what differs."""
    if actual.shape != expected.shape:
        return f"shape {actual.shape}, expected {expected.shape}"
    if actual.dtype != expected.dtype:
        return f"type {actual.dtype}, expected {expected.dtype}"
    if actual.dtype.kind == "f":
        wide = actual.astype(np.float64), expected.astype(np.float64)
        close = np.isclose(*wide, rtol=rtol, atol=atol, equal_nan=True)
    else:
        close = actual == expected
    if close.all():
        return None
    worst = np.unravel_index(np.argmin(close), close.shape)
    where = ",".join(str(i) for i in worst)
    wrong = close.size - np.count_nonzero(close)
    return (
        f"{wrong} of {close.size} elements wrong, first at [{where}]: "
        f"{actual[worst]}, expected {expected[worst]}"
    )


def run_all(tests, target, frozen, smallest, jobs, work):
    toolchain = package.Toolchain(target)
    with concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        list(pool.map(lambda t: compile_test(t, work, target, frozen, smallest), tests))
        ready = [test for test in tests if test.status is None]
        batches = [ready[i : i + BATCH] for i in range(0, len(ready), BATCH)]

        def build_and_run(numbered_batch):
            number, batch = numbered_batch
            for program, built in build_batch(batch, work / f"b{number}", toolchain):
                run_program(program, built, toolchain)

        list(pool.map(build_and_run, enumerate(batches)))


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data_dir", type=pathlib.Path)
    parser.add_argument("--target", default="native")
    parser.add_argument("--freeze-inputs", action="store_true")
    parser.add_argument("--smallest", action="store_true")
    parser.add_argument("--sample", type=int, metavar="N")
    parser.add_argument("--filter", default="", metavar="RE")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N")
    parser.add_argument("--json", type=pathlib.Path, metavar="F")
    parser.add_argument("--keep", type=pathlib.Path, help="leave all files here")
    args = parser.parse_args()

    tests = discover(args.data_dir.resolve(), args.filter, args.sample)
    if not tests:
        parser.error(f"no tests in {args.data_dir}")
    obstacle = package.Toolchain(args.target).cannot_run()
    if obstacle:
        for test in tests:
            test.decide("skipped", obstacle)
    else:
        with tempfile.TemporaryDirectory() as scratch:
            work = (args.keep or pathlib.Path(scratch)).resolve()
            work.mkdir(parents=True, exist_ok=True)
            options = (args.freeze_inputs, args.smallest)
            run_all(tests, args.target, *options, args.jobs, work)

    counts = {"passed": 0, "failed": 0, "skipped": 0}
    for test in tests:
        counts[test.status] += 1
    for status in ("skipped", "failed"):
        for test in tests:
            if test.status == status:
                print(f"{status.upper()} {test.name}: {test.reason}")
    if args.json:
        results = [
            {"name": t.name, "status": t.status, "reason": t.reason} for t in tests
        ]
        record = {"target": args.target, "frozen": args.freeze_inputs, **counts}
        args.json.write_text(json.dumps({**record, "tests": results}, indent=1))
    print(", ".join(f"{count} {status}" for status, count in counts.items()))
    return 1 if counts["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
