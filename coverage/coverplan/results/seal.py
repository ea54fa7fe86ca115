"""The seal of a written result: tells a folder that was damaged from a fault of ours that meets a sound one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from coverplan.inputs.tables.gdal_door import layer_info, list_layers
from coverplan.text.version import VERSION

#: Key of a manifest under which its folder's seal stands.
SEAL = "written"


def seal_of(manifest: Mapping[str, Any], summary: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """What is known of a folder's files when they are written; the clock of a run leaves no trace in it (R11).

    Parameters
    ----------
    manifest, summary
        Content of the manifest and of ``result.json``.
    folder
        Holds the tables and the layers already. Of layers the columns are sealed: styles of QGIS may be added to their file.
    """
    layers = folder / "layers.gpkg"
    tables = sorted([*folder.glob("coverage.csv"), *(folder / "tables").glob("*.csv")])
    return {
        "coverplan": VERSION,
        "manifest": _digest({key: value for key, value in manifest.items() if key not in {SEAL, "run"}}),
        "result": _digest({key: value for key, value in summary.items() if key != "run"}),
        "tables": {
            path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in tables
        },
        "layers": _columns(layers) if layers.is_file() else {},
    }


def is_sound(folder: Path) -> bool:
    """Whether a result's folder holds what this version wrote there; what came later beside it does not count."""
    try:
        manifest, summary = (
            json.loads((folder / name).read_text(encoding="utf-8"))
            for name in ("manifest.json", "result.json")
        )
        said = manifest[SEAL]
        tables = said["tables"]
        found = seal_of(manifest, summary, folder)
    except (LookupError, TypeError, ValueError, AttributeError, OSError):
        return False
    found["tables"] = {name: found["tables"].get(name) for name in tables}
    found["layers"] = {name: found["layers"].get(name) for name in said["layers"]}
    return bool(found == said)


def _digest(content: Mapping[str, Any]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _columns(path: Path) -> dict[str, list[str]]:
    """Columns and number of rows of each layer."""
    found = {name: layer_info(path, name) for name, _ in list_layers(path)}
    return {name: [str(info["features"]), *map(str, info["fields"])] for name, info in found.items()}
