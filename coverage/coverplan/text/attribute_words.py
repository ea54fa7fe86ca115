"""What stands under the fields of a schema's class, for JSON Schemas and the manual.

Pydantic reads the same words with ``use_attribute_docstrings``, but when the class is made: every start of the program
would read and parse the source of every schema for words that only an editor or the manual asks for.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue


class Explained(BaseModel):
    """Base of schemas whose fields are explained by the string under them."""

    model_config = ConfigDict(defer_build=True)

    @classmethod
    def __get_pydantic_json_schema__(
        cls, core_schema: Any, handler: GetJsonSchemaHandler, /
    ) -> JsonSchemaValue:
        """JSON Schema in which every field that has words under it has them as its description."""
        schema = handler(core_schema)
        entries = handler.resolve_ref_schema(schema).get("properties", {})
        for name, words in attribute_words(cls).items():
            entry = entries.get(cls.model_fields[name].alias or name) if name in cls.model_fields else None
            if entry is not None:
                entry.setdefault("description", words)
        return schema


@cache
def attribute_words(model: type) -> dict[str, str]:
    """Words under each field of a class and of those that it is made from, by name."""
    words: dict[str, str] = {}
    for part in reversed(model.__mro__):
        if part is not Explained and issubclass(part, Explained):
            words |= _own_words(part)
    return words


def _own_words(part: type) -> dict[str, str]:
    import ast
    import inspect
    import textwrap

    (node,) = ast.parse(textwrap.dedent(inspect.getsource(part))).body
    assert isinstance(node, ast.ClassDef)
    words = {}
    for field, below in zip(node.body, node.body[1:], strict=False):
        if (
            isinstance(field, ast.AnnAssign)
            and isinstance(field.target, ast.Name)
            and isinstance(below, ast.Expr)
            and isinstance(below.value, ast.Constant)
            and isinstance(below.value.value, str)
        ):
            words[field.target.id] = inspect.cleandoc(below.value.value)
    return words
