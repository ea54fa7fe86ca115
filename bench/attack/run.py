"""A seeded attack on every promise: damaged files, mutated settings, ledgers, kills, a corrupted cache, protected places.

    python bench/attack/run.py [--seed 7] [--only yaml,inputs,ledgers,kills,cache,places] [--share 0.1]

Everything is made from the seed in a temporary folder; nothing asks a host. The counts of a full run are those of
`COUNTS`. A line for each part says how often it was tried and what slipped: a traceback, a hang, a lost row, a leak, a
stale answer, a broken result. The last line is zero slips or the exit code is 1.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[2] / "tests")]

COUNTS = {"yaml": 1_000, "inputs": 300, "ledgers": 500, "kills": 60, "cache": 100, "places": 1}
#: Longer than any honest answer to the small towns takes on a busy machine.
LIMIT_S = 60


class Slips:
    """What went wrong, counted and told."""

    def __init__(self) -> None:
        self.found: Counter[str] = Counter()
        self.told: dict[str, str] = {}

    def add(self, kind: str, about: str, more: str = "") -> None:
        self.found[kind] += 1
        key = f"{kind} {more.strip().splitlines()[-1] if more.strip() else about}"
        if key not in self.told:
            self.told[key] = f"{about}\n{more}"


class HangError(BaseException):
    """Raised by the clock; no `except Exception` may take it."""


@contextmanager
def limited(seconds: int = LIMIT_S) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise HangError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def attempt(act: Callable[[], object], slips: Slips, about: str) -> object:
    """Do something that may be refused with our own errors and nothing else; its value, or None where it was refused."""
    from coverplan.errors import InputError, RecountError

    try:
        with limited():
            return act()
    except InputError as error:
        if not error.problems or not all(problem.what for problem in error.problems):
            slips.add("empty refusal", about)
    except HangError:
        slips.add("hang", about)
    except (Exception, RecountError):  # noqa: BLE001 - every one is a slip
        slips.add("traceback", about, traceback.format_exc())
    return None


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--only", default=",".join(COUNTS))
    parser.add_argument("--share", type=float, default=1.0)
    parser.add_argument("--show", action="store_true", help="print where each kind of slip came from")
    asked = parser.parse_args()
    import damages
    import interruptions
    import places
    import settings

    parts = {
        "yaml": settings.attack,
        "inputs": damages.attack_inputs,
        "ledgers": damages.attack_ledgers,
        "kills": interruptions.attack_kills,
        "cache": interruptions.attack_cache,
        "places": places.attack,
    }
    slipped = 0
    for name in asked.only.split(","):
        slips, count = Slips(), max(1, round(COUNTS[name] * asked.share))
        started, used = time.perf_counter(), time.process_time()
        with tempfile.TemporaryDirectory(prefix="coverplan-attack-") as folder:
            tried = parts[name](random.Random(f"{asked.seed} {name}"), count, Path(folder), slips)
        print(
            f"{name}: {tried} tries, {sum(slips.found.values())} slips {dict(slips.found)}, "
            f"{time.perf_counter() - started:.0f} s ({time.process_time() - used:.0f} s of processor)",
            flush=True,
        )
        if asked.show:
            for key, text in slips.told.items():
                print(f"--- {key}\n{text}", flush=True)
        slipped += sum(slips.found.values())
    return int(slipped > 0)


if __name__ == "__main__":
    sys.exit(main())
