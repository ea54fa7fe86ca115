"""The schema files for editors are those that the code makes, and they accept what the loader accepts."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from coverplan.plan.schema import Plan
from coverplan.programme.actions.costs import CostFile
from coverplan.scenario.json_schema import SCHEMAS, schema_text

#: Files of rooms that the scenario does not know.
OTHERS = {"plan.schema.json": Plan, "costs.schema.json": CostFile}
FOLDER = Path(__file__).resolve().parents[2] / "scenarios"


@pytest.mark.parametrize("name", sorted({**SCHEMAS, **OTHERS}))
def test_schema_file_is_in_step_with_the_code(name: str) -> None:
    """Set COVERPLAN_WRITE_SCHEMAS=1 to write the files anew."""
    path = FOLDER / name
    text = schema_text({**SCHEMAS, **OTHERS}[name])
    if os.environ.get("COVERPLAN_WRITE_SCHEMAS") == "1":
        path.write_text(text, encoding="utf-8", newline="\n")
    # pydantic's versions write 0 or 0.0 and mean the same
    assert json.loads(path.read_text(encoding="utf-8")) == json.loads(text)


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_every_key_is_explained(name: str) -> None:
    schema = SCHEMAS[name].model_json_schema()
    models = {name: schema, **schema.get("$defs", {})}
    for model, content in models.items():
        for key, entry in content.get("properties", {}).items():
            if model not in {"Fields", "Condition"}:
                assert entry.get("description"), f"{model}.{key} has no explanation"
