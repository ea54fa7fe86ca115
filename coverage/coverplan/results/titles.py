"""What a result's layers are called: the study's own titles first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coverplan.results.result import Result
from coverplan.text.words import Words


def own_layer_titles(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Titles that the study gives to its layers, each a text or a mapping of languages."""
    layers = manifest.get("parameters", {}).get("study", {}).get("facilities", ())
    return {layer["layer"]: layer["title"] for layer in layers if layer.get("title")}


def layer_title(result: Result, layer: str, words: Words) -> str:
    """Name of a layer: the study's own title in the reader's language, else in the other one, else the usual name."""
    own = own_layer_titles(result.manifest).get(layer)
    if not own:
        return words.name_of("layer", layer)
    if not isinstance(own, Mapping):
        return str(own)
    other = "en" if words.language == "zh" else "zh"
    return str(own.get(words.language) or own.get(other))


def type_title(result: Result, layer: str, kind: str | None, words: Words) -> str:
    """Name of a type; that of its layer where it has none of its own: no type, or the study's own layer named again."""
    name = words.name_of("type", kind) if kind else ""
    return layer_title(result, layer, words) if name in {"", layer} else name
