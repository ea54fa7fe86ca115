#!/usr/bin/env bash
# Guess before running: in numba `into[:] = values` is compiled to the loop over its places, in about the time of that loop.
# Found: the first such line of a process takes some thirty times the processor time to compile (two seconds and a twentieth here),
# and a later one still more than the loop. A program whose kernels are compiled in several processes pays it in each.
# Exits with an error once that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet "numba==0.68.1" "numpy==2.3.5"
cd "$work"
cat >compiling.py <<'PY'
import sys
import time

import numba
from numba import njit, types

row = types.Array(types.float64, 1, "C")


@njit
def first_place(values):
    return values[0]


@njit
def looped(into, values):
    for k in range(len(values)):
        into[k] = values[k]


@njit
def written_over(into, values):
    into[:] = values


def seconds(function):
    started = time.process_time()
    function.compile((row, row))
    return time.process_time() - started


first_place.compile((row,))
loop, line = seconds(looped), seconds(written_over)
print(f"numba {numba.__version__}: loop {loop:.2f} s, line {line:.2f} s of processor to compile, {line / loop:.0f} times")
sys.exit(0 if line > 5 * loop else 1)
PY
"$work/venv/bin/python" compiling.py
