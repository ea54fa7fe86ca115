"""Text tables of other countries: Shift JIS, semicolons with decimal commas; Chinese ones stay what they are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coverplan.errors import Problems
from coverplan.inputs.places.angles import comma_angle, commas_are_points
from coverplan.inputs.tables.encodings import detect_encoding
from coverplan.inputs.tables.read_table import read_table
from coverplan.scenario.study_file import Source

CHINESE = "编号,机构名称,街道,床位数\n1,青禾养老院,南桥街道,30\n2,东港日间照料中心,北桥街道,20\n"
TAIWAN = "編號,機構名稱,行政區,床位數\n1,青禾養護中心,東湖區,30\n2,東港日間照顧中心,北湖區,20\n"
JAPANESE = "番号,施設名称,住所,定員\n1,青空苑,一番町1-2,29\n2,ひまわりケアホーム,二番町,18\n"


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        (CHINESE, "gb18030", "gb18030"),
        (TAIWAN, "big5", "big5hkscs"),
        (JAPANESE, "cp932", "cp932"),
        (JAPANESE, "utf-8", "utf-8"),
    ],
)
def test_the_encoding_is_told(text, encoding, name):
    found = detect_encoding(text.encode(encoding))
    assert found is not None
    assert (found.name, found.certain) == (name, True)


@given(
    st.lists(
        st.sampled_from("南桥街道养老院日间照料中心东港青禾社区卫生服务站编号名称类型床位数"),
        min_size=30,
        max_size=60,
    )
)
@settings(max_examples=30, deadline=None)
def test_gb18030_is_never_taken_for_japanese(signs):
    found = detect_encoding("".join(signs).encode("gb18030"))
    assert found is None or found.name == "gb18030" or not found.certain


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a;b\n7,05;50,51\n7,1;50,5\n", ";"),
        ("a,b\n1;2,3\n", ","),
        ("a\tb\n1,5\t2,5\n", "\t"),
        ("a,b;c\n1,2;3\n", ","),
    ],
)
def test_commas_within_numbers_part_no_columns(tmp_path, text, separator):
    (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    table = read_table(Source(file="t.csv"), tmp_path, Problems())
    assert list(table.rows.columns) == text.split("\n", 1)[0].split(separator)


def test_three_digits_behind_the_comma_alone_decide_nothing():
    assert not commas_are_points(["554,000", "554,123"], ["868,000"])
    assert commas_are_points(["7,003", None], ["50,51"])
    assert not commas_are_points(["7.003"], ["50,51"])
    assert comma_angle("-7,003").value == -7.003


@pytest.mark.parametrize(
    ("text", "encoding", "name"),
    [
        ("Nome;Endereço\nLar São José;Conceição 10\nCasa da Mãe;Rua João XXIII", "cp1252", "cp1252"),
        ("nombre,dirección\nResidencia Peñón,Cádiz\nNº 3,¿Ávila?", "latin-1", "cp1252"),
        ("Bezeichnung;Straße\nHaus für Ältere;Königsplatz", "cp1252", "cp1252"),
        ("nom;adresse\nRésidence des Chênes;rue de l’Évêché", "cp1252", "cp1252"),
        ("название;адрес\nДом престарелых;улица Мира", "cp1251", None),
        ("όνομα;διεύθυνση\nΓηροκομείο;Οδός Αθηνών", "cp1253", None),
        ("nazwa;ulica\nDom Złotej Jesieni;Świętokrzyska\nPogodna Starość;Łódź", "cp1250", None),
        ("名称,地址\n阳光养老院,人民路\n仁爱护理院,解放街", "gb18030", "gb18030"),
        ("名稱,地址\n陽光安養院,人民路\n仁愛護理之家,解放街", "big5", "big5hkscs"),
    ],
)
def test_accents_within_words_are_told_from_pairs_of_bytes(text, encoding, name):
    found = detect_encoding(text.encode(encoding))
    assert (found.name if found is not None and found.certain else None) == name
