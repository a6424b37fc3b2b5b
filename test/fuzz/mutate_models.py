#!/usr/bin/python3
"""Damages models and gives them to megcc-import: mutate_models.py IMPORTER
[--seconds N] [--seed N] [--keep DIR] MODEL...

Binary models lose, gain and change bytes; models in text form change numbers,
names and operators, which gets further. All are tried undamaged, too. Whatever
comes, the importer must end with 0 (it is a model after all) or 1 (it said why not) and soon. It needs no
instrumented build, so it is what the suite runs; scripts/fuzz goes deeper.

Prints one line per finding and a count; exit code 1 if there is any finding.
"""

import argparse
import pathlib
import random
import re
import resource
import subprocess
import tempfile
import time

BATCH = 100
NUMBERS = "0 1 2 3 -1 -2 7 64 1000 65536 2147483647 4294967296 9223372036854775807 \
-9223372036854775808 0.5 -1.5 1e30".split()
TOKEN = re.compile(r'"[^"\n]*"|[A-Za-z_][\w.]*|-?\d[\d.e+]*|\s+|.')


def mutate_bytes(data, rng):
    data = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        if not data:
            break
        at = rng.randrange(len(data))
        kind = rng.randrange(6)
        if kind == 0:
            data[at] ^= 1 << rng.randrange(8)
        elif kind == 1:
            data[at] = rng.choice((0, 1, 0x7F, 0x80, 0xFF, rng.randrange(256)))
        elif kind == 2:
            del data[at : at + rng.choice((1, 2, 8, 64))]
        elif kind == 3:
            data[at:at] = data[at : at + rng.choice((1, 4, 32))]
        elif kind == 4:
            data[at:at] = b"\xff" * rng.choice((1, 9))
        elif rng.random() < 0.3:
            del data[at:]
    return bytes(data)


def mutate_text(text, rng, words):
    tokens = TOKEN.findall(text)
    places = [i for i, t in enumerate(tokens) if not t.isspace()]
    for _ in range(rng.choice((1, 1, 1, 2, 3, 5))):
        at = rng.choice(places)
        token = tokens[at]
        if re.match(r"-?\d", token) and rng.random() < 0.9:
            tokens[at] = rng.choice(NUMBERS)
        elif token in words and rng.random() < 0.9:
            tokens[at] = rng.choice(words)
        elif rng.random() < 0.7:
            tokens[at] = tokens[rng.choice(places)]
        elif rng.random() < 0.5:
            tokens[at] = ""
        else:
            tokens[at] = token + " " + token
    return "".join(tokens)


def limit():
    resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def run(importer, files):
    """The exit code; negative for a signal, 124 for too long."""
    try:
        return subprocess.run(
            [importer, "--check", *map(str, files)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=20 if len(files) == 1 else 120,
            preexec_fn=limit,
            check=False,
        ).returncode
    except subprocess.TimeoutExpired:
        return 124


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("importer")
    parser.add_argument("models", nargs="+", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=pathlib.Path)
    options = parser.parse_args()

    rng = random.Random(options.seed)
    listing = subprocess.run(
        [options.importer, "--operators"], stdout=subprocess.PIPE, check=True
    ).stdout.decode()
    words = re.findall(r"^\| ([A-Z]\w*) \|", listing, re.MULTILINE)
    seeds = []
    for path in options.models:
        data = path.read_bytes()
        if path.suffix == ".onnxtext":
            data = re.sub(r"^\s*#.*$", "", data.decode(), flags=re.MULTILINE)
        if len(data) < 200000:
            seeds.append((path.suffix, data))

    findings = tried = 0
    for path in options.models:
        tried += 1
        code = run(options.importer, [path])
        if code not in (0, 1):
            findings += 1
            print(f"exit code {code}: {path}")
    end = time.monotonic() + options.seconds
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end:
            files = []
            for index in range(BATCH):
                suffix, data = rng.choice(seeds)
                path = pathlib.Path(folder) / f"m{index}{suffix}"
                if suffix == ".onnxtext":
                    path.write_text(mutate_text(data, rng, words))
                else:
                    path.write_bytes(mutate_bytes(data, rng))
                files.append(path)
            tried += len(files)
            if run(options.importer, files) in (0, 1):
                continue
            for path in files:
                code = run(options.importer, [path])
                if code in (0, 1):
                    continue
                findings += 1
                name = f"finding-{options.seed}-{findings}{path.suffix}"
                print(f"exit code {code}: {name}")
                if options.keep:
                    options.keep.mkdir(parents=True, exist_ok=True)
                    (options.keep / name).write_bytes(path.read_bytes())
    print(f"{tried} models, {findings} findings")
    return 1 if findings else 0


if __name__ == "__main__":
    raise SystemExit(main())
