"""Which field is which."""

import json
from pathlib import Path

import pytest

from disclosure.importing.faults import FileFault
from disclosure.importing.mapping import at_path, list_in, load, named, recognise, shipped, value_of
from disclosure.importing.readers import Source
from disclosure.importing.run import choose_mapping
from tests.shared import shared_path

REAL = {
    "documents/laws.jsonl.gz": "laws",
    "documents/hebei.jsonl.gz": "hebei",
    "documents/interpretation_pairs.jsonl.gz": "interpretation_pairs",
    "documents/portal_records.jsonl": "portal_records",
    "raw_api/CQProvince_success.json.gz": "api_cq",
    "raw_api/FJPronvince_FJProvince_success.json.gz": "api_fj",
    "raw_api/GWY_success.json.gz": "api_gwy",
    "raw_api/GXProvince_WholeProvince_success.json.gz": "api_trs",
    "raw_api/HBProvince_WholeProvince_success.json.gz": "api_trs",
    "raw_api/HEBProvince_WholeProvince_success.json.gz": "api_heb",
    "raw_api/MGProvince_WholeProvince_success.json.gz": "api_mg",
    "raw_api/ZJProvince_WholeProvince_success.json.gz": "api_zj",
}


@pytest.mark.parametrize(("name", "mapping"), REAL.items())
def test_every_real_file_is_recognised_by_its_keys(name: str, mapping: str) -> None:
    path = shared_path(name)
    assert choose_mapping(path, "", path.name).name == mapping


def test_html_fragments_are_read() -> None:
    path = shared_path("raw_api/HEBProvince_WholeProvince_success.json.gz")
    source = Source(path)
    first = next(iter(source.records(0, list_in)))
    source.close()
    raw = named("api_heb").read(first.value)[0]
    assert raw["title"].startswith("关于转发《司法部 生态环境部") and raw["published_at"] == "2019-06-12"
    assert raw["source_url"].startswith("https://zwfw.hebei.gov.cn/")


@pytest.mark.parametrize(
    ("spec", "value"),
    [
        ("a.b.0", 1),
        ("a.b.-1", 2),
        ("a.none.0", None),
        (["x", "s"], "甲"),
        ({"value": "常量"}, "常量"),
        ({"join": ["s", "n", "x"], "with": "-"}, "甲-5"),
        ({"path": "s", "table": {"甲": "乙"}}, "乙"),
        ({"path": "s", "table": {"丙": "乙"}, "default": "丁"}, "丁"),
        ({"path": "s", "contains": {"甲": 1}}, 1),
        ({"path": "t", "match": "(\\d+)年"}, "2024"),
        ({"path": "u", "query": "url"}, "http://a.cn/"),
    ],
)
def test_specs(spec: object, value: object) -> None:
    record = {"a": {"b": [1, 2]}, "s": "甲", "n": 5, "t": "于2024年", "u": "go?url=http%3A%2F%2Fa.cn%2F"}
    assert value_of(spec, record) == value


def test_a_path_through_every_value() -> None:
    assert at_path({"a": {"x": {"l": 1}}}, "a.*.l") == 1


def test_a_table_with_chinese_headings_is_recognised() -> None:
    assert recognise({"标题": "甲", "随便": 1}).name == "table"


def test_unknown_keys_are_told_in_words() -> None:
    with pytest.raises(FileFault, match="foo"):
        recognise({"foo": 1})


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("{", "不正确"),
        ("[]", "不正确"),
        ({"fields": {}}, "title"),
        ({"fields": {"title": "t", "color": "c"}}, "color"),
        ({"fields": {"title": {"from": "t"}}}, "写法"),
        ({"fields": {"title": {"path": "t", "match": "("}}}, "不正确"),
        ({"fields": {"title": "t"}, "fragment": {"t": "//["}}, "XPath"),
    ],
)
def test_a_wrong_mapping_file_is_refused_in_words(tmp_path: Path, said: object, reason: str) -> None:
    path = tmp_path / "m.json"
    path.write_text(said if isinstance(said, str) else json.dumps(said), encoding="utf-8")
    with pytest.raises(FileFault, match=reason):
        load(path)


def test_shipped_names_are_unique() -> None:
    names = [mapping.name for mapping in shipped()]
    assert len(names) == len(set(names)) == 12
