"""The interactive map: one file that opens with no network."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from coverplan.maps.web.page_content import drawn_content, page_content
from coverplan.results.result import Result
from coverplan.results.whole_people import in_whole_people
from coverplan.text.words import Language, Words
from coverplan.text.writing import write_whole

MAP_HTML = "map.html"
_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)
_LANGUAGE_TAGS = {"zh": "zh-CN", "en": "en"}
#: Written into a page so that no text of a file can end the script it stands in.
_ESCAPES = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}


def write_map(
    result: Result,
    folder: Path,
    *,
    language: Language,
    tiles: str | None = None,
    drawn: Mapping[str, Any] | None = None,
) -> Path:
    """Write ``map.html``.

    Parameters
    ----------
    result
        What to show.
    folder
        Folder that takes the file; it is made when it is not there.
    language
        ``zh`` or ``en``.
    tiles
        Address of background tiles with ``{z}``, ``{x}``, ``{y}``, on a local server or another host. Without
        one the page asks for nothing outside itself.
    drawn
        What `drawn_content` gives of the result, made once where pages of several languages are written.

    Raises
    ------
    InputError
        If the folder cannot be written, or the tiles' address is none.
    """
    return write_whole(
        folder / MAP_HTML,
        lambda part: part.write_bytes(
            map_page(result, language=language, tiles=tiles, drawn=drawn).encode("utf-8")
        ),
    )


def map_page(
    result: Result, *, language: Language, tiles: str | None = None, drawn: Mapping[str, Any] | None = None
) -> str:
    """Text of the page."""
    from coverplan.maps.web.offline import OfflineMap

    content = both_languages(result, language, drawn)
    offline = OfflineMap(
        as_script_data(content), title=f"{content['title']} · {content['place']}", tiles=tiles
    )
    page = offline.get_root().render()
    page = page.replace("<html>", f'<html lang="{_LANGUAGE_TAGS[language]}">', 1)
    return page.replace("<head>", f"<head>\n{_policy(page, tiles)}", 1)


def both_languages(
    result: Result, language: Language, drawn: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Content in a language, with what is otherwise in the other one as ``other``: its language and ``changes``.

    Each change is a path of keys and positions, and the value there in the other language.
    """
    result = in_whole_people(result)
    drawn = drawn_content(result) if drawn is None else drawn
    content = page_content(result, Words(language), drawn)
    other: Language = "en" if language == "zh" else "zh"
    changes = list(_differences(content, page_content(result, Words(other), drawn), ()))
    return {**content, "other": {"language": other, "changes": changes}}


def _differences(one: Any, other: Any, path: tuple[str | int, ...]) -> Iterator[list[Any]]:
    """Where two contents of one shape differ; lists of plain values as a whole."""
    if isinstance(one, dict) and isinstance(other, dict) and one.keys() == other.keys():
        for key, value in one.items():
            yield from _differences(value, other[key], (*path, key))
    elif isinstance(one, list) and isinstance(other, list) and _alike(one, other):
        for i, value in enumerate(one):
            yield from _differences(value, other[i], (*path, i))
    elif one != other:
        yield [list(path), other]


def _alike(one: list[Any], other: list[Any]) -> bool:
    return len(one) == len(other) and all(isinstance(value, dict | list) for value in one)


def as_script_data(content: Mapping[str, Any]) -> str:
    """JSON that may stand inside a script element: nothing in it is markup."""
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return re.sub("[<>&\u2028\u2029]", lambda found: _ESCAPES[found.group(0)], text)


def _policy(page: str, tiles: str | None) -> str:
    """What the page may do: run the scripts that stand in it now, show its own pictures, ask nobody."""
    hashes = [
        base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
        for script in _SCRIPT.findall(page)
    ]
    pictures = "data:" if tiles is None else f"data: {tile_host(tiles)}"
    scripts = " ".join(f"'sha256-{digest}'" for digest in hashes)
    rules = (
        f"default-src 'none'; script-src {scripts}; style-src 'unsafe-inline'; img-src {pictures}; "
        "base-uri 'none'; form-action 'none'"
    )
    return f'<meta http-equiv="Content-Security-Policy" content="{html.escape(rules)}">'


def tile_host(tiles: str) -> str:
    """Scheme and host of an address of tiles; a ``{s}`` in the host stands for any."""
    address = urlsplit(tiles)
    return f"{address.scheme}://{address.netloc.replace('{s}', '*')}"
