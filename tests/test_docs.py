"""What README and docs name is there: imports, dotted names, files of the package."""

from __future__ import annotations

import importlib
import inspect
import re
import types
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
IMPORT = re.compile(r"^\s*from (coverplan[\w.]*) import ([\w, ]+)", re.MULTILINE)
DOTTED = re.compile(r"(?<![\w./])coverplan(?:\.[A-Za-z_]\w*)+(?!\.?\w)")
FILE = re.compile(r"`(?:coverage/coverplan/)?([a-z_]+/[a-z_/]+\.py)`")


def there(name: str) -> bool:
    """Whether a dotted name leads to a module or something in one."""
    parts = name.split(".")
    for length in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        return all((found := getattr(found, part, None)) is not None for part in parts[length:])
    return False


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_names_of_a_page_exist(page):
    text = page.read_text(encoding="utf-8")
    named = {
        f"{module}.{name.strip()}" for module, names in IMPORT.findall(text) for name in names.split(",")
    }
    named |= {name for name in DOTTED.findall(text) if not name.endswith((".yaml", ".py"))}
    assert [name for name in sorted(named) if not there(name)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_of_a_page_exist(page):
    named = set(FILE.findall(page.read_text(encoding="utf-8")))
    roots = (ROOT / "coverage" / "coverplan", ROOT)
    assert [name for name in sorted(named) if not any((root / name).is_file() for root in roots)] == []


def test_a_name_that_is_gone_is_noticed():
    assert there("coverplan.run")
    assert there("coverplan.reach.matrix.Reach")
    assert not there("coverplan.reach.gone")
    assert not there("coverplan.gone.module")


def reference():
    """Every public function of what the page of the reference names, with its full name."""
    page = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
    for name in re.findall(r"^::: (\S+)$", page, re.MULTILINE):
        module, _, last = name.rpartition(".")
        try:
            holder, module = importlib.import_module(name), name
        except ModuleNotFoundError:
            holder = types.SimpleNamespace(**{last: getattr(importlib.import_module(module), last)})
        yield from functions_of(holder, module)


def functions_of(holder, module):
    for word, one in vars(holder).items():
        inner = getattr(one, "__func__", one)
        if word.startswith("_") or getattr(inner, "__module__", "") != module:
            continue
        if inspect.isfunction(inner):
            yield f"{module}.{inner.__qualname__}", inner
        elif inspect.isclass(inner):
            yield from functions_of(inner, module)


def test_the_reference_says_shapes_arguments_and_errors():
    lacking, looked = set(), 0
    for name, one in reference():
        said, source = inspect.getdoc(one) or "", inspect.getsource(one)
        signature = inspect.signature(one)
        given = [word for word in signature.parameters if word not in {"self", "cls"}]
        looked += 1
        if not said or (len(given) > 1 and "Parameters\n" not in said):
            lacking.add(f"{name}: arguments")
        if "Array" in str(signature) and "Shape" not in said:
            lacking.add(f"{name}: shapes")
        if re.search(r"^\s+raise ", source, re.MULTILINE) and "raise" not in said.lower():
            lacking.add(f"{name}: errors")
    assert sorted(lacking) == []
    assert looked > 20
