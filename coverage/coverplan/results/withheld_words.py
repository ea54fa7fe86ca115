"""What stands where a name or id is withheld: said in the language of the result, and read in the reader's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from coverplan.text.words import LANGUAGES, Words


def withheld_words(summary: Mapping[str, Any]) -> str:
    """What stands for a withheld name in a result: in the first language of its scenario, Chinese where none is said."""
    language = summary.get("scenario", {}).get("language")
    return _of("en" if language == "en" else "zh")


def in_reader_language(text: str, words: Words) -> str:
    """A text of a result in which withheld names are called so in the reader's language."""
    for language in LANGUAGES:
        if language != words.language:
            text = text.replace(_of(language), _of(words.language))
    return text


def _of(language: str) -> str:
    return Words("en" if language == "en" else "zh")("report.not_public")
