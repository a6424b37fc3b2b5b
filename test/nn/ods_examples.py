"""Prints a module with the examples of all operators, as ODS has them.

    ods_examples.py DIALECT_FOLDER

Each example becomes the body of a function that takes the operands the example
does not define, with the types it gives them. So an example that does not parse
or verify fails when megcc-opt reads the module. An operator without example is
reported and fails here.
"""

import pathlib
import re
import sys


def split_types(text):
    """The types of "a, b<c, d>", split at the outer commas."""
    types, depth, start = [], 0, 0
    for i, char in enumerate(text):
        depth += (char in "<(") - (char in ">)")
        if char == "," and depth == 0:
            types.append(text[start:i].strip())
            start = i + 1
    types.append(text[start:].strip())
    return [t for t in types if t]


def statements(example):
    """One text per operator of the outer region."""
    parts = []
    for line in map(str.strip, example.splitlines()):
        inside = parts and "nn.fused" in parts[-1]
        if re.match(r"%[\w, %:]+ = nn\.", line) and not inside:
            parts.append(line)
        elif parts:
            parts[-1] += " " + line
    return parts


def operand_types(statement):
    """Operands and their types, in order."""
    body = statement.split("=", 1)[1]
    fused = re.match(r" nn\.fused \((.*?)\)\s*->", body)
    if fused:
        return re.findall(r"%\w+ = (%\w+) : ([^,)]*>)", fused[1])
    operands = re.findall(r"%\w+", body)
    types = re.search(r" : \((.*?)\)\s*->", body)
    if types:
        return list(zip(operands, split_types(types[1])))
    # One type for all of them.
    return [(operand, body.rsplit(" : ", 1)[1].strip()) for operand in operands]


def function(name, example):
    arguments, defined = {}, set()
    for statement in statements(example):
        for operand, type_ in operand_types(statement):
            if operand not in defined:
                arguments[operand] = type_
        results = statement.split(" = ", 1)[0]
        defined.update(re.findall(r"%\w+", results))
    parameters = ", ".join(f"{a}: {t}" for a, t in arguments.items())
    return f"func.func @{name}({parameters}) {{\n{example}\nreturn\n}}\n"


def main():
    missing = []
    for path in sorted(pathlib.Path(sys.argv[1]).glob("NN*.td")):
        # A class stands for all definitions made from it, with its formulas in
        # `}] # name # [{`; its example is checked where one is spelled out.
        for match in re.finditer(r"^def NN_(\w+)Op\b(.*?)^}", path.read_text(), re.M | re.S):
            name, body = match.groups()
            if "description" not in body:
                continue
            example = re.search(r"```mlir\n(.*?)```", body, re.S)
            if not example:
                missing.append(name)
            elif name != "Yield":
                print(function(name, example[1].rstrip()))
    if missing:
        sys.exit("no example: " + ", ".join(missing))


main()
