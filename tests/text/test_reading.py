"""Every file that an answer is made from is fingerprinted with everything that is read beside it, whatever its name."""

from __future__ import annotations

import hashlib
import sqlite3

from coverplan.text.reading import note_opened, parts_of, watching


def test_signs_in_names_mean_nothing(tmp_path):
    for name in (
        "roads[1].shp",
        "roads[1].DBF",
        "roads[1].shx",
        "roads[1].txt",
        "roads1.dbf",
        "roads[1].shp.aux.xml",
    ):
        (tmp_path / name).write_text(name)
    found = {part.name for part in parts_of(tmp_path / "roads[1].shp")}
    assert found == {"roads[1].shp", "roads[1].DBF", "roads[1].shx", "roads[1].shp.aux.xml"}


def test_pages_of_an_open_database_count(tmp_path):
    path = tmp_path / "a.gpkg"
    writer = sqlite3.connect(path)
    writer.execute("pragma journal_mode = wal")
    writer.execute("create table t (x)")
    writer.commit()
    with watching() as first:
        note_opened(path)
    writer.execute("insert into t values (1)")
    writer.commit()
    with watching() as second:
        note_opened(path)
    assert {part.name for part in first} == {"a.gpkg", "a.gpkg-wal"}
    assert first[path.resolve()] == second[path.resolve()]
    assert first != second
    writer.close()


def test_rasters_come_with_notes_worlds_masks_and_overviews(tmp_path):
    beside = ("p.tif.aux.xml", "p.tfw", "p.tif.ovr", "p.tif.msk")
    for name in ("p.tif", *beside, "p.csv", "pp.tif"):
        (tmp_path / name).write_text(name)
    assert {part.name for part in parts_of(tmp_path / "p.tif")} == {"p.tif", *beside}


def test_the_first_look_is_kept_and_nothing_is_noted_where_nobody_watches(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"one")
    note_opened(path)
    with watching() as opened:
        note_opened(path)
        path.write_bytes(b"three")
        note_opened(path)
        with watching() as inner:
            note_opened(path)
        note_opened(tmp_path / "missing.csv")
    assert opened[path.resolve()].size == 3
    assert opened[path.resolve()].sha256 == hashlib.sha256(b"one").hexdigest()
    assert inner[path.resolve()].size == 5
    assert len(opened) == 1
