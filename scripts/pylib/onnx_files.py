"""ONNX models and tensors for the scripts: reading, writing, rewriting.

The schema is the importer's own (lib/Import/ONNX/onnx.proto), turned into a
Python module by protoc on first use; Debian's python3-onnx stays out, because
its schema is older than the models.
"""

import hashlib
import importlib
import math
import os
import pathlib
import subprocess
import sys
import tempfile

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCHEMA = ROOT / "lib" / "Import" / "ONNX" / "onnx.proto"


def _schema_module():
    """Imports the schema's Python form, generating it once per schema version."""
    digest = hashlib.sha256(SCHEMA.read_bytes()).hexdigest()[:16]
    folder = ROOT / "build" / "pylib" / digest
    if not (folder / "onnx_pb2.py").exists():
        folder.mkdir(parents=True, exist_ok=True)
        # Several scripts may start at once: generate apart, then move.
        with tempfile.TemporaryDirectory(dir=folder) as scratch:
            subprocess.run(
                ["protoc", f"-I{SCHEMA.parent}", f"--python_out={scratch}", SCHEMA.name],
                check=True,
            )
            os.replace(f"{scratch}/onnx_pb2.py", folder / "onnx_pb2.py")
    sys.path.insert(0, str(folder))
    try:
        return importlib.import_module("onnx_pb2")
    finally:
        sys.path.pop(0)


pb = _schema_module()

# ONNX's element type -> (name, numpy type of the bytes, typed data field).
# bfloat16 has no numpy type: its bytes are uint16, read_tensor widens them.
_T = pb.TensorProto
ELEMENT_TYPES = {
    _T.FLOAT: ("float32", np.float32, "float_data"),
    _T.DOUBLE: ("float64", np.float64, "double_data"),
    _T.FLOAT16: ("float16", np.float16, "int32_data"),
    _T.BFLOAT16: ("bfloat16", np.uint16, "int32_data"),
    _T.INT8: ("int8", np.int8, "int32_data"),
    _T.INT16: ("int16", np.int16, "int32_data"),
    _T.INT32: ("int32", np.int32, "int32_data"),
    _T.INT64: ("int64", np.int64, "int64_data"),
    _T.UINT8: ("uint8", np.uint8, "int32_data"),
    _T.UINT16: ("uint16", np.uint16, "int32_data"),
    _T.UINT32: ("uint32", np.uint32, "uint64_data"),
    _T.UINT64: ("uint64", np.uint64, "uint64_data"),
    _T.BOOL: ("bool", np.bool_, "int32_data"),
}
UINT16, BFLOAT16 = _T.UINT16, _T.BFLOAT16
BY_NUMPY = {np.dtype(t[1]): k for k, t in ELEMENT_TYPES.items() if k != _T.BFLOAT16}


class UnsupportedTensor(Exception):
    """A tensor whose type numpy and megcc's packages do not have."""


def storage_array(tensor):
    """The tensor's elements as they lie in memory (bfloat16: uint16)."""
    if tensor.data_type not in ELEMENT_TYPES:
        name = "STRING" if tensor.data_type == _T.STRING else tensor.data_type
        raise UnsupportedTensor(f"element type {name}")
    name, dtype, field = ELEMENT_TYPES[tensor.data_type]
    shape = list(tensor.dims)
    if tensor.HasField("raw_data"):
        little = np.dtype(dtype).newbyteorder("<")
        return np.frombuffer(tensor.raw_data, little).astype(dtype).reshape(shape)
    values = getattr(tensor, field)
    if name in ("float16", "bfloat16"):
        bits = np.array(values, np.uint16)
        return bits.view(dtype).reshape(shape)
    return np.array(values).astype(dtype).reshape(shape)


def widen(array, type_name):
    """The values of a storage array: bfloat16's bits become float32."""
    if type_name != "bfloat16":
        return array
    return (array.astype(np.uint32) << 16).view(np.float32)


def load_tensor(path):
    tensor = pb.TensorProto()
    tensor.ParseFromString(pathlib.Path(path).read_bytes())
    return tensor


def read_tensor(path):
    """(name, values) of a tensor file."""
    tensor = load_tensor(path)
    array = storage_array(tensor)
    return tensor.name, widen(array, ELEMENT_TYPES[tensor.data_type][0])


def set_attributes(node, attributes):
    """Adds name -> int, float, str or list of ints to an operator."""
    for name, value in attributes.items():
        attribute = node.attribute.add(name=name)
        if isinstance(value, float):
            attribute.type, attribute.f = pb.AttributeProto.FLOAT, value
        elif isinstance(value, int):
            attribute.type, attribute.i = pb.AttributeProto.INT, value
        elif isinstance(value, str):
            attribute.type, attribute.s = pb.AttributeProto.STRING, value.encode()
        else:
            attribute.type = pb.AttributeProto.INTS
            attribute.ints.extend(int(v) for v in value)


def make_tensor(array, name=""):
    array = np.asarray(array)
    return pb.TensorProto(
        name=name,
        dims=array.shape,
        data_type=BY_NUMPY[array.dtype],
        raw_data=array.tobytes(),
    )


def write_tensor(path, array, name=""):
    path = pathlib.Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(make_tensor(array, name).SerializeToString())


def load_model(path):
    model = pb.ModelProto()
    model.ParseFromString(pathlib.Path(path).read_bytes())
    return model


def save_model(model, path):
    pathlib.Path(path).write_bytes(model.SerializeToString(deterministic=True))


def real_inputs(model):
    """The graph inputs that are not initialisers too: what a caller feeds."""
    constants = {i.name for i in model.graph.initializer}
    return [i for i in model.graph.input if i.name not in constants]


def strip_initialisers(model):
    """Takes initialisers off the list of graph inputs (old exporters list them,
    which keeps ONNX Runtime from packing weights). True when any was there."""
    keep = real_inputs(model)
    if len(keep) == len(model.graph.input):
        return False
    del model.graph.input[:]
    model.graph.input.extend(keep)
    return True


def weight_bytes(model):
    """The bytes of all initialisers and of the values of Constant nodes."""
    tensors = list(model.graph.initializer)
    for node in model.graph.node:
        tensors += [a.t for a in node.attribute if node.op_type == "Constant" and a.name == "value"]
    return sum(
        math.prod(t.dims) * np.dtype(ELEMENT_TYPES[t.data_type][1]).itemsize for t in tensors
    )


def dimensions(value):
    """A graph input's or output's shape; None for a dimension not known."""
    shape = value.type.tensor_type.shape
    return [d.dim_value if d.HasField("dim_value") else None for d in shape.dim]


def data_sets(folder):
    """The test_data_set_N folders of an ONNX test, in order of N."""
    found = pathlib.Path(folder).glob("test_data_set_*")
    return sorted(found, key=lambda p: int(p.name.rsplit("_", 1)[1]))


def numbered(folder, stem):
    """stem_0.pb, stem_1.pb, ... of a data set; a missing number gives None."""
    files = {
        int(p.stem.rsplit("_", 1)[1]): p for p in pathlib.Path(folder).glob(f"{stem}_*.pb")
    }
    return [files.get(i) for i in range(max(files, default=-1) + 1)]
