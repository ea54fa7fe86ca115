"""An exception that nobody foresaw ends in one sentence and a file without data; a full disk is no fault of ours."""

from __future__ import annotations

import errno
import os

import pytest

import coverplan
from coverplan.cli import main as door
from coverplan.cli.failure import outside_problem, write_failure
from coverplan.errors import InputError, Problems
from coverplan.inputs.places.coordinates import known_crs
from coverplan.yamlfile import read_yaml
from makers import toyfiles

MARK = "某某救助站的地址"


def left_by(monkeypatch, tmp_path, capsys, error, *arguments):
    """Exit code and output of a command in whose middle an exception arises."""

    def fail(*_, **__):
        raise error

    monkeypatch.setattr("coverplan.pages.paged_run.answer", fail)
    monkeypatch.chdir(tmp_path)
    scenario = toyfiles.write_town(tmp_path / "town")
    with pytest.raises(SystemExit) as left:
        door.main(["run", str(scenario), "--numbers-only", *arguments])
    return left.value.code, capsys.readouterr().err


@pytest.mark.parametrize(
    ("language", "said"), [("zh", "程序内部出错"), ("en", "Something inside coverplan failed")]
)
def test_one_sentence_and_a_file_without_data(monkeypatch, tmp_path, capsys, language, said):
    code, told = left_by(monkeypatch, tmp_path, capsys, KeyError(MARK), "--lang", language)
    assert code == 4
    assert said in told
    assert "Traceback" not in told
    assert MARK not in told
    (written,) = tmp_path.glob("coverplan-failure-*.txt")
    text = written.read_text("utf-8")
    assert str(written) in told
    assert "builtins.KeyError" in text
    assert "coverplan/cli/main.py" in text
    assert "command: run --numbers-only --lang" in text
    assert MARK not in text
    assert str(tmp_path) not in text


def test_the_file_names_commands_and_options_and_nothing_of_the_users(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    words = [
        "plans",
        "evaluate",
        "市救助站",
        "shelter",
        "--out=秘密/救助站",
        "--out",
        "shelter_7",
        "-秘密",
        "--lang",
        "zh",
        "-q",
    ]
    written = write_failure(ValueError("x"), words)
    assert "command: plans evaluate --out --out --lang -q\n" in written.read_text("utf-8")


def test_the_file_goes_elsewhere_where_the_folder_cannot_be_written(monkeypatch, tmp_path):
    monkeypatch.setattr("pathlib.Path.cwd", lambda: tmp_path / "gone")
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path))
    assert write_failure(ValueError("x"), []).parent == tmp_path
    monkeypatch.setattr("tempfile.gettempdir", lambda: str(tmp_path / "gone"))
    assert write_failure(ValueError("x"), []) is None


def test_a_full_disk_and_a_full_memory_are_problems(monkeypatch, tmp_path, capsys):
    full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "a.csv")
    code, told = left_by(monkeypatch, tmp_path, capsys, full)
    assert code == 1
    assert "a.csv" in told
    assert not list(tmp_path.glob("coverplan-failure-*"))
    assert [one.code for one in outside_problem(MemoryError()).problems] == ["out_of_memory"]
    assert outside_problem(KeyError("x")) is None


def refused(act) -> set:
    with pytest.raises(InputError) as raised:
        act()
    return {one.code for one in raised.value.problems}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a: 1\n<<: 5\n", "yaml_syntax"),
        ("<<: [1, 2]\n", "yaml_syntax"),
        ("[" * 3_000, "yaml_syntax"),
        ("{" * 3_000, "yaml_syntax"),
        ('a: "\\0"\n', "yaml_syntax"),
        ('a: [b, {"x\\0y": 1}]\n', "yaml_syntax"),
    ],
)
def test_odd_yaml_is_a_problem(tmp_path, text, code):
    (tmp_path / "a.yaml").write_text(text, encoding="utf-8")
    problems = Problems()
    assert read_yaml(tmp_path / "a.yaml", problems) is None
    assert [one.code for one in problems] == [code]


def test_numbers_in_sixties_and_eights_are_texts(tmp_path):
    (tmp_path / "a.yaml").write_text(
        "a: 4:30\nb: 010\nc: 1:2:3.5\nd: 10\ne: 0\nf: 0.5\ng: -1e3\nh: 001001\n", encoding="utf-8"
    )
    data = read_yaml(tmp_path / "a.yaml", Problems()).data
    assert data == {
        "a": "4:30",
        "b": "010",
        "c": "1:2:3.5",
        "d": 10,
        "e": 0,
        "f": 0.5,
        "g": "-1e3",
        "h": "001001",
    }


def test_minutes_in_sixties_are_refused(tmp_path):
    path = toyfiles.write_town(tmp_path)
    path.write_text(path.read_text("utf-8").replace("minutes: 4", "minutes: 4:30"), encoding="utf-8")
    assert refused(lambda: coverplan.run(path, write=False)) == {"float_parsing"}


def test_the_same_group_twice_and_a_grid_of_nowhere_are_refused(tmp_path):
    twice = {"standards": [{"layer": "elder_care", "groups": ["total", "total"], "minutes": 4}]}
    path = toyfiles.write_town(tmp_path / "a", scenario=twice)
    assert refused(lambda: coverplan.run(path, write=False)) == {"named_twice"}
    problems = Problems()
    local = 'LOCAL_CS["works",UNIT["metre",1],AXIS["x",EAST],AXIS["y",NORTH]]'
    assert known_crs(local, problems) is None
    assert [one.code for one in problems] == ["unknown_crs"]


