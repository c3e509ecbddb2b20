"""YAML is read as text, typed by the schema, and every value keeps its line."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from recprep.core.schema import read_yaml, typed

THING = {
    "type": "object",
    "properties": {
        "id": {"type": "string", "pattern": "^[a-z]+$", "description": "lower-case letters"},
        "colour": {"type": "string", "enum": ["red", "blue"]},
        "count": {"type": "integer", "minimum": 1, "maximum": 5},
        "good": {"type": "boolean"},
        "parts": {"type": "array", "items": {"type": "string", "minLength": 1}, "minItems": 2, "maxItems": 3},
        "sizes": {"type": "object", "additionalProperties": {"type": "integer", "minimum": 0, "maximum": 9}},
    },
    "required": ["id"],
    "additionalProperties": False,
}


def read(text):
    node, findings = read_yaml(text, file="x.yml")
    if findings:
        return None, findings
    return typed(node, THING, file="x.yml")


def test_every_type_is_read():
    value, findings = read("id: a\ncolour: red\ncount: 3\ngood: true\nparts: [x, y]\nsizes: {s: 1}\n")
    assert not findings
    assert value == {
        "id": "a", "colour": "red", "count": 3, "good": True, "parts": ("x", "y"), "sizes": {"s": 1}
    }  # fmt: skip


@pytest.mark.parametrize("scalar", ["NO", "on", "12:30", "1236.30", "2026-11-23", "1_000", "0x1F", "~", "null"])
def test_text_stays_what_was_written(scalar):
    value, findings = read(f"id: a\nparts: [{scalar}, b]\n")
    assert not findings
    assert value["parts"][0] == scalar


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("id: A1", "x.yml:1: A1: id: 'A1' does not fit: lower-case letters"),
        ("colour: red", "x.yml:1: 'id' is missing: lower-case letters"),
        ("id: a\ncolour: green", "x.yml:2: a: colour: 'green' is not known: one of red, blue"),
        ("id: a\n\ncount: many", "x.yml:3: a: count: not a whole number: 1 to 5"),
        ("id: a\ncount: 6", "x.yml:2: a: count: 6 is out of range: 1 to 5"),
        ("id: a\ngood: yes", "x.yml:2: a: good: neither true nor false: write true or false"),
        ("id: a\nparts: [x]", "x.yml:2: a: parts: 1 entry: 2 to 3"),
        ("id: a\nparts: [x, '']", "x.yml:2: a: parts: empty: write it out"),
        ("id: a\nparts: x", "x.yml:2: a: parts: not a list: start each line with '- '"),
        ("id: a\nsize: 1", "x.yml:2: a: unknown field 'size': fields are id, colour, count, good, parts, sizes"),
        ("id: a\nsizes: {s: x}", "x.yml:2: a: sizes: s: not a whole number: 0 to 9"),
        ("- a", "x.yml:1: not a mapping: write 'name: value' lines"),
        ("id: [a]", "x.yml:1: id: not text: put it in quotes"),
        ("", "x.yml:1: the file is empty: see data/README.md for its fields"),
        ("id: a\nid: b", "x.yml:2: 'id' stands twice: keep one of them"),
        ("id: &x a", "x.yml:1: an anchor or alias (& or *): write the text out, or put it in quotes"),
        ("id: !!str a", "x.yml:1: a tag (tag:yaml.org,2002:str): put the text in quotes"),
        ("id: a\n---\nid: b", "x.yml:2: a second document: one file holds one document"),
        ("? [a]\n: b", "x.yml:1: a list or a mapping as a key: a key is one word"),
        ("id: \x07", "x.yml:1: a character that YAML does not allow: delete it"),
        ("a: " + "[" * 40 + "]" * 40, "x.yml:1: nested more than 12 deep: a bank is flat"),
    ],
)
def test_what_is_wrong_is_said_with_its_place_and_what_would_be_right(text, expected):
    assert str(read(text)[1][0]) == expected


def test_all_that_is_wrong_is_said_at_once():
    findings = read("colour: green\ncount: 9\nextra: 1\n")[1]
    assert [finding.line for finding in sorted(findings)] == [1, 1, 2, 3]


def test_broken_syntax_names_the_line():
    assert str(read("id: a\nparts: [x\n")[1][0]).startswith("x.yml:3: not YAML")


@given(st.text(max_size=300))
def test_any_text_ends_in_a_value_or_in_findings(text):
    value, findings = read(text)
    assert isinstance(value, dict) or findings


@given(
    st.lists(st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "Z"]), min_size=1), min_size=2, max_size=3)
)
def test_text_survives_writing_and_reading(parts):
    parts = [" ".join(part.split()) or "x" for part in parts]
    value, findings = read(yaml.safe_dump({"id": "a", "parts": [json.dumps(part) for part in parts]}, width=10**6))
    assert not findings
    assert [json.loads(part) for part in value["parts"]] == parts
