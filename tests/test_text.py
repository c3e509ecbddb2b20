"""All text shown goes through one renderer: markup and links, nothing else."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recprep.ui.text import TAGS, inline, plain, render

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![x](https://example.org/track.png)",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "<div id=a class=b style='position:fixed'>x</div>",
    "<svg/onload=alert(1)>",
    "<!-- <img src=x> -->",
    "<iframe src=https://example.org></iframe>",
    "[x]: javascript:alert(1)\n\n[x]",
    "[x](//example.org/a)",
    "[x](/api/kernels)",
    "[x](elsewhere.html)",
    "[x](#id)",
    "<style>body{display:none}</style>",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_hostile_becomes_a_tag_or_an_attribute(text):
    for html in (render(text), inline(text)):
        tags = re.findall(r"<(/?)([a-z0-9]+)([^>]*)>", html)
        assert {name for _, name, _ in tags} <= TAGS
        for _, _, attributes in tags:
            assert re.fullmatch(
                r'( (href="(https?|mailto):[^"]*"|target="_blank"|rel="noopener noreferrer"))*', attributes
            )


@given(st.text(max_size=200))
def test_any_text_renders_to_allowed_tags(text):
    assert set(re.findall(r"</?([a-zA-Z0-9]+)[^>]*>", render(text))) <= TAGS


def test_a_remote_image_is_a_link_and_loads_nothing():
    assert "<img" not in render("![x](https://example.org/a.png)")


@pytest.mark.parametrize("address", ["//example.org/a", "/lab", "elsewhere.html", "#id"])
def test_an_address_that_depends_on_the_page_is_no_link(address):
    assert "href" not in render(f"[x]({address})")


def test_links_open_apart_and_tell_nothing():
    html = inline("[law](https://example.org)")
    assert html == '<a href="https://example.org" target="_blank" rel="noopener noreferrer">law</a>'


def test_a_line_has_no_paragraph_around_it():
    assert inline("a\n*b*") == "a <em>b</em>"


def test_plain_text_is_escaped():
    assert plain('<b>"') == "&lt;b&gt;&quot;"
