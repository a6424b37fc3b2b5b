"""ONNX Runtime as the judge and the peer: npm's onnxruntime-node, found
through NODE_PATH or installed in the build folder."""

import json
import os
import pathlib
import subprocess
import tempfile

import numpy as np

import onnx_files

ROOT = onnx_files.ROOT
RUNNER = ROOT / "bench" / "ort_run.js"
INSTALLED = ROOT / "build" / "ort"


def _usable(node_path):
    probe = subprocess.run(
        ["node", "-e", "require('onnxruntime-node')"],
        env={**os.environ, "NODE_PATH": node_path},
        capture_output=True,
    )
    return probe.returncode == 0


def find(install=False):
    """The NODE_PATH under which Node finds onnxruntime-node, or None."""
    candidates = [os.environ.get("NODE_PATH", ""), str(INSTALLED / "node_modules")]
    for path in filter(None, candidates):
        if _usable(path):
            return path
    if not install:
        return None
    INSTALLED.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        ["npm", "install", "--ignore-scripts", "--no-audit", "--no-fund"]
        + ["--prefix", str(INSTALLED), "onnxruntime-node"],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    return candidates[-1] if _usable(candidates[-1]) else None


def _spec(model_path, inputs, folder, threads):
    """Writes the runner's specification and raw inputs into the folder."""
    spec = {"model": str(model_path), "threads": threads, "outputs": str(folder)}
    spec["inputs"] = {}
    for index, (name, array) in enumerate(inputs.items()):
        file = pathlib.Path(folder) / f"input_{index}.raw"
        file.write_bytes(array.tobytes())
        entry = {"type": str(array.dtype), "dims": array.shape, "file": str(file)}
        spec["inputs"][name] = entry
    path = pathlib.Path(folder) / "spec.json"
    path.write_text(json.dumps(spec))
    return path


def run(node_path, model_path, inputs, threads=1):
    """{output name: array} for {input name: array}."""
    with tempfile.TemporaryDirectory() as folder:
        spec = _spec(model_path, inputs, folder, threads)
        done = subprocess.run(
            ["node", str(RUNNER), "run", str(spec)],
            env={**os.environ, "NODE_PATH": node_path},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"{model_path}: {done.stderr.strip()}")
        outputs = {}
        for entry in json.loads(done.stdout.splitlines()[-1]):
            raw = pathlib.Path(entry["file"]).read_bytes()
            dtype = np.dtype(entry["type"])
            array = np.frombuffer(raw, dtype).reshape([int(d) for d in entry["dims"]])
            outputs[entry["name"]] = array
        return outputs


def answer(node_path, model_path, data_set):
    """Writes output_i.pb beside the data set's input_i.pb."""
    model = onnx_files.load_model(model_path)
    files = onnx_files.numbered(data_set, "input")
    names = [value.name for value in onnx_files.real_inputs(model)]
    inputs = {n: onnx_files.read_tensor(f)[1] for n, f in zip(names, files)}
    outputs = run(node_path, model_path, inputs)
    for index, value in enumerate(model.graph.output):
        target = pathlib.Path(data_set) / f"output_{index}.pb"
        onnx_files.write_tensor(target, outputs[value.name], value.name)


def peak_bytes(pid):
    """The most memory that a running process has had in use."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) * 1024


class Server:
    """A running ONNX Runtime that times calls on demand."""

    def __init__(self, node_path, model_path, inputs, threads=1):
        self._folder = tempfile.TemporaryDirectory()
        spec = _spec(model_path, inputs, self._folder.name, threads)
        self._process = subprocess.Popen(
            ["node", str(RUNNER), "serve", str(spec)],
            env={**os.environ, "NODE_PATH": node_path},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        word, _, before = self._process.stdout.readline().partition(" ")
        if word != "ready":
            raise RuntimeError(f"ONNX Runtime does not start on {model_path}")
        self._before = int(before)

    def times(self, count):
        """Milliseconds of `count` calls."""
        self._process.stdin.write(f"{count}\n")
        self._process.stdin.flush()
        return [float(t) for t in self._process.stdout.readline().split()]

    def peak_bytes(self):
        """The most memory in use so far, without Node's own."""
        return peak_bytes(self._process.pid) - self._before

    def close(self):
        self._process.stdin.close()
        self._process.wait()
        self._folder.cleanup()
