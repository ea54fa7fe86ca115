"""YAML with lines: what is wrong is said with its place, all at once."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field

from coverplan.errors import InputError, Problems
from coverplan.text import yaml_nodes
from coverplan.yamlfile import read_yaml, read_yaml_text, validate


class Standard(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    minutes: float = Field(gt=0)
    group: str = "total"


class Question(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    standards: list[Standard]


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "question.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_is_read_with_the_line_of_every_value(tmp_path: Path) -> None:
    problems = Problems()
    document = read_yaml(
        written(tmp_path, "name: 问\nstandards:\n  - minutes: 15\n    group: total\n"), problems
    )
    assert document is not None
    assert validate(document, Question, problems) == Question(name="问", standards=[Standard(minutes=15)])
    assert document.line(("standards", 0, "group")) == 4
    assert document.line(("standards", 0, "nothing")) == 3
    assert not len(problems)


def test_every_misfit_is_reported_with_line_path_value_and_way_out(tmp_path: Path) -> None:
    problems = Problems()
    document = read_yaml(
        written(tmp_path, "standards:\n  - minuets: 15\n  - minutes: -1\n  - minutes: x\nextra: 1\n"),
        problems,
    )
    assert document is not None
    assert validate(document, Question, problems) is None
    found = {(p.line, p.field, p.code): p for p in problems}
    assert set(found) == {
        (1, "name", "missing"),
        (2, "standards.0.minutes", "missing"),
        (2, "standards.0.minuets", "extra_forbidden"),
        (3, "standards.1.minutes", "greater_than"),
        (4, "standards.2.minutes", "float_parsing"),
        (5, "extra", "extra_forbidden"),
    }
    assert found[2, "standards.0.minuets", "extra_forbidden"].remedy == "did you mean minutes?"
    assert found[3, "standards.1.minutes", "greater_than"].value == -1
    with pytest.raises(InputError) as raised:
        problems.raise_if_errors()
    assert str(raised.value).count("question.yaml:") == 6


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("name: a\nname: b\n", "duplicate_key", 2),
        ("name: [a\nb: c\n", "yaml_syntax", 2),
        ("- a\n- b\n", "yaml_root", 1),
        ("", "yaml_root", 1),
        ("name: !!python/object/apply:os.system ['true']\n", "yaml_syntax", 1),
        ("when: 2025-13-40\n", "yaml_syntax", 1),
        ("a: &a [1]\nb: *a\nc: " + "[" * 80 + "]" * 80, "yaml_syntax", 3),
    ],
)
def test_a_file_that_is_not_ours_is_refused_in_one_sentence(
    tmp_path: Path, text: str, code: str, line: int
) -> None:
    problems = Problems()
    assert read_yaml(written(tmp_path, text), problems) is None
    (problem,) = problems
    assert (problem.code, problem.line) == (code, line)


def test_a_missing_file_names_its_neighbour(tmp_path: Path) -> None:
    written(tmp_path, "a: 1")
    problems = Problems()
    assert read_yaml(tmp_path / "questoin.yaml", problems) is None
    (problem,) = problems
    assert problem.code == "missing_file"
    assert problem.remedy == "did you mean question.yaml?"


def test_an_alias_bomb_is_refused(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    problems = Problems()
    assert read_yaml(written(tmp_path, "\n".join(lines)), problems) is None
    assert [problem.code for problem in problems] == ["yaml_syntax"]


ODD = (
    "a: 2\t025\n", "a: {b?: 1}\n", "! \n", "a: !!int 3\n", "a: 'x\n", "a: [1, 2\n", "- a\n- b: 1\n  c: 2\n", "a: 4:30\n", "a: 010\n",
    "a: &x {b: 1}\nc: *x\n", "a: {<<: {b: 1}}\n", "a: |\n  x\n  y\n", "a: 2025-13-40\n", "a: \u3000\u4e00\nb: \u00a0\n", "a: \x07\n", "a: \ud800\n",
    "\n# 1\n\na: # 2\n  b: [1,\n   2]\n", "a: 1\na: 2\n", "%YAML 1.1\n---\na: 1\n...\n", "a: 1\r\nb: 2\r\n", "a: " + "[" * 2_000, "",
)  # fmt: skip


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="this PyYAML has no reader in C")
def test_the_reader_in_c_says_of_every_file_what_the_one_in_python_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = Path(__file__).resolve().parents[1]
    ours = [
        path.read_text("utf-8")
        for path in (root / "scenarios" / "demo-siting.yaml", root / "data" / "demo" / "study.yaml")
    ]
    assert yaml_nodes._LOADER is yaml.CSafeLoader
    in_c = [_told(text) for text in (*ours, *ODD)]
    monkeypatch.setattr(yaml_nodes, "_LOADER", yaml.SafeLoader)
    assert in_c == [_told(text) for text in (*ours, *ODD)]


def _told(text: str) -> tuple[object, ...]:
    problems = Problems()
    document = read_yaml_text(text, Path("x.yaml"), problems)
    return (repr(document), [(one.what, one.line, one.value, one.code) for one in problems])
