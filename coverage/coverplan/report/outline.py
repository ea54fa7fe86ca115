"""Blocks in reading order with numbered headings, as an office numbers them."""

from __future__ import annotations

from coverplan.report.content import Block, Figure, Heading, PageBreak, Paragraph, Style, Table
from coverplan.report.labels import Labels

CHINESE_DIGITS = "零一二三四五六七八九"


class Outline:
    """Collects blocks and numbers headings of level 1 and 2 in the way of the language.

    Parameters
    ----------
    labels
        Words of the report.
    """

    def __init__(self, labels: Labels) -> None:
        self._labels = labels
        self._blocks: list[Block] = []
        self._section = 0
        self._part = 0
        self._wide = False

    def section(
        self, key: str, text: str | None = None, *, wide: bool = False, on_new_page: bool = True
    ) -> None:
        """Begin a section, usually on a new page; ``wide`` turns it; `text` where it is no section of a report."""
        self._section, self._part = self._section + 1, 0
        if on_new_page:
            self._blocks.append(PageBreak(wide))
            self._wide = wide
        number = self._labels("number.section", number=self._counted(self._section))
        named = self._labels(f"section.{key}") if text is None else text
        self._blocks.append(Heading(key, number + named))

    def part(self, key: str, text: str) -> None:
        """Begin a part of a section."""
        self._part += 1
        chinese = self._labels.language == "zh"
        number = chinese_number(self._part) if chinese else f"{self._section}.{self._part}"
        self._blocks.append(Heading(key, self._labels("number.part", number=number) + text, 2))

    def heading(self, key: str, text: str) -> None:
        """A heading of the lowest level, without a number."""
        self._blocks.append(Heading(key, text, 3))

    def say(self, text: str, style: Style = "body") -> None:
        """A paragraph."""
        self._blocks.append(Paragraph(text, style))

    def add(self, *blocks: Block | None) -> None:
        """Blocks as they are; None and tables without rows are left out."""
        self._blocks += [block for block in blocks if block is not None and not _empty(block)]

    def next_page(self) -> None:
        """What follows begins on a new page of the same kind."""
        self._blocks.append(PageBreak(self._wide))

    def turn(self, *, wide: bool) -> None:
        """What follows begins on a new page, turned or upright, where the page is not so already."""
        if wide != self._wide:
            self._blocks.append(PageBreak(wide))
            self._wide = wide

    def blocks(self) -> tuple[Block, ...]:
        """Everything so far."""
        return tuple(self._blocks)

    def _counted(self, number: int) -> str:
        return chinese_number(number) if self._labels.language == "zh" else str(number)


def chinese_number(number: int) -> str:
    """Number below 1,000 in Chinese digits: 12 is 十二, 120 is 一百二十."""
    hundreds, tens, ones = number // 100, number // 10 % 10, number % 10
    text = f"{CHINESE_DIGITS[hundreds]}百" if hundreds else ""
    if tens:
        text += ("" if tens == 1 and not hundreds else CHINESE_DIGITS[tens]) + "十"
    elif hundreds and ones:
        text += "零"
    return text + (CHINESE_DIGITS[ones] if ones or not text else "")


def _empty(block: Block) -> bool:
    return (isinstance(block, Table) and not block.rows) or (
        isinstance(block, Figure) and not block.drawing.shapes
    )
