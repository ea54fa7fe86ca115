"""Every field of every file, as pages of the manual in both languages, made from the JSON Schemas.

Chinese words for the fields stand in ``docs/fields.zh.yaml`` by the English sentence; a sentence without them stands as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
CHINESE = ROOT / "docs" / "fields.zh.yaml"
FILES = ("study", "scenario", "plan", "costs")
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Fields of every file",
        "intro": "Made from the JSON Schemas `scenarios/*.schema.json`, which editors read while you type. A field in **bold** must be there. Every file is YAML; what is not named here is refused with its line.",
        "study": "`study.yaml`: what is on the ground",
        "scenario": "Scenario: what is asked",
        "plan": "Plan: what was promised",
        "costs": "Costs: what actions cost",
        "head": "| field | takes | default | what it says |",
        "or": " or ",
        "list": "list of {}",
        "map": "mapping to {}",
        "none": "nothing",
        "any": "anything",
        "whole": "the whole file",
        "string": "text",
        "integer": "whole number",
        "number": "number",
        "boolean": "true, false",
        "object": "mapping",
        "array": "list",
        "date": "date",
        "null": "nothing",
    },
    "zh": {
        "title": "各类文件的字段",
        "intro": "本页由 `scenarios/*.schema.json` 生成；支持 JSON Schema 的编辑器在输入时即可提示和检查。**加粗**的字段必填。各类文件都是 YAML；此处没有列出的字段会被拒绝，并指出行号。",
        "study": "`study.yaml`：现状数据",
        "scenario": "方案文件：要回答的问题",
        "plan": "规划文件：承诺的目标",
        "costs": "费用文件：各项任务的单价",
        "head": "| 字段 | 取值 | 默认值 | 含义 |",
        "or": " 或 ",
        "list": "{} 的列表",
        "map": "键值表，值为 {}",
        "none": "不填",
        "any": "任意",
        "whole": "文件整体",
        "string": "文字",
        "integer": "整数",
        "number": "数",
        "boolean": "true、false",
        "object": "键值表",
        "array": "列表",
        "date": "日期",
        "null": "不填",
    },
}


def page(language: str) -> str:
    """The page of fields in a language, as Markdown."""
    words = WORDS[language]
    lines = [f"# {words['title']}", "", words["intro"], ""]
    for name in FILES:
        schema = json.loads((ROOT / "scenarios" / f"{name}.schema.json").read_text(encoding="utf-8"))
        lines += [f"## {words[name]}", ""]
        lines += _part(name, words["whole"], schema, language)
        for title, part in sorted(schema.get("$defs", {}).items()):
            lines += _part(name, title, part, language)
    return "\n".join(lines)


def descriptions() -> Iterator[str]:
    """Every English sentence of the schemas that the pages show."""
    for name in FILES:
        schema = json.loads((ROOT / "scenarios" / f"{name}.schema.json").read_text(encoding="utf-8"))
        for part in (schema, *schema.get("$defs", {}).values()):
            for one in (part, *part.get("properties", {}).values()):
                if "description" in one:
                    yield _one_line(one["description"])


def _part(file: str, title: str, part: Mapping[str, Any], language: str) -> list[str]:
    """One object of a schema: its heading, what it says and its fields."""
    words = WORDS[language]
    anchor = (
        f"{file}-{part.get('title', title).lower().replace(' ', '-')}"
        if title == words["whole"]
        else f"{file}-{title.lower()}"
    )
    lines = [f"### {title} {{#{anchor}}}", ""]
    if "description" in part:
        lines += [_said(part["description"], language), ""]
    if "enum" in part:
        lines += [", ".join(f"`{value}`" for value in part["enum"]), ""]
    if "properties" not in part:
        return lines
    lines += [words["head"], "|---|---|---|---|"]
    needed = set(part.get("required", ()))
    for name, field in part["properties"].items():
        shown = f"**`{name}`**" if name in needed else f"`{name}`"
        default = (
            ""
            if name in needed or field.get("default") is None
            else f"`{json.dumps(field['default'], ensure_ascii=False)}`"
        )
        cells = (shown, _takes(file, field, words), default, _said(field.get("description", ""), language))
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return [*lines, ""]


def _takes(file: str, field: Mapping[str, Any], words: Mapping[str, str]) -> str:
    """What a field takes, in words, with links to what is described elsewhere on the page."""
    several = next((field[key] for key in ("anyOf", "oneOf", "allOf") if key in field), None)
    if several is not None:
        kinds = [_takes(file, one, words) for one in several if one.get("type") != "null"]
        return words["or"].join(dict.fromkeys(kinds))
    if "$ref" in field:
        name = field["$ref"].rsplit("/", 1)[-1]
        return f"[{name}](#{file}-{name.lower()})"
    values = [field["const"]] if "const" in field else field.get("enum")
    return _kind(file, field, words) if values is None else ", ".join(f"`{value}`" for value in values)


def _kind(file: str, field: Mapping[str, Any], words: Mapping[str, str]) -> str:
    kind, inner = field.get("type"), field.get("additionalProperties")
    if kind == "array" and "items" in field:
        return words["list"].format(_takes(file, field["items"], words))
    if kind == "object" and isinstance(inner, dict):
        return words["map"].format(_takes(file, inner, words))
    if field.get("format") == "date":
        return words["date"]
    return words.get(str(kind), words["any"]) + _limits(field)


def _limits(field: Mapping[str, Any]) -> str:
    signs = (("minimum", "≥"), ("exclusiveMinimum", ">"), ("maximum", "≤"), ("exclusiveMaximum", "<"))
    told = [f"{sign} {field[key]:g}" for key, sign in signs if key in field]
    return f" ({', '.join(told)})" if told else ""


def _said(text: str, language: str) -> str:
    line = _one_line(text)
    return line if language == "en" else _chinese().get(line, line)


def _one_line(text: str) -> str:
    return " ".join(text.split())


@cache
def _chinese() -> dict[str, str]:
    return yaml.safe_load(CHINESE.read_text(encoding="utf-8")) or {} if CHINESE.is_file() else {}
