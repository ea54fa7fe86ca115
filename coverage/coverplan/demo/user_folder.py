"""A folder of the user's own with the demo study and its scenarios, ready to run and to change."""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from importlib import resources
from pathlib import Path

from coverplan.errors import InputError
from coverplan.text.writing import unwritable, write_whole

#: Files that are written by hand and come with the package, and where they go in the user's folder.
HAND_WRITTEN = {"plan.yaml": Path("data/demo/plan.yaml"), "demo.yaml": Path("scenarios/demo.yaml")}
#: The demo study of a checkout; an installed package makes the same one from its seed.
CHECKOUT_STUDY = Path(__file__).resolve().parents[3] / "data" / "demo"


def make_demo_folder(folder: Path) -> Path:
    """Put the demo study and its scenarios into a folder and return the scenario to run first.

    What is there already is left as it is, so that the user's changes survive a second call.

    Raises
    ------
    InputError
        If the folder cannot be written.
    """
    study = folder / "data" / "demo"
    try:
        if not (study / "study.yaml").is_file():
            _put_study(study)
        for name, place in HAND_WRITTEN.items():
            target = folder / place
            if not target.is_file():
                write_whole(target, partial(_write_text, hand_written(name)))
    except OSError as error:
        raise InputError([unwritable(folder, error)]) from error
    return folder / HAND_WRITTEN["demo.yaml"]


def build_study(folder: Path) -> None:
    """Make the demo study anew from its seed; the same content every time."""
    from coverplan.demo import build

    try:
        folder.mkdir(
            parents=True, exist_ok=True
        )  # what cannot be written is said before the district is made
        build(folder)
        (folder / "plan.yaml").write_text(hand_written("plan.yaml"), encoding="utf-8", newline="\n")
    except OSError as error:
        raise InputError([unwritable(folder, error)]) from error


def hand_written(name: str) -> str:
    """Text of one of the files that come with the package."""
    return resources.files("coverplan.demo").joinpath("files", name).read_text(encoding="utf-8")


def _write_text(text: str, path: Path) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def _put_study(study: Path) -> None:
    """Copy the study; ``study.yaml``, by which a whole one is known, comes last."""
    with tempfile.TemporaryDirectory(prefix="coverplan-demo-") as folder:
        source = CHECKOUT_STUDY
        if not (source / "study.yaml").is_file():
            source = Path(folder)
            build_study(source)
        files = [path for path in source.rglob("*") if path.is_file()]
        for path in sorted(files, key=lambda path: (path == source / "study.yaml", path)):
            write_whole(study / path.relative_to(source), partial(shutil.copy2, path))
