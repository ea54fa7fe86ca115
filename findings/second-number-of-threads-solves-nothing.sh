#!/usr/bin/env bash
# Guess before running: `threads` is an option of one highspy model, so a second model in the process may have another number.
# Found: the threads are started once for the process. A model that asks for another number takes the option (kOk), then run()
# returns kError without an exception: status "not set", objective 0.0, which reads as an answer where nobody looks.
# Exits with an error once that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet "highspy==1.16.0" "numpy==2.3.4"
cd "$work"
"$work/venv/bin/python" - <<'PY'
import sys

import highspy


def solved(threads):
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)
    taken = model.setOptionValue("threads", threads)
    sites = [model.addBinary(obj=-people) for people in (680, 620, 390, 280)]
    model.addConstr(sum(sites) <= 2)
    ended = model.run()
    print(threads, "threads:", taken, ended, model.getModelStatus(), model.getInfo().objective_function_value)
    return taken, ended, model.getInfo().objective_function_value


print("highspy", highspy.Highs().version())
ok, error = highspy.HighsStatus.kOk, highspy.HighsStatus.kError
answers = [solved(1), solved(2), solved(1)]
sys.exit(0 if answers == [(ok, ok, -1300.0), (ok, error, 0.0), (ok, ok, -1300.0)] else 1)
PY
