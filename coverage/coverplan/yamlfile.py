"""YAML files with the line of every value, checked against a schema; every problem at once (R12)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from coverplan.errors import Problem, Problems
from coverplan.text.reading import note_opened, whole_path
from coverplan.text.schema_keys import known_keys
from coverplan.text.type_words import in_codes
from coverplan.text.writing import reason
from coverplan.text.yaml_nodes import composed
from coverplan.text.yes_for_number import with_yes_as, yes_for_number

Key = str | int
KeyPath = tuple[Key, ...]
Model = TypeVar("Model", bound=BaseModel)

#: Number of the format of every file of settings; when one is raised, what the one before it said is still read.
FORMAT = 1
#: A file of settings is small; anything larger is a mistake or an attack.
MAX_BYTES = 20_000_000
#: Aliases make a small file huge; none of ours needs to nest this deep or hold this many values.
MAX_DEPTH = 64
MAX_VALUES = 200_000
_NUMBER_TAGS = frozenset({"tag:yaml.org,2002:int", "tag:yaml.org,2002:float"})
#: Read as written: YAML takes 4:30 for 270, in sixties, and the code 010 for 8, in eights.
_NO_NUMBER = re.compile(r"[-+]?(?:[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?|0[0-9_]+)")
#: What a schema says of a text where it asks for a number, and of a half where it asks for a whole one or a text.
_NO_NUMBERS = ("int_parsing", "float_parsing", "decimal_parsing", "int_from_float")
_PLAIN_TAGS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")


@dataclass(frozen=True, slots=True)
class Document:
    """What a YAML file says and where it says it.

    Parameters
    ----------
    path
        The file.
    data
        Plain mappings, lists, strings, numbers, booleans, dates and None.
    lines
        Line of each value by its path of keys; the root has the empty path.
    """

    path: Path
    data: Any
    lines: Mapping[KeyPath, int]

    def line(self, key_path: KeyPath) -> int:
        """Line of a value, or of the nearest enclosing value that stands in the file."""
        while key_path not in self.lines:
            key_path = key_path[:-1]
        return self.lines[key_path]

    def problem(self, key_path: KeyPath, what: str, **details: Any) -> Problem:
        """A problem at the place of a value."""
        return Problem(what, self.path, self.line(key_path), dotted(key_path), **details)

    def in_codes(self, own: Mapping[str, str] | None = None) -> Document:
        """The document with our codes where layers, types and kinds of units are called as people call them.

        `own` is what a study says of its own words for types.
        """
        return replace(self, data=in_codes(self.data, own))

    def resolve(self, name: str | Path) -> Path:
        """Path of a file that this document names; relative names start at the document's folder."""
        return whole_path(self.path.parent / name)


def dotted(key_path: KeyPath) -> str:
    """``standards.0.minutes``; the root is ``(file)``."""
    return ".".join(str(key) for key in key_path) or "(file)"


def read_yaml(path: Path, problems: Problems) -> Document | None:
    """Read one YAML document safely; None when it cannot be read, with the reason in `problems`."""
    path = Path(path)
    text = _text(path, problems)
    return None if text is None else read_yaml_text(text, path, problems)


def read_yaml_text(text: str, path: Path, problems: Problems) -> Document | None:
    """Read a YAML document whose text is there already; `path` is what problems call it."""
    before = len(problems.errors)
    try:
        root = composed(text)
        reader = _Reader(path, problems)
        data = None if root is None else reader.value(root, ())
    except RecursionError:
        problems.add(
            Problem(
                "the values are nested too deep",
                path,
                expected=f"at most {MAX_DEPTH} levels",
                remedy="write the file as the examples do",
                code="yaml_syntax",
            )
        )
        return None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        problems.add(
            Problem(
                f"not valid YAML: {getattr(error, 'problem', None) or error}",
                path,
                None if mark is None else mark.line + 1,
                expected="a YAML mapping, indented with spaces",
                remedy="mend the line; a value that holds ': ' or begins with a special sign needs quotes",
                code="yaml_syntax",
            )
        )
        return None
    if len(problems.errors) > before:
        return None
    if not isinstance(data, dict):
        problems.add(
            Problem(
                "the file holds no mapping", path, 1, value=data, expected="keys and values", code="yaml_root"
            )
        )
        return None
    return Document(path, data, reader.lines)


def validate(document: Document, model: type[Model], problems: Problems) -> Model | None:
    """Check a document against a schema; None when it does not fit, with every misfit in `problems`.

    A file of another format is told how it is read or changed, and no misfit: its keys are those of its own version.
    """
    if "format" in model.model_fields and not _is_of_our_format(document, problems):
        return None
    try:
        found = model.model_validate(document.data)
    except ValidationError as error:
        _misfits(document, model, error, problems)
        told = {_real_path(document, detail["loc"]) for detail in error.errors(include_url=False)}
        problems.extend(_yes(document, place) for place in _yes_beside(document, model) if place not in told)
        return None
    said = [_yes(document, place) for place in yes_for_number(document.data, found)]
    problems.extend(said)
    return None if said else found