def test_places_and_speeds_beyond_the_earth_are_refused(tmp_path):
    far = {"open": {"layer": "elder_care", "id": "n", "x": 1e300, "y": 1.0, "crs": "EPSG:32650"}}
    path = toyfiles.write_town(tmp_path / "a", scenario={"changes": [far]})
    assert refused(lambda: coverplan.run(path, write=False)) == {"impossible_coordinates"}
    slow = [{"name": "slow", "based_on": "general", "speed_m_s": 1e-300, "source": "a"}]
    path = toyfiles.write_town(tmp_path / "b", scenario={"profiles": slow})
    assert refused(lambda: coverplan.run(path, write=False)) == {"greater_than_equal"}


def test_people_who_cannot_be_are_refused(tmp_path):
    path = toyfiles.write_town(tmp_path)
    people = toyfiles.people().astype({"residents": float, "older": float})
    people.loc[3, "residents"] = 3.4e38
    people.loc[5, "older"] = 12
    people.to_csv(tmp_path / "people.csv", index=False)
    with pytest.raises(InputError) as raised:
        coverplan.run(path, write=False)
    assert [
        (one.code, one.line, one.severity) for one in raised.value.problems if one.severity != "note"
    ] == [
        ("too_many_people", 5, "error"),
        ("more_than_total", 7, "warning"),
    ]


def test_a_project_of_a_layer_in_chinese_words_is_one_problem_for_each_row(tmp_path):
    path = toyfiles.write_town(tmp_path, study={"projects": {"file": "projects.csv", "layer_column": "类别"}})
    (tmp_path / "projects.csv").write_text(
        "id,类别\np1,养老服务\np2,elder_care\np3,养老服务\n", encoding="utf-8"
    )
    with pytest.raises(InputError) as raised:
        coverplan.run(path, write=False)
    assert [(one.code, one.line) for one in raised.value.problems if one.code == "bad_project_layer"] == [
        ("bad_project_layer", 2),
        ("bad_project_layer", 4),
    ]


DAMAGES = {
    "result.json": (b"{", b"[]", b"{}", b"\xff\xfe", b'{"scenario": 1, "standards": [1]}'),
    "manifest.json": (b"", b"[1]", b"{}"),
    "coverage.csv": (b"", b"a,b\n1,2\n", b"\x00" * 9),
    "layers.gpkg": (b"", b"x"),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("written")
    return coverplan.run(toyfiles.write_town(folder), out=folder / "out").folder


@pytest.mark.parametrize("name", DAMAGES)
def test_a_damaged_result_is_a_problem_of_pages_and_comparisons(name, written, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    good = (written / name).read_bytes()
    try:
        for damage in DAMAGES[name]:
            (written / name).write_bytes(damage)
            for command in (
                ["pages", str(written), "--out", str(tmp_path / "p"), "--quiet"],
                [
                    "compare",
                    str(written),
                    str(written),
                    "--out",
                    str(tmp_path / "c"),
                    "--quiet",
                    "--numbers-only",
                ],
            ):
                with pytest.raises(SystemExit) as left:
                    door.main(command)
                said = capsys.readouterr()
                assert left.value.code in {0, 1}, (damage, command[0], said)
                assert name in {"manifest.json", "layers.gpkg"} or left.value.code == 1, (damage, command[0])
    finally:
        (written / name).write_bytes(good)


def test_a_fault_of_ours_is_not_laid_on_a_sound_result(written, tmp_path, capsys, monkeypatch):
    """The same exception: a sound result makes it ours, with a file to send; a damaged one makes it the result's."""
    monkeypatch.chdir(tmp_path)

    def broken(*_, **__):
        raise KeyError("share")

    monkeypatch.setattr("coverplan.pages.outputs.write_part", broken)
    monkeypatch.setattr("coverplan.comparison.compare.compared", broken)
    pages = ["pages", str(written), "--out", str(tmp_path / "p"), "--quiet"]
    compare = ["compare", str(written), str(written), "--out", str(tmp_path / "c"), "--quiet"]
    good = (written / "result.json").read_bytes()
    for command in (pages, compare):
        with pytest.raises(SystemExit) as left:
            door.main(command)
        assert left.value.code == 4
        assert "coverplan-failure-" in capsys.readouterr().err
    try:
        (written / "result.json").write_bytes(good.replace(b'"synthetic": true', b'"synthetic": false'))
        for command in (pages, compare):
            with pytest.raises(SystemExit) as left:
                door.main(command)
            assert left.value.code == 1
            assert "已损坏" in capsys.readouterr().err
    finally:
        (written / "result.json").write_bytes(good)


@pytest.mark.parametrize("command", ["template", "check", "init", "demo", "build"])
def test_a_target_that_cannot_be_written_is_a_problem(command, tmp_path, capsys, monkeypatch):
    scenario = toyfiles.write_town(tmp_path / "town")
    blocked = tmp_path / "file"
    blocked.touch()
    monkeypatch.chdir(tmp_path)
    if command == "init":  # a folder that takes no new file
        monkeypatch.setattr(
            "coverplan.text.writing.os.replace", lambda *_: (_ for _ in ()).throw(PermissionError(13, "no"))
        )
    arguments = {
        "template": ["template", "elder_care", "--out", str(blocked / "a.xlsx")],
        "check": ["check", str(scenario.parent / "study.yaml"), "--out", str(blocked / "deep")],
        "init": ["init", str(scenario.parent)],
        "demo": ["demo", "--folder", str(blocked / "deep")],
        "build": ["demo", "build", str(blocked / "deep")],
    }[command]
    with pytest.raises(SystemExit) as left:
        door.main(arguments)
    assert left.value.code == 1, capsys.readouterr()
