"""Places each of MiniMalloc's instances within 1 MiB and a minute."""

import pathlib
import resource
import subprocess
import sys

CAPACITY = 1048576
check = pathlib.Path(__file__).with_name("perfect_packing.py")


def plan_seconds():
    """What the processes run so far have had of a processor."""
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime


count = 0
for table in sorted(pathlib.Path(sys.argv[1]).glob("*.csv")):
    start = plan_seconds()
    plan = subprocess.run(
        ["megcc-offsets", table, "--capacity", str(CAPACITY)],
        check=True,
        capture_output=True,
    )
    assert plan_seconds() - start < 60, f"{table.name} takes too long"
    subprocess.run([sys.executable, check, "check", str(CAPACITY)], input=plan.stdout, check=True)
    count += 1
print(f"{count} instances fit into {CAPACITY}")
