#!/usr/bin/env bash
# Guess before running: a pyproj Transformer that was made and used once is as quick in another thread as in its own.
# Found: its first call in every new thread makes it again, search of operations included (tenths of a second between a
# geographic and a projected CRS), then it is quick there too. Thousands of short-lived threads pay for it thousands of times.
# Exits with an error once that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet "pyproj==3.7.2"
cd "$work"
"$work/venv/bin/python" - <<'PY'
import sys
import threading
import time

import pyproj
from pyproj import Transformer

print("pyproj", pyproj.__version__, "PROJ", pyproj.proj_version_str)
move = Transformer.from_crs(4490, 32650, always_xy=True)


def once():
    started = time.thread_time()
    move.transform(117.0, 33.9)
    return time.thread_time() - started


once()
own = min(once() for _ in range(5))
firsts, seconds = [], []


def elsewhere():
    firsts.append(once())
    seconds.append(min(once() for _ in range(5)))


for _ in range(4):
    worker = threading.Thread(target=elsewhere)
    worker.start()
    worker.join()
print(f"own thread {own * 1e6:.0f} us, second call elsewhere {max(seconds) * 1e6:.0f} us")
print(f"first call elsewhere {min(firsts) * 1e3:.1f} to {max(firsts) * 1e3:.1f} ms")
sys.exit(0 if min(firsts) > 100 * own and max(seconds) < min(firsts) / 100 else 1)
PY
