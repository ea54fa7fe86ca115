"""The tested set and the folder for machines without a network; nothing is downloaded here, the gate does that."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from coverplan.cli.machine import EXTRAS

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheelhouse():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import wheelhouse
    finally:
        sys.path.pop(0)
    return wheelhouse


def wanted(wheelhouse) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [text for extra in wheelhouse.EXTRAS for text in project["optional-dependencies"][extra]]
    every = [Requirement(text) for text in (*project["dependencies"], *extras)]
    return [one for one in every if one.name != "coverplan"]  # an extra that has another one in it


def test_what_people_install_is_what_doctor_looks_at_and_the_folder_holds(wheelhouse):
    assert wheelhouse.EXTRAS == EXTRAS
    assert {"fastparquet", "requests", "dask", "starlette"} <= {one.name for one in wanted(wheelhouse)}


def test_the_lock_fits_what_the_package_asks_for_on_every_machine(wheelhouse):
    for machine in wheelhouse.MACHINES.values():
        for python in wheelhouse.PYTHONS:
            pins = {}
            for one, hashes in wheelhouse.locked(machine.markers(python)):
                name = re.sub(r"[-_.]+", "-", one.name).lower()
                assert name not in pins, (name, machine.uv, python)
                assert hashes
                assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", text) for text in hashes)
                pins[name] = str(one.specifier).removeprefix("==")
            for one in wanted(wheelhouse):
                name = re.sub(r"[-_.]+", "-", one.name).lower()
                assert one.specifier.contains(pins[name]), (name, pins[name])


def test_each_machine_gets_its_own_packages(wheelhouse):
    windows = wheelhouse.pinned(wheelhouse.MACHINES["win_amd64"], "3.12")
    linux = wheelhouse.pinned(wheelhouse.MACHINES["manylinux_x86_64"], "3.12")
    intel = wheelhouse.pinned(wheelhouse.MACHINES["macosx_x86_64"], "3.12")
    assert "colorama==" in windows  # what terminals need there
    assert "colorama==" not in linux
    assert re.search(r"^numba==0\.62\.", intel, re.MULTILINE)
    assert not re.search(r"^numba==0\.62\.", linux, re.MULTILINE)


def test_the_lock_names_no_host():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert "--find-links" not in text


def folder_of(tmp_path: Path, python: str) -> Path:
    """A folder as `make` leaves it, with one small file as its only wheel."""
    (tmp_path / "wheels").mkdir()
    (tmp_path / "wheels" / "a-1-py3-none-any.whl").write_bytes(b"a wheel")
    digest = hashlib.sha256(b"a wheel").hexdigest()
    (tmp_path / "requirements.txt").write_text(f"a==1 --hash=sha256:{digest}\n")
    import platform

    text = (
        (ROOT / "tools" / "wheelhouse" / "check.py").read_text(encoding="utf-8").replace("{python}", python)
    )
    text = text.replace("{system}", platform.system()).replace("{machine}", platform.machine())
    (tmp_path / "check.py").write_text(text, encoding="utf-8")
    return tmp_path


def check(folder: Path) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, "-X", "utf8", str(folder / "check.py")],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    return done.returncode, done.stdout


def test_the_check_of_a_folder_finds_what_is_wrong_with_it(tmp_path):
    here = f"{sys.version_info[0]}.{sys.version_info[1]}"
    for name in ("whole", "other"):
        (tmp_path / name).mkdir()
    folder = folder_of(tmp_path / "whole", here)
    assert check(folder)[0] == 0
    (folder / "wheels" / "a-1-py3-none-any.whl").write_bytes(b"another")
    code, said = check(folder)
    assert code == 1
    assert "a-1-py3-none-any.whl" in said
    assert "missing or damaged: 1" in said
    code, said = check(folder_of(tmp_path / "other", "3.99"))
    assert code == 1
    assert "3.99" in said
