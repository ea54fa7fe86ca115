"""Words of a file that must be among those the study knows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from coverplan.errors import Problems
from coverplan.text.type_words import near_word
from coverplan.yamlfile import Document, KeyPath


@dataclass(frozen=True, slots=True)
class KnownWords:
    """Notes every word of a document that nothing is called by.

    Parameters
    ----------
    document
        Where the words stand.
    problems
        Collects what is wrong.
    """

    document: Document
    problems: Problems

    def word(self, place: KeyPath, word: str, known: Collection[str], what: str) -> None:
        """Note a word that is not known, with the nearest that is."""
        if word in known:
            return
        near = near_word(word, known)
        self.problems.add(
            self.document.problem(
                place,
                f"there is no {what} of this name",
                value=word,
                expected=f"one of {', '.join(sorted(known))}",
                remedy=f"did you mean {near}?" if near else None,
                code=f"unknown_{what.replace(' ', '_')}",
                details={"near": near} if near else {},
            )
        )

    def missing(self, place: KeyPath, what: str, expected: str, code: str) -> None:
        """Note what a setting needs and the study does not have."""
        self.problems.add(self.document.problem(place, what, expected=expected, code=code))
