"""Keys that a schema knows at a place of a file."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

Key = str | int


def known_keys(model: type[BaseModel], loc: tuple[Key, ...]) -> list[str]:
    """Keys of the schema at a place, found by walking its JSON Schema."""
    schema = model.model_json_schema()
    places = [schema]
    for key in loc:
        places = [deeper for place in places for deeper in _step(schema, place, key)]
    return sorted(
        {
            name
            for place in places
            for branch in _branches(schema, place)
            for name in branch.get("properties", {})
        }
    )


def _branches(schema: dict[str, Any], place: dict[str, Any]) -> list[dict[str, Any]]:
    if "$ref" in place:
        place = schema["$defs"][place["$ref"].rsplit("/", 1)[-1]]
    options = place.get("anyOf", place.get("oneOf"))
    if options is None:
        return [place]
    return [branch for option in options for branch in _branches(schema, option)]


def _step(schema: dict[str, Any], place: dict[str, Any], key: Key) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for branch in _branches(schema, place):
        if key in branch.get("properties", {}):
            found.append(branch["properties"][key])
        elif isinstance(key, int) and isinstance(branch.get("items"), dict):
            found.append(branch["items"])
        elif isinstance(branch.get("additionalProperties"), dict):
            found.append(branch["additionalProperties"])
    return found
