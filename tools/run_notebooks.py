"""Runs the notebooks of the manual from the first cell to the last, in their own folder; the first error ends it.

``python tools/run_notebooks.py`` runs all, with names only those. Nothing is written back.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "notebooks"
LONGEST_S = 600


def main(names: list[str]) -> None:
    """Run notebooks by name, all when none is named."""
    for path in sorted(FOLDER.glob("*.ipynb")):
        if names and path.stem not in names:
            continue
        started = time.perf_counter()
        notebook = nbformat.read(path, as_version=4)
        client = NotebookClient(notebook, timeout=LONGEST_S, resources={"metadata": {"path": str(FOLDER)}})
        client.execute()
        print(f"{path.name}: {len(notebook.cells)} cells, {time.perf_counter() - started:.0f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
