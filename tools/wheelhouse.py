"""Everything that a machine without a network needs to install coverplan, in one folder.

``python tools/wheelhouse.py make win_amd64 3.12 usb/coverplan`` downloads the wheels of the tested set for that machine and
writes beside them a lock with hashes, install scripts and a check. ``lock`` makes ``requirements.lock`` anew (the newest
versions that fit together), ``resolve`` says for which machines every package has a wheel; both need ``uv``.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename

ROOT = Path(__file__).resolve().parents[1]
LOCK = ROOT / "requirements.lock"
FORKS = ROOT / "tools" / "wheelhouse.forks"
SCRIPTS = Path(__file__).parent / "wheelhouse"
EXTRAS = ("desk", "batch", "fetch", "overture")
PYTHONS = ("3.11", "3.12", "3.13", "3.14")


@dataclass(frozen=True, slots=True)
class Machine:
    """One kind of machine.

    Parameters
    ----------
    tags
        Platform tags of wheels that it takes, newest first.
    uv
        What uv calls it.
    system, machine
        What Python calls it: ``platform.system()`` and ``platform.machine()``.
    """

    tags: tuple[str, ...]
    uv: str
    system: str
    machine: str

    def markers(self, python: str) -> dict[str, str]:
        """What environment markers are held against."""
        names = {"Windows": ("win32", "nt"), "Darwin": ("darwin", "posix"), "Linux": ("linux", "posix")}
        platform, os_name = names[self.system]
        return {
            "implementation_name": "cpython",
            "implementation_version": f"{python}.0",
            "os_name": os_name,
            "platform_machine": self.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": self.system,
            "platform_version": "",
            "python_full_version": f"{python}.0",
            "python_version": python,
            "sys_platform": platform,
            "extra": "",
        }


def _linux(machine: str) -> Machine:
    """Down to glibc 2.28, which Kylin V10, UOS 20, RHEL 8 and Debian 10 have."""
    tags = (
        "manylinux_2_28",
        "manylinux_2_27",
        "manylinux_2_26",
        "manylinux_2_24",
        "manylinux_2_17",
        "manylinux2014",
    )
    older = ("manylinux_2_12", "manylinux2010", "manylinux_2_5", "manylinux1") if machine == "x86_64" else ()
    return Machine(
        tuple(f"{tag}_{machine}" for tag in (*tags, *older)), f"{machine}-manylinux_2_28", "Linux", machine
    )


def _mac(machine: str, uv: str) -> Machine:
    tags = [f"macosx_{version}_0_{arch}" for version in range(15, 10, -1) for arch in (machine, "universal2")]
    older = [f"macosx_10_{minor}_{arch}" for minor in range(16, 8, -1) for arch in ("x86_64", "universal2")]
    return Machine((*tags, *(older if machine == "x86_64" else ())), uv, "Darwin", machine)


MACHINES: Mapping[str, Machine] = {
    "win_amd64": Machine(("win_amd64",), "x86_64-pc-windows-msvc", "Windows", "AMD64"),
    "manylinux_x86_64": _linux("x86_64"),
    "manylinux_aarch64": _linux("aarch64"),
    "macosx_arm64": _mac("arm64", "aarch64-apple-darwin"),
    "macosx_x86_64": _mac("x86_64", "x86_64-apple-darwin"),
}


def locked(markers: Mapping[str, str]) -> Iterator[tuple[Requirement, list[str]]]:
    """Packages of the lock that a machine needs, each with the hashes of its files."""
    text = re.sub(r"\\\n\s*", " ", LOCK.read_text(encoding="utf-8"))
    for line in text.splitlines():
        plain = line.split(" #", 1)[0].strip()
        if not plain or plain.startswith("#"):
            continue
        words = plain.split(" --hash=")
        one = Requirement(words[0].strip())
        if one.marker is None or one.marker.evaluate(dict(markers)):
            yield one, [word.strip() for word in words[1:]]


def pinned(machine: Machine, python: str) -> str:
    """The lock of one machine as text, without markers."""
    lines = []
    for one, hashes in locked(machine.markers(python)):
        lines.append(" \\\n    ".join([f"{one.name}{one.specifier}", *(f"--hash={text}" for text in hashes)]))
    return "\n".join(lines) + "\n"


def lock() -> None:
    """Make the lock anew: one for every machine and Python, with hashes and without any host."""
    extras = [word for extra in EXTRAS for word in ("--extra", extra)]
    command = [
        "uv",
        "pip",
        "compile",
        "pyproject.toml",
        *extras,
        "--universal",
        "--python-version",
        PYTHONS[0],
    ]
    command.insert(4, str(FORKS))
    how = [
        "--generate-hashes",
        "--no-header",
        "--no-annotate",
        "--upgrade",
        "--quiet",
        "--output-file",
        str(LOCK),
    ]
    subprocess.run([*command, *how], cwd=ROOT, check=True)


def resolve() -> list[str]:
    """Machines (macOS from 15 on) and Pythons for which some package of the lock has no wheel, with what uv says."""
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        for name, machine in MACHINES.items():
            for python in PYTHONS:
                wanted = Path(folder) / "wanted.txt"
                wanted.write_text(pinned(machine, python), encoding="utf-8")
                command = [
                    "uv",
                    "pip",
                    "compile",
                    str(wanted),
                    "--no-deps",
                    "--only-binary",
                    ":all:",
                    "--quiet",
                ]
                where = ["--python-platform", machine.uv, "--python-version", python]
                oldest = {**os.environ, "MACOSX_DEPLOYMENT_TARGET": "15.0"}
                done = subprocess.run(
                    [*command, *where], env=oldest, capture_output=True, text=True, check=False
                )
                print(f"{name} {python}: {'every package has a wheel' if done.returncode == 0 else 'no'}")
                if done.returncode:
                    failed.append(f"{name} {python}: {done.stderr.strip()}")
    return failed


def make(name: str, python: str, folder: Path) -> None:
    """Fill a folder for one machine.

    Raises
    ------
    SystemExit
        If the folder is not empty, or a package has no wheel for the machine.
    """
    if folder.exists() and any(folder.iterdir()):
        raise SystemExit(f"{folder} is not empty")
    machine, wheels = MACHINES[name], folder / "wheels"
    wheels.mkdir(parents=True)
    requirements = folder / "requirements.txt"
    requirements.write_text(pinned(machine, python), encoding="utf-8", newline="\n")
    pip = [sys.executable, "-m", "pip"]
    version = python.replace(".", "")
    abis = ("--abi", f"cp{version}", "--abi", "abi3", "--abi", "none")
    platforms = [word for tag in (*machine.tags, "any") for word in ("--platform", tag)]
    where = [*platforms, "--python-version", python, "--implementation", "cp", *abis]
    how = ["--no-deps", "--only-binary=:all:", "--require-hashes", "-r", str(requirements), "-d", str(wheels)]
    if subprocess.run([*pip, "download", "--quiet", *where, *how], check=False).returncode:
        raise SystemExit(f"not every package has a wheel for {name} and Python {python}")
    subprocess.run([*pip, "wheel", "--quiet", "--no-deps", "-w", str(wheels), str(ROOT)], check=True)
    _write_own_lock(requirements, wheels)
    for script in sorted(SCRIPTS.iterdir()):
        text = script.read_text(encoding="utf-8").replace("{python}", python)
        text = text.replace("{system}", machine.system).replace("{machine}", machine.machine)
        newline = "\r\n" if script.suffix == ".bat" else "\n"
        (folder / script.name).write_text(text, encoding="utf-8", newline=newline)
    (folder / "install.sh").chmod(0o755)
    size = sum(file.stat().st_size for file in wheels.iterdir())
    print(
        f"{folder}: {len(list(wheels.iterdir()))} wheels, {size / 1e6:,.0f} MB, for {name} and Python {python}"
    )


def _write_own_lock(requirements: Path, wheels: Path) -> None:
    """Lock of the folder: one hash for each wheel that lies in it, coverplan's own included."""
    lines = []
    for wheel in sorted(wheels.glob("*.whl")):
        name, version, _, _ = parse_wheel_filename(wheel.name)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        lines.append(f"{name}=={version} --hash=sha256:{digest}")
    requirements.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("lock", help="make requirements.lock anew")
    check = commands.add_parser("resolve", help="say for which machines every package has a wheel")
    check.add_argument("--without", action="append", default=[], help="machine and Python known to have none")
    fill = commands.add_parser("make", help="fill a folder for one machine")
    fill.add_argument("machine", choices=MACHINES)
    fill.add_argument("python", choices=PYTHONS)
    fill.add_argument("folder", type=Path)
    asked = parser.parse_args()
    if asked.command == "lock":
        lock()
    elif asked.command == "make":
        make(asked.machine, asked.python, asked.folder)
    else:
        failed = [text for text in resolve() if not text.startswith(tuple(asked.without))]
        if failed:
            raise SystemExit("\n".join(failed))


if __name__ == "__main__":
    main()
