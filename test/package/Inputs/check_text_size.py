#!/usr/bin/env python3
"""Compare the code in two ELF objects: the first has at most --bytes, and at most --ratio times the second's."""

import argparse
import struct
import sys


def code_bytes(path):
    """Bytes of all sections with instructions, by the section headers of a 64-bit little-endian ELF file."""
    data = open(path, "rb").read()
    offset, = struct.unpack_from("<Q", data, 0x28)
    size, count = struct.unpack_from("<HH", data, 0x3A)
    total = 0
    for i in range(count):
        flags, _, _, length = struct.unpack_from("<QQQQ", data, offset + i * size + 8)
        executable = flags & 4
        total += length if executable else 0
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("small")
    parser.add_argument("large")
    parser.add_argument("--bytes", type=int, required=True)
    parser.add_argument("--ratio", type=float, required=True)
    args = parser.parse_args()
    small, large = code_bytes(args.small), code_bytes(args.large)
    print(f"{args.small}: {small} bytes of code, {args.large}: {large}")
    return 0 if small <= args.bytes and small <= args.ratio * large else 1


if __name__ == "__main__":
    sys.exit(main())