def _yes(document: Document, place: KeyPath) -> Problem:
    return document.problem(
        place, "a number is asked for, not yes or no", expected="a number", code="a_number_not_yes"
    )


def _yes_beside(document: Document, model: type[Model]) -> list[KeyPath]:
    """Places of yes and no for which a number is asked, in a file of which something else does not fit."""
    places: list[KeyPath] = []
    refused: dict[str, set[KeyPath]] = {}
    for stand_in in ("true", 0.5):
        places.clear()
        try:
            model.model_validate(with_yes_as(stand_in, document.data, places))
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                refused.setdefault(detail["type"], set()).add(_real_path(document, detail["loc"]))
    asked = set[KeyPath]().union(*(refused.get(kind, ()) for kind in _NO_NUMBERS))
    yes_or_no = refused.get("bool_parsing", set()) | refused.get("bool_type", set())
    return [place for place in places if place in asked - yes_or_no]


def _misfits(document: Document, model: type[Model], error: ValidationError, problems: Problems) -> None:
    details = error.errors(include_url=False)
    for detail in details:
        place = detail["loc"]
        # a list all of whose members are wrong is not empty
        within = any(len(one["loc"]) > len(place) and one["loc"][: len(place)] == place for one in details)
        if detail["type"] == "too_short" and within:
            continue
        misfit = _misfit(document, model, detail)
        if misfit.code != "not_filled":
            problems.add(misfit)
            continue
        for blank in (misfit, *_blanks_beside(document, _real_path(document, place))):
            if blank not in problems:  # every branch of a union says so
                problems.add(blank)


def _is_of_our_format(document: Document, problems: Problems) -> bool:
    """Whether a file says our format, or none, which is the first one."""
    found = document.data.get("format", FORMAT)
    if type(found) is int and found == FORMAT:
        return True
    newer = type(found) is int and found > FORMAT
    problems.add(
        document.problem(
            ("format",),
            "the file was written for a newer version" if newer else "this is no format that files have had",
            value=found,
            expected=str(FORMAT),
            remedy="update coverplan, or have the file written by this version"
            if newer
            else f"write format: {FORMAT}, or leave the line out: a file without a number is of the first format",
            code="newer_file" if newer else "odd_format",
        )
    )
    return False


def _text(path: Path, problems: Problems) -> str | None:
    try:
        if path.stat().st_size > MAX_BYTES:
            problems.add(
                Problem(
                    "the file is too large",
                    path,
                    value=f"{path.stat().st_size} bytes",
                    expected=f"at most {MAX_BYTES}",
                    remedy="keep data in tables and name them in the YAML file",
                    code="too_large",
                )
            )
            return None
        note_opened(path)
        return path.read_text(encoding="utf-8-sig")
    except (FileNotFoundError, NotADirectoryError):
        near = get_close_matches(path.name, [p.name for p in path.parent.glob("*.y*ml")], n=1)
        remedy = f"did you mean {near[0]}?" if near else "check the name and the folder"
        problems.add(Problem("the file does not exist", path, remedy=remedy, code="missing_file"))
    except UnicodeDecodeError as error:
        problems.add(
            Problem(
                "the file is not UTF-8 text",
                path,
                value=f"byte {error.start}",
                expected="UTF-8",
                remedy="save the file again as UTF-8",
                code="encoding",
            )
        )
    except OSError as error:
        problems.add(
            Problem(
                f"the file cannot be read: {error.strerror}",
                path,
                code="unreadable",
                details={"why": reason(error)},
            )
        )
    return None


