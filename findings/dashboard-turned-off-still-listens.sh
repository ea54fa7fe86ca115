#!/usr/bin/env bash
# Guess before running: distributed's LocalCluster(dashboard_address=None), which its docstring gives as the way to turn the
# dashboard off, opens no HTTP server, so that areas can be shared out on a PC where nothing else may listen.
# Found: the scheduler still opens one, and on the dashboard's own default port 8787.
# Exits with an error once that changes.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet "distributed==2026.8.0"
cd "$work"
cat >look.py <<'PY'
import socket
import sys
import warnings

import distributed
from distributed import LocalCluster

warnings.simplefilter("ignore")


def listens(port):
    with socket.socket() as probe:
        probe.settimeout(2)
        return probe.connect_ex(("127.0.0.1", port)) == 0


if __name__ == "__main__":
    print("distributed", distributed.__version__)
    said = "disable the dashboard" in " ".join((LocalCluster.__doc__ or "").split())
    if listens(8787):
        sys.exit("something else listens on port 8787 here; nothing was learnt")
    with LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None) as cluster:
        port, open_there = cluster.scheduler.http_server.port, listens(8787)
    print("docstring says that None turns it off:", said, "| port of the HTTP server:", port, "| something listens there:", open_there)
    sys.exit(0 if said and port == 8787 and open_there else 1)
PY
"$work/venv/bin/python" look.py
