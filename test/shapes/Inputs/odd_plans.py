"""Compiles random networks (odd_graphs.py) plainly and with other plans, and compares
the results bit for bit under --exact.

    odd_plans.py --target T [--seed N] [--first N] [--count N] [--plans P,P...]
                 [--unsanitized] [--work FOLDER]

For each network: no plan at all; what is done unasked; each technique; the smallest
budget, and one between that and what is needed plainly, for each that has one; inputs
and outputs in the arena; an input that comes row by row; two memories; threads. Each
package is built with AddressSanitizer and UndefinedBehaviorSanitizer (without, four
times as many take as long) and its certificate is checked. A failing network's number and the seed make it again.
"""

import argparse
import importlib.util
import pathlib
import re
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "scripts" / "pylib"))

import odd_graphs  # noqa: E402
import onnx_files  # noqa: E402
import package  # noqa: E402

spec = importlib.util.spec_from_file_location("checker", ROOT / "scripts/check_certificate.py")
checker = importlib.util.module_from_spec(spec)
spec.loader.exec_module(checker)

BATCH = 4  # networks in one program
PLAIN = ["-O0"]
SANITIZE = [*PLAIN, "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
SMALLEST = re.compile(r"the smallest plan found for \S+ takes (\d+)")
# What cannot be streamed is said, and is no failure.
NOT_BY_ROWS = re.compile(r"--input x0=streamed: ")

PLANS = {
    "plain": ["--plan", "none"],
    "default": [],
    "alias": ["--plan", "order,alias"],
    "rows": ["--plan", "order,alias,rows"],
    "bare": ["--plan", "rows"],
    "patches": ["--plan", "order,alias,patches"],
    "arena": ["--plan", "alias,rows", "--io", "arena"],
    "streamed": ["--input", "x0=streamed"],
    "tight": ["--input", "x0=streamed", "--plan", "alias,rows"],
    "threads": ["--threads", "pool", "--part-work", "1"],
    "user": ["--threads", "user", "--part-work", "1", "--plan", "order,alias,rows"],
    "size": ["--optimize", "size", "--plan", "alias,rows"],
}
# With which techniques the smallest budget is sought.
BUDGETS = {
    "all": [],
    "again": ["--plan", "order,alias,recompute"],
    "inner": ["--io", "arena"],
}


class Failure(Exception):
    pass


class Network:
    """One network and its packages."""

    def __init__(self, number, seed, target, work):
        self.number, self.target, self.work = number, target, work
        proto, self.inputs = odd_graphs.build([seed, number])
        self.model = work / f"n{number}.onnx"
        self.packages = {}
        onnx_files.save_model(proto, self.model)

    def run(self, plan, options):
        """The finished process of a compilation, which may fail."""
        name = f"n{self.number}_{plan}"
        options = ["--exact", "--certificate", *options]
        try:
            done = package.compile_model(
                self.model, self.work / name, name, self.target, options, timeout=120)
        except subprocess.TimeoutExpired:
            raise Failure(f"{plan}: takes over 120 s")
        if done.returncode not in (0, 1):
            raise Failure(f"{plan}: exit code {done.returncode}: {package.first_error(done.stderr)}")
        return done

    def make(self, plan, options, most=None):
        done = self.run(plan, options)
        if done.returncode:
            if NOT_BY_ROWS.search(done.stderr):
                return None
            raise Failure(f"{plan}: {package.first_error(done.stderr)}")
        made = package.Package(self.work / f"n{self.number}_{plan}")
        try:
            checker.check(made.folder / "certificate.json")
        except (checker.Refused, KeyError, IndexError, TypeError) as error:
            raise Failure(f"{plan}: certificate: {error!r}")
        if most is not None and made.report["ram_bytes"] > most:
            raise Failure(f"{plan}: takes {made.report['ram_bytes']} bytes of {most}")
        self.packages[plan] = made
        return made

    def ram(self, plan):
        return self.packages[plan].report["ram_bytes"]

    def make_budgets(self, kind, options):
        done = self.run(kind, [*options, "--memory-budget", "1"])
        found = SMALLEST.search(done.stderr)
        if not found:
            raise Failure(f"{kind}: no smallest budget: {package.first_error(done.stderr)}")
        self.make(f"{kind}_plain", options)
        least, most = int(found[1]), self.ram(f"{kind}_plain")
        self.make(f"{kind}_least", [*options, "--memory-budget", str(least)], least)
        if most > least + 64:
            middle = (least + most) // 2
            self.make(f"{kind}_half", [*options, "--memory-budget", str(middle)], middle)
        self.make(f"{kind}_most", [*options, "--memory-budget", str(most)], most)

    def make_memories(self):
        """Two memories: a fast one that is too small, a slow one that suffices."""
        arena = self.ram("default")
        memories = ["--memory", f"fast={arena // 3 + 64}", "--memory", f"slow={arena + 64}"]
        self.make("memories", memories)
        self.make("both", [*memories, "--io", "arena", "--plan", "alias,rows"])

    def make_all(self, chosen):
        for plan, options in PLANS.items():
            if plan in ("plain", "default") or plan in chosen:
                self.make(plan, options)
        for kind, options in BUDGETS.items():
            if kind in chosen:
                self.make_budgets(kind, options)
        if "memories" in chosen:
            self.make_memories()


def compare(networks, toolchain, folder, flags):
    """Yields what is wrong with the networks' packages when they run."""
    packages = [made for network in networks for made in network.packages.values()]
    program, error = package.build_driver(packages, folder, toolchain, flags)
    if not program:
        yield f"networks {networks[0].number} to {networks[-1].number}: {error}"
        return
    for network in networks:
        for made in network.packages.values():
            made.write_inputs(network.inputs, folder / f"{made.name}.in")
    done = subprocess.run([*toolchain.run_prefix, program, "run", folder,
                           *(made.name for made in packages)],
                          capture_output=True, text=True, errors="replace",
                          env={"MEGCC_DRIVER_THREADS": "3", "ASAN_OPTIONS": "detect_leaks=0"})
    verdicts = dict(line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)
    for network in networks:
        results = {}
        for plan, made in network.packages.items():
            verdict = verdicts.get(made.name, "did not run")
            if verdict != "ok":
                yield f"network {network.number}, {plan}: {verdict}: {done.stderr[:400]}"
                continue
            results[plan] = (folder / f"{made.name}.out").read_bytes()
        for plan, result in results.items():
            if result != results.get("plain"):
                yield f"network {network.number}, {plan}: other bits"


def check(options, work):
    toolchain = package.Toolchain(options.target)
    chosen = options.plans.split(",") if options.plans else [*PLANS, *BUDGETS, "memories"]
    wrong, packages, by = 0, 0, {"rows": 0, "patches": 0, "recomputed": 0}
    numbers = range(options.first, options.first + options.count)
    for begin in range(0, len(numbers), BATCH):
        networks, problems = [], []
        for number in numbers[begin : begin + BATCH]:
            network = Network(number, options.seed, options.target, work)
            networks.append(network)
            try:
                network.make_all(chosen)
            except Failure as failure:
                problems.append(f"network {number}, {failure}")
        problems += compare(
            networks, toolchain, work / "build", PLAIN if options.unsanitized else SANITIZE)
        for problem in problems:
            print(problem, flush=True)
        wrong += len(problems)
        for network in networks:
            packages += len(network.packages)
            for word in by:
                by[word] += sum(any(word in line for line in made.report.get("plan", []))
                                for made in network.packages.values())
    kinds = ", ".join(f"{count} by {word}" for word, count in by.items())
    print(f"{options.target}: {options.count} networks, {packages} packages, {kinds}: {wrong} wrong")
    return wrong == 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--target", default="generic")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, default=24)
    parser.add_argument("--plans", default="")
    parser.add_argument("--unsanitized", action="store_true")
    parser.add_argument("--work", type=pathlib.Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        work = options.work or pathlib.Path(folder)
        work.mkdir(parents=True, exist_ok=True)
        return check(options, work)


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
