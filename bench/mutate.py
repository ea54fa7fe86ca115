"""Mutation testing by hand: one-line faults put into the core, one at a time, and whether a test notices.

    nice python bench/mutate.py [--seed 7] [--each 8] [--minutes 15] [--rooms cover,check,...]

A copy of the source is changed, never the source. The tests of the module's own room are run until the first fails.
A fault that cannot change anything (in a message, in an annotation) is not made. Prints every fault that was not
noticed, and the share that was.
"""

from __future__ import annotations

import argparse
import ast
import copy
import importlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

ROOT = Path(__file__).resolve().parents[1]
#: Modules by room, and the tests that are to notice.
ROOMS = {
    "cover": (["service/cover.py"], ["tests/service/test_cover.py", "tests/service/test_overlap.py"]),
    "check": (["siting/check.py"], ["tests/siting/test_check.py"]),
    "cache": (["cache.py"], ["tests/test_cache.py", "tests/answer/test_doors.py"]),
    "results": (
        ["results/redaction.py", "results/folders.py", "results/manifest.py", "results/tables.py", "results/files.py"],
        ["tests/results"],
    ),
    "tables": (
        ["inputs/tables/amounts.py", "inputs/tables/dates.py", "inputs/tables/quarantine.py", "inputs/tables/gdal_door.py",
         "inputs/tables/header_row.py", "inputs/tables/column_values.py", "inputs/tables/words.py"],
        ["tests/inputs/tables", "tests/inputs/ledgers/test_sheet_names.py", "tests/inputs/ledgers/test_account_of_rows.py"],
    ),
    "reach": (
        ["reach/matrix.py", "reach/travel.py", "reach/straight.py", "reach/snapping/snap.py", "reach/speeds/edge_times.py"],
        ["tests/reach/test_travel.py", "tests/reach/test_matrix.py", "tests/reach/test_straight.py", "tests/reach/snapping",
         "tests/reach/speeds"],
    ),
    "indicators": (
        ["indicators/verdict.py", "indicators/shares.py", "indicators/counts.py", "indicators/capacity.py",
         "indicators/presence.py", "indicators/evidence.py"],
        ["tests/indicators"],
    ),
}  # fmt: skip
_HEAVY = (
    "numpy",
    "scipy.sparse.csgraph",
    "scipy.spatial",
    "pandas",
    "geopandas",
    "rasterio",
    "numba",
    "openpyxl",
    "pydantic",
)
_SWAPS: dict[type, type] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Add: ast.Sub, ast.Sub: ast.Add,
    ast.Mult: ast.Div, ast.Div: ast.Mult, ast.And: ast.Or, ast.Or: ast.And, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip


def sites(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Number of a node, in the order of `ast.walk`, and what can be done to it."""
    whole = [*(node for node in ast.walk(tree) if _is_quiet(node)), *_beside_the_work(tree)]
    quiet = {id(inner) for node in whole for inner in ast.walk(node)}
    for number, node in enumerate(ast.walk(tree)):
        if id(node) in quiet:
            continue
        if isinstance(node, ast.Compare) and type(node.ops[0]) in _SWAPS:
            yield number, "compare"
        elif isinstance(node, ast.BinOp | ast.BoolOp | ast.AugAssign) and type(node.op) in _SWAPS:
            yield number, "operator"
        elif isinstance(node, ast.If | ast.IfExp):
            yield number, "condition"
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not | ast.Invert):
            yield number, "negation"
        elif isinstance(node, ast.Constant) and type(node.value) in {int, float, bool}:
            yield number, "constant"


def _beside_the_work(tree: ast.AST) -> Iterator[ast.AST]:
    """What a function says that it returns, decorators such as the size of a cache, and types of names."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            yield from (*node.decorator_list, *([] if node.returns is None else [node.returns]))
        elif isinstance(node, ast.AnnAssign):
            yield node.annotation


def _is_quiet(node: ast.AST) -> bool:
    """Messages, annotations and log lines change no answer."""
    if isinstance(node, ast.Raise | ast.Assert | ast.JoinedStr | ast.AnnAssign | ast.arg):
        return not isinstance(node, ast.AnnAssign) or node.value is None
    if isinstance(node, ast.Call):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        return called in {"Problem", "warning", "info", "Field", "dataclass", "slice"}
    return False


def faulty(tree: ast.Module, number: int, how: str) -> tuple[str, int]:
    """Source with the fault, and the line in which it stands."""
    tree = copy.deepcopy(tree)
    node = list(ast.walk(tree))[number]
    line = node.lineno
    if how == "compare":
        node.ops[0] = _SWAPS[type(node.ops[0])]()
    elif how == "operator":
        node.op = _SWAPS[type(node.op)]()
    elif how == "condition":
        node.test = ast.UnaryOp(ast.Not(), node.test)
    elif how == "negation":
        return _replaced(tree, node, node.operand), line
    else:
        node.value = not node.value if isinstance(node.value, bool) else node.value + 1
    return ast.unparse(ast.fix_missing_locations(tree)), line


def _replaced(tree: ast.Module, old: ast.AST, new: ast.expr) -> str:
    class Swap(ast.NodeTransformer):
        def visit(self, node: ast.AST) -> ast.AST:
            return new if node is old else self.generic_visit(node)

    return ast.unparse(ast.fix_missing_locations(Swap().visit(tree)))


def preload() -> None:
    """Import what takes seconds once: each fault is tried in a fork, which has it already."""
    for name in _HEAVY:
        importlib.import_module(name)


def noticed(copy_: Path, tests: list[str], limit_s: float) -> bool:
    """Whether a test fails, or does not end."""
    child = os.fork()
    if not child:
        _try(copy_, tests)
    until = time.monotonic() + limit_s
    while time.monotonic() < until:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status) != 0
        time.sleep(0.05)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True


