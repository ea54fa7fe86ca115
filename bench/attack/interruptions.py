"""Runs killed at random moments, and a cache whose entries are damaged or stale."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from damages import damaged
from run import Slips, attempt

import coverplan
from coverplan.results.files import read_result
from makers import toyfiles

KEY = "elder_care-general-4min"


def attack_kills(random_: random.Random, count: int, folder: Path, slips: Slips) -> int:
    """Under the result's name stands the old answer or the new one, whenever the writer dies, and nothing is left."""
    scenario, out = toyfiles.write_town(folder / "town"), folder / "out"
    whole = coverplan.run(scenario, out=out)
    (out / "mine.txt").write_text("mine")
    command = [
        sys.executable,
        "-m",
        "coverplan",
        "run",
        str(scenario),
        "--out",
        str(out),
        "--quiet",
        "--numbers-only",
    ]
    began = time.perf_counter()
    subprocess.run(command, check=False)
    longest = (time.perf_counter() - began) * 1.1
    for number in range(count):
        with subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL) as child:
            # most of a run is its start: the later half is where something is written
            time.sleep(longest * random_.uniform(0.4, 1.0))
            if child.poll() is None:
                os.kill(child.pid, signal.SIGKILL)
        found = attempt(lambda: read_result(out), slips, f"kill {number}")
        if found is not None:
            if (
                not found.coverage.equals(read_result(out).coverage)
                or abs(found.share(KEY) - whole.share(KEY)) > 0
            ):
                slips.add("broken result", f"kill {number}")
            if not (out / "mine.txt").is_file():
                slips.add("lost file of the user", f"kill {number}")
    attempt(lambda: coverplan.run(scenario, out=out), slips, "after the kills")
    left = [path.name for path in folder.iterdir() if path.name.startswith(".")]
    if left:
        slips.add("left part-folder", ", ".join(left))
    return count


def attack_cache(random_: random.Random, count: int, folder: Path, slips: Slips) -> int:
    """A damaged entry is made again; a changed input is never answered from an old one."""
    os.environ["COVERPLAN_CACHE"] = str(folder / "cache")
    scenario = toyfiles.write_town(folder / "town")
    streets = scenario.parent / "streets.graphml"
    good = streets.read_text("utf-8")
    shares = {}
    for minutes in (72.0, 36.0, 144.0):
        streets.write_text(good.replace("72.0", str(minutes)), encoding="utf-8")
        os.environ["COVERPLAN_CACHE"] = str(folder / f"fresh-{minutes}")
        shares[minutes] = coverplan.run(scenario, write=False).share(KEY)
    os.environ["COVERPLAN_CACHE"] = str(folder / "cache")
    if len(set(shares.values())) < len(shares):
        slips.add("streets that make no difference", str(shares))
    for number in range(count):
        entries = sorted((folder / "cache").glob("*.npz")) if (folder / "cache").is_dir() else []
        if entries:
            entry = random_.choice(entries)
            if random_.random() < 0.3 and len(entries) > 1:
                other = random_.choice([one for one in entries if one != entry])
                entry.write_bytes(other.read_bytes())
            else:
                entry.write_bytes(damaged(random_, entry.read_bytes()))
        length = random_.choice(list(shares))
        when = streets.stat()
        streets.write_text(good.replace("72.0", str(length)), encoding="utf-8")
        os.utime(streets, ns=(when.st_atime_ns, when.st_mtime_ns))
        found = attempt(lambda: coverplan.run(scenario, write=False), slips, f"cache {number}")
        if found is not None and found.share(KEY) != shares[length]:
            slips.add("stale answer", f"cache {number}")
    return count
