"""Parts the manual into its languages while mkdocs builds it, and adds the pages that are made from the schemas.

Pages called ``*.zh.md`` speak Chinese, all others English; each shows the menu of its own language and a way to its counterpart.
Pictures of ``maps/pictures`` are taken along, so that README and manual show the same ones.
"""

from __future__ import annotations

import posixpath
import re
import sys
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.nav import Navigation

sys.path.insert(0, str(Path(__file__).parent))
import schema_pages

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "maps" / "pictures"
NAMES = {"zh": "中文", "en": "English"}
_PICTURE = re.compile(r"\]\((?:\.\./)+maps/pictures/")
#: What a browser fetches by itself: scripts, pictures, frames, styles.
_ASKED = re.compile(
    r"<(?:script|img|iframe|source)[^>]+src=\"?https?://[^\s>]+|<link[^>]+rel=\"?(?:stylesheet|preload|preconnect|icon)[^>]+https?://[^\s>]+"
)
#: A counterpart in another language, for search engines; the switch for readers is a link of its own.
_COUNTERPART = re.compile(r"<link rel=\"?alternate\"?[^>]*>")
_ENTRY = '<!doctype html><meta charset="utf-8"><title>coverplan</title><meta http-equiv="refresh" content="0; url=home.zh.html"><a href="home.zh.html">中文</a> · <a href="home.html">English</a>\n'


def language_of(source: str) -> str:
    """Language of a page by its name."""
    return "zh" if source.endswith(".zh.md") else "en"


def on_files(files: Files, config: Any) -> Files:
    """Add pictures and the pages of fields."""
    for picture in sorted(PICTURES.glob("*.png")):
        files.append(File.generated(config, f"pictures/{picture.name}", abs_src_path=str(picture)))
    for language, place in (("zh", "fields.zh.md"), ("en", "fields.md")):
        files.append(File.generated(config, place, content=schema_pages.page(language)))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:  # noqa: ARG001 - names that mkdocs gives
    """Point at the pictures where the site has them."""
    up = posixpath.relpath("pictures", posixpath.dirname(page.file.src_uri) or ".")
    return _PICTURE.sub(f"]({up}/", markdown)


def on_page_context(context: dict[str, Any], page: Any, config: Any, nav: Navigation) -> dict[str, Any]:
    """Menu, words of the theme and counterpart in the language of the page."""
    language = language_of(page.file.src_uri)
    config.theme["language"] = language
    own = next(item for item in nav.items if item.title == NAMES[language])
    context["nav"] = Navigation(own.children or [], nav.pages)
    name = page.file.src_uri.removesuffix(".md").removesuffix(".zh")
    places = {"zh": f"{name}.zh.html", "en": f"{name}.html"}
    config.extra["homepage"] = "home.zh.html" if language == "zh" else "home.html"
    config.extra["alternate"] = [
        {"name": NAMES[other], "link": link, "lang": other} for other, link in places.items()
    ]
    return context


def on_post_page(output: str, page: Any, config: Any) -> str:  # noqa: ARG001 - names that mkdocs gives
    """Leave out what the theme tells search engines: its script then asks for a sitemap, which no page from disk may read."""
    return _COUNTERPART.sub("", output)


def on_post_build(config: Any) -> None:
    """The door of the site: Chinese first, English one click away. A page that would ask another host is an error."""
    site = Path(config.site_dir)
    (site / "index.html").write_text(_ENTRY, encoding="utf-8")
    asking = [
        f"{page.name}: {found}"
        for page in sorted(site.rglob("*.html"))
        for found in _ASKED.findall(page.read_text(encoding="utf-8"))
    ]
    if asking:
        raise PluginError("pages would ask other hosts:\n" + "\n".join(asking))
