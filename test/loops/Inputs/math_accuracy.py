"""Prints a module with one function `test_F` for every mathematical function F,
which applies it to 4096 numbers: math_accuracy.py f32|f64 LANES."""

import sys

UNARY = """exp exp2 expm1 log log2 log10 log1p sinh cosh tanh asinh acosh atanh sin
cos tan asin acos atan erf cbrt sqrt rsqrt floor ceil trunc round roundeven
absf""".split()
BINARY = ["powf", "atan2", "copysign", "remf"]
COUNT = 4096


def function(name, operands, element, lanes):
    buffer = f"memref<{COUNT}x{element}>"
    value = element if lanes == 1 else f"vector<{lanes}x{element}>"
    inputs = ["%x", "%z"][:operands]
    arguments = ", ".join(f"{each}: {buffer}" for each in inputs + ["%y"])
    dialect = "arith" if name == "remf" else "math"
    access = "memref" if lanes == 1 else "vector"
    types = buffer if lanes == 1 else f"{buffer}, {value}"
    print(f"func.func @test_{name}({arguments}) {{")
    for constant, number in ("0", 0), ("1", 1), ("n", COUNT // lanes), ("l", lanes):
        print(f"  %c{constant} = arith.constant {number} : index")
    print("  scf.for %i = %c0 to %cn step %c1 {")
    print("    %at = arith.muli %i, %cl : index")
    for each in inputs:
        print(f"    {each}v = {access}.load {each}[%at] : {types}")
    values = ", ".join(f"{each}v" for each in inputs)
    print(f"    %r = {dialect}.{name} {values} : {value}")
    print(f"    {access}.store %r, %y[%at] : {types}")
    print("  }\n  return\n}")


element, lanes = sys.argv[1], int(sys.argv[2])
for name in UNARY:
    function(name, 1, element, lanes)
for name in BINARY:
    function(name, 2, element, lanes)