def _try(copy_: Path, tests: list[str]) -> NoReturn:
    """Run tests on the copy, silently, and end with what pytest says; a child of its own group, so that it can be ended."""
    os.setsid()
    os.chdir(ROOT)
    quiet = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(quiet, stream)
    os.environ |= {"PYTHONPATH": str(copy_), "CI": "true"}
    # without the folder of this script, whose modules have names that rooms of the tests have too
    others = [place for place in sys.path if Path(place).resolve() != ROOT / "bench"]
    sys.path[:] = [str(copy_), str(ROOT / "tests"), *others]
    flags = ["-q", "-x", "-p", "no:cacheprovider", "-o", f"pythonpath={copy_} {ROOT / 'tests'}"]
    code = 1
    try:
        code = int(pytest.main([*flags, *tests]))
    finally:
        os._exit(code)


def healthy(copy_: Path, tests: list[str]) -> bool:
    """Whether the tests pass without a fault, on the copy itself."""
    (copy_ / "coverplan" / "errors.py").rename(copy_ / "coverplan" / "errors.kept")
    broken = noticed(copy_, tests, 240)
    (copy_ / "coverplan" / "errors.kept").rename(copy_ / "coverplan" / "errors.py")
    return broken and not noticed(copy_, tests, 240)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--each", type=int, default=8, help="faults of each room")
    parser.add_argument("--minutes", type=float, default=15.0)
    parser.add_argument("--rooms", default=",".join(ROOMS))
    asked = parser.parse_args()
    began = time.monotonic()
    tried, caught = 0, 0
    with tempfile.TemporaryDirectory(prefix="coverplan-mutants-") as folder:
        copy_ = Path(folder) / "coverage"
        os.environ["NUMBA_CACHE_DIR"] = str(Path(folder) / "compiled")
        preload()
        shutil.copytree(ROOT / "coverage", copy_, ignore=shutil.ignore_patterns("__pycache__"))
        for room in asked.rooms.split(","):
            modules, tests = ROOMS[room]
            random_ = random.Random(f"{asked.seed} {room}")
            faults = [
                (module, number, how)
                for module in modules
                for number, how in sites(ast.parse((ROOT / "coverage/coverplan" / module).read_text("utf-8")))
            ]
            if not healthy(copy_, tests):
                print(f"{room}: its tests fail as it is, or do not run the copy", flush=True)
                continue
            here = [0, 0]
            for module, number, how in random_.sample(faults, min(asked.each, len(faults))):
                if time.monotonic() - began > asked.minutes * 60:
                    break
                target, source = (
                    copy_ / "coverplan" / module,
                    (ROOT / "coverage/coverplan" / module).read_text("utf-8"),
                )
                text, line = faulty(ast.parse(source), number, how)
                target.write_text(text, encoding="utf-8")
                found = noticed(copy_, tests, 240)
                target.write_text(source, encoding="utf-8")
                here[0] += 1
                here[1] += found
                if not found:
                    print(
                        f"not noticed: {module}:{line} {how}: {source.splitlines()[line - 1].strip()}",
                        flush=True,
                    )
            print(f"{room}: {here[1]} of {here[0]} of {len(faults)} possible", flush=True)
            tried, caught = tried + here[0], caught + here[1]
    print(f"all: {caught} of {tried} noticed ({100 * caught / max(tried, 1):.0f} %)")


if __name__ == "__main__":
    main()