class _Reader(yaml.constructor.SafeConstructor):
    """Builds plain values from nodes, noting lines and refusing duplicate keys."""

    def __init__(self, path: Path, problems: Problems) -> None:
        super().__init__()
        self.lines: dict[KeyPath, int] = {}
        self._path = path
        self._problems = problems

    def value(self, node: yaml.Node, key_path: KeyPath) -> Any:
        if len(key_path) > MAX_DEPTH or len(self.lines) > MAX_VALUES:
            raise yaml.constructor.ConstructorError(None, None, "too deep or too large", node.start_mark)
        self.lines.setdefault(key_path, node.start_mark.line + 1)
        if isinstance(node, yaml.CollectionNode) and node.tag not in _PLAIN_TAGS:
            raise yaml.constructor.ConstructorError(
                None, None, f"the tag {node.tag} is not allowed", node.start_mark
            )
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, key_path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(child, (*key_path, i)) for i, child in enumerate(node.value)]
        return self._scalar(node)

    def _scalar(self, node: yaml.Node) -> Any:
        if "\x00" in node.value:  # "\0", which no name of a file may hold and no office writes
            raise yaml.constructor.ConstructorError(
                None, None, "a text holds a null character", node.start_mark
            )
        if node.tag in _NUMBER_TAGS and _NO_NUMBER.fullmatch(node.value):
            return node.value
        try:
            return self.construct_object(node)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            # a date such as 2025-13-40 looks like one and is none
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from error

    def _mapping(self, node: yaml.MappingNode, key_path: KeyPath) -> dict[Key, Any]:
        result: dict[Key, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if key_node.tag == "tag:yaml.org,2002:merge":
                merged = self.value(value_node, (*key_path, "<<"))
                for part in merged if isinstance(merged, list) else [merged]:
                    if not isinstance(part, dict):
                        raise yaml.constructor.ConstructorError(
                            None, None, "<< merges mappings alone", value_node.start_mark
                        )
                    result = {**part, **result}
                continue
            key = self._scalar(key_node)
            if not isinstance(key, str | int):
                key = str(key)
            place = (*key_path, key)
            if place in self.lines:
                self._problems.add(
                    Problem(
                        "the key stands twice",
                        self._path,
                        line,
                        dotted(place),
                        expected=f"one value; the first stands in line {self.lines[place]}",
                        remedy="keep one of the two",
                        code="duplicate_key",
                    )
                )
            self.lines[place] = line
            result[key] = self.value(value_node, place)
        return result


def unfit(code: str, what: str, expected: str, remedy: str = "", **told: object) -> PydanticCustomError:
    """What a validator of ours raises where a value does not fit.

    Parameters
    ----------
    code
        Of the problem, for words in the reader's language.
    what, expected, remedy
        In English; ``{name}`` stands for one of `told`.
    told
        Particulars, for the words of every language.
    """
    sentence = f"{what}; expected {expected}" + (f"; remedy {remedy}" if remedy else "")
    return PydanticCustomError(code, sentence, {name: str(value) for name, value in told.items()})


def _not_filled(document: Document, key_path: KeyPath) -> Problem:
    return Problem(
        "the entry is not filled yet",
        document.path,
        document.line(key_path),
        dotted(key_path),
        None,
        "what stands behind the mark ? beside it" if key_path else None,
        "fill it in, or delete the line if it is not needed",
        code="not_filled",
    )


def _blanks_beside(document: Document, key_path: KeyPath) -> list[Problem]:
    """Entries left blank beside one that must not be: what may be left out was not left out but not filled."""
    if not key_path:
        return []
    around: Any = document.data
    for key in key_path[:-1]:
        around = around[key]
    blank = [key for key in around if around[key] is None] if isinstance(around, dict) else []
    return [_not_filled(document, (*key_path[:-1], key)) for key in blank if key != key_path[-1]]


def _misfit(document: Document, model: type[BaseModel], detail: ErrorDetails) -> Problem:
    key_path = _real_path(document, detail["loc"])
    if detail["type"] != "missing" and detail["input"] is None:
        return _not_filled(document, key_path)
    what, expected, remedy = _words(model, detail, key_path)
    missing = detail["type"] == "missing"
    value = None if missing or isinstance(detail["input"], dict | list) else detail["input"]
    return Problem(
        what,
        document.path,
        document.line(key_path),
        dotted(key_path),
        value,
        expected,
        remedy,
        code=detail["type"],
        details={}
        if detail["type"] == "value_error" or not _is_ours(detail)
        else dict(detail.get("ctx", {})),
    )


def _is_ours(detail: ErrorDetails) -> bool:
    """Whether a validator of ours complains: it says what it expected."""
    return detail["type"] == "value_error" or "; expected " in detail["msg"]


def _real_path(document: Document, loc: tuple[Key, ...]) -> KeyPath:
    """Path in the file: pydantic also names the branch of a union that it tried, which stands nowhere."""
    path: KeyPath = ()
    here = document.data
    for i, key in enumerate(loc):
        if _holds(here, key):
            here = here[key]
        elif i < len(loc) - 1 or not isinstance(here, dict):
            continue
        path = (*path, key)
    return path


def _holds(container: Any, key: Key) -> bool:
    if isinstance(container, list):
        return isinstance(key, int) and key < len(container)
    return isinstance(container, dict) and key in container


def _words(
    model: type[BaseModel], detail: ErrorDetails, key_path: KeyPath
) -> tuple[str, str | None, str | None]:
    kind = detail["type"]
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    if kind == "missing":
        return "a required key is missing", f"the key {key_path[-1]}", "add it"
    if kind == "extra_forbidden":
        # a union names its branch in `loc`, which the schema does not: then the keys of every branch are known
        known = known_keys(model, detail["loc"][:-1]) or known_keys(model, key_path[:-1])
        near = get_close_matches(str(key_path[-1]), known, n=1)
        remedy = f"did you mean {near[0]}?" if near else "remove it"
        return "the key is unknown", f"one of {', '.join(known)}" if known else None, remedy
    context = detail.get("ctx", {})
    if kind.startswith("union_tag"):
        return _union_words(context)
    if kind in {"literal_error", "enum"}:
        return "the value is not one of the known words", str(context.get("expected")), None
    if _is_ours(detail):
        what, _, rest = message.partition("; expected ")
        expected, _, remedy = rest.partition("; remedy ")
        return what, expected or None, remedy or None
    return "the value does not fit", message[:1].lower() + message[1:], None


def _union_words(context: Mapping[str, Any]) -> tuple[str, str | None, str | None]:
    """What is wrong with the key that says which branch of a union a mapping is."""
    key = context["discriminator"].strip("'")
    if "tag" not in context:
        return "a required key is missing", f"the key {key}", "add it"
    return f"there is no {key} {context['tag']}", f"one of {context['expected_tags']}", None
