"""Everything that the desk's OpenAPI file allows, sent to a running desk: no 5xx, and answers that fit their schema.

    python bench/desk_api.py [SCENARIO] [--examples 60] [--seed 7]

Needs schemathesis (``pip install schemathesis``); calls that start whole runs or read the study again are left out.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LEFT_OUT = "/documents$|/reload$"


def main() -> int:
    """Start a desk of its own, send, stop it; the exit status is that of schemathesis."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("scenario", nargs="?", default=str(ROOT / "scenarios" / "demo.yaml"))
    asked.add_argument("--examples", type=int, default=60)
    asked.add_argument("--seed", type=int, default=7)
    options = asked.parse_args()
    tool = shutil.which("schemathesis")
    if tool is None:
        raise SystemExit("pip install schemathesis")
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable,
            "-m",
            "coverplan",
            "desk",
            options.scenario,
            "--no-browser",
            "--keep",
            folder,
        ]
        server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, encoding="utf-8")
        try:
            found = re.search(r"http://[^/\s]+", server.stdout.readline())
            return subprocess.run(
                [
                    tool, "run", f"{found.group()}/api/v1/openapi.json", "--url", found.group(),
                    "--exclude-path-regex", LEFT_OUT, "--phases", "examples,coverage,fuzzing",
                    "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
                    "--max-examples", str(options.examples), "--seed", str(options.seed), "--no-color",
                    "--generation-database", "none",
                ],
                check=False, cwd=folder,
            ).returncode  # fmt: skip
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    sys.exit(main())
