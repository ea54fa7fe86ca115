"""JSON Schemas of the user's files, for editors that complete and check while one types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel

from coverplan.scenario.scenario_file import ScenarioFile
from coverplan.scenario.study_file import StudyFile

#: Schema files by name and the models they are made from.
SCHEMAS: Mapping[str, type[BaseModel]] = MappingProxyType(
    {"scenario.schema.json": ScenarioFile, "study.schema.json": StudyFile}
)


def schema_text(model: type[BaseModel]) -> str:
    """Text of a model's schema file."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **model.model_json_schema(),
    }
    return json.dumps(schema, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
