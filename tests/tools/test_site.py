"""The manual's search, asked through the very script that a browser runs, and what its hook takes out of pages."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import types
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
THEME = Path(pytest.importorskip("material").__file__).parent / "templates"
#: A worker's surroundings, as far as the search needs them.
BROWSER = """
const fs = require("fs"), path = require("path"), vm = require("vm");
const [script, asked] = process.argv.slice(2), told = [];
globalThis.self = globalThis;
globalThis.importScripts = (...names) =>
  names.forEach(name => vm.runInThisContext(fs.readFileSync(path.join(path.dirname(script), name), "utf8")));
globalThis.postMessage = message => told.push(message);
let hear;
globalThis.addEventListener = (_, listener) => { hear = listener; };
vm.runInThisContext(fs.readFileSync(script, "utf8"));
const {index, words} = JSON.parse(fs.readFileSync(asked, "utf8"));
(async () => {
  await hear({data: {type: 0, data: {...index, options: {suggest: false}}}});
  while (told.length < 1) await new Promise(setImmediate);
  for (const word of words) {
    const before = told.length;
    await hear({data: {type: 2, data: word}});
    while (told.length === before) await new Promise(setImmediate);
  }
  console.log(JSON.stringify(told.slice(1).map(one => one.data.items.flat().map(item => item.location))));
})();
"""


@pytest.fixture(scope="module")
def site_hook():
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        import site_hook
    finally:
        sys.path.pop(0)
    return site_hook


def search_settings() -> dict:
    """What mkdocs.yml says of the search, with the separator that material has for the site's language."""
    document = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))
    said = next(one["search"] for one in document["plugins"] if isinstance(one, dict) and "search" in one)
    words = (THEME / "partials" / "languages" / "zh.html").read_text(encoding="utf-8")
    separator = json.loads(re.search(r'"search\.config\.separator": ("[^"]*")', words)[1])
    default = ["stemmer", "stopWordFilter", "trimmer"]
    return {
        "lang": said["lang"],
        "separator": separator,
        "pipeline": said.get("pipeline", default),
        "fields": {"title": {"boost": 1000.0}, "text": {"boost": 1.0}},
    }


def pages_with(word: str, pages: dict[str, str]) -> set[str]:
    """Names of the pages that hold a word, an English one as a whole."""
    whole = re.compile(rf"(?<![a-z]){re.escape(word)}(?![a-z])", re.IGNORECASE)
    return {name for name, text in pages.items() if whole.search(text)}


@pytest.mark.skipif(shutil.which("node") is None, reason="needs node")
def test_the_search_finds_words_as_they_are_typed(tmp_path):
    pytest.importorskip("jieba")
    from material.plugins.search.plugin import SearchIndex

    names = ("concepts.md", "planner.md", "planner.zh.md", "install.zh.md")
    pages = {name: (ROOT / "docs" / name).read_text(encoding="utf-8") for name in names}
    pages["words.md"] = "Planners walking to targets: quarantine, facilities and studies."
    words = ["walking", "targets", "quarantine", "facilities", "studies", "台账", "街道", "拷贝"]
    parted = SearchIndex(jieba_dict=None)._segment_chinese  # what material does to a page that it indexes
    documents = [{"location": name, "title": name, "text": parted(text)} for name, text in pages.items()]
    index = {"config": search_settings(), "docs": documents}
    (tmp_path / "browser.js").write_text(BROWSER, encoding="utf-8")
    (tmp_path / "asked.json").write_text(json.dumps({"index": index, "words": words}), encoding="utf-8")
    scripts = THEME / "assets" / "javascripts" / "workers"
    asked = ["node", tmp_path / "browser.js", next(scripts.glob("search.*.min.js")), tmp_path / "asked.json"]
    told = subprocess.run(asked, capture_output=True, check=True, timeout=300, encoding="utf-8").stdout
    for word, found in zip(words, json.loads(told), strict=True):
        assert pages_with(word, pages), word
        assert pages_with(word, pages) <= set(found), word


def test_pages_leave_out_the_counterparts_that_ask_for_a_sitemap(site_hook):
    page = (
        '<link rel="alternate" hreflang="en" href="home.html"><a href="home.html" hreflang="en">English</a>'
    )
    assert site_hook.on_post_page(page, None, None) == '<a href="home.html" hreflang="en">English</a>'


def test_a_page_that_would_ask_another_host_stops_the_build(site_hook, tmp_path):
    config = types.SimpleNamespace(site_dir=str(tmp_path))
    page = tmp_path / "home.html"
    page.write_text('<a href="https://example.org/">there</a><img src="pictures/a.png">', encoding="utf-8")
    site_hook.on_post_build(config)
    assert "home.zh.html" in (tmp_path / "index.html").read_text(encoding="utf-8")
    page.write_text('<img src="https://example.org/a.png">', encoding="utf-8")
    with pytest.raises(site_hook.PluginError, match=r"home\.html"):
        site_hook.on_post_build(config)
