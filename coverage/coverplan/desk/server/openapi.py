"""The OpenAPI description of the desk's calls, made from the table of calls."""

from __future__ import annotations

import re
from typing import Any

from pydantic import TypeAdapter

from coverplan.desk.server.routes import CALLS, Call
from coverplan.desk.server.shown import Refusal
from coverplan.text.version import VERSION

API = "/api/v1"
_PLACE = re.compile(r"\{(\w+)(?::int)?\}")
_QUERY = {
    "lang": {"type": "string", "enum": ["zh", "en"]},
    "show": {"type": "string", "maxLength": 200},
}
_POINT = {
    "x": {"type": "number", "minimum": -180, "maximum": 180},
    "y": {"type": "number", "minimum": -90, "maximum": 90},
}


def openapi() -> dict[str, Any]:
    """The whole description."""
    schemas: dict[str, Any] = {}
    paths: dict[str, dict[str, Any]] = {}
    for call in CALLS:
        paths.setdefault(API + _PLACE.sub(r"{\1}", call.path), {})[call.method.lower()] = _operation(
            call, schemas
        )
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "coverplan desk",
            "version": VERSION,
            "description": "Calls of the desk's own page, on this machine. Places are in degrees (EPSG:4326).",
        },
        "paths": paths,
        "components": {"schemas": dict(sorted(schemas.items()))},
    }


def _operation(call: Call, schemas: dict[str, Any]) -> dict[str, Any]:
    parameters = [
        {
            "name": found.group(1),
            "in": "path",
            "required": True,
            "schema": {"type": "integer", "minimum": 1} if ":int" in found.group(0) else {"type": "string"},
        }
        for found in _PLACE.finditer(call.path)
    ]
    query = _QUERY | (_POINT if call.path == "/spot" else {})
    parameters += [
        {"name": name, "in": "query", "required": name in _POINT, "schema": schema}
        for name, schema in query.items()
    ]
    refused = {
        "description": "Refused, with everything that is wrong",
        "content": _json(_schema(Refusal, schemas)),
    }
    operation: dict[str, Any] = {
        "summary": call.summary,
        "parameters": parameters,
        "responses": {
            "200": {"description": "Done", "content": _gives(call, schemas)},
            **dict.fromkeys(("400", "404", "409", "422", "429"), refused),
        },
    }
    if call.body is not None:
        operation["requestBody"] = {"required": True, "content": _json(_schema(call.body, schemas))}
    return operation


def _gives(call: Call, schemas: dict[str, Any]) -> dict[str, Any]:
    if call.gives is str:
        return {"application/yaml": {"schema": {"type": "object", "description": "a scenario file"}}}
    return _json({"type": "object"} if call.gives is dict else _schema(call.gives, schemas))


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _schema(model: Any, schemas: dict[str, Any]) -> dict[str, Any]:
    """Reference to a schema; it and those that it needs are added to the components."""
    made = TypeAdapter(model).json_schema(ref_template="#/components/schemas/{model}")
    schemas |= made.pop("$defs", {})
    schemas[model.__name__] = made
    return {"$ref": f"#/components/schemas/{model.__name__}"}


if __name__ == "__main__":
    import json
    import sys

    sys.stdout.write(json.dumps(openapi(), ensure_ascii=False, indent=1) + "\n")
