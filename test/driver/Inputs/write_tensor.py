"""Writes a float32 TensorProto: write_tensor.py FILE.pb 2x4 1 2 3 4 5 6 7 8
The message's fields by hand: dims (1), data_type (2), raw_data (9)."""

import struct
import sys

path, shape, *values = sys.argv[1:]
raw = b"".join(struct.pack("<f", float(value)) for value in values)
dims = b"".join(b"\x08" + bytes([int(extent)]) for extent in shape.split("x"))
with open(path, "wb") as file:
    file.write(dims + b"\x10\x01" + b"\x4a" + bytes([len(raw)]) + raw)
