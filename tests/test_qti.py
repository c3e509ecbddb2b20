"""QTI 1.2: the package that text2qti makes is whole, and holds every text exactly, whatever it says."""

from __future__ import annotations

import html
import io
import zipfile
from dataclasses import replace
from xml.etree import ElementTree as ET

from any_bank import BANKS, small_bank
from hypothesis import given, settings

from recprep.core.bank import Bank
from recprep.formats import html_text, qti, writing
from recprep.storage.library import load_bank

QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"


def assessment(bank: Bank) -> ET.Element:
    with zipfile.ZipFile(io.BytesIO(qti.write(bank))) as package:
        [name] = [
            one for one in package.namelist() if one.count("/") == 1 and one.endswith(".xml") and "meta" not in one
        ]
        return ET.fromstring(package.read(name))


def prompts(root: ET.Element) -> list[str]:
    shown = [item.findtext(f"{QTI}presentation/{QTI}material/{QTI}mattext") for item in root.iter(f"{QTI}item")]
    return [html_text.read(text.removeprefix("<p>").removesuffix("</p>")) for text in shown]


def feedback(root: ET.Element) -> str:
    return "\n".join(part.text for part in root.iter(f"{QTI}mattext"))


@settings(max_examples=25)
@given(BANKS)
def test_every_text_is_in_the_package_exactly(bank):
    root = assessment(bank)
    assert prompts(root) == [question.prompt for question in bank.question_by_id.values()]
    told = feedback(root)
    for question in bank.question_by_id.values():
        for text in (question.strong_answer, *question.pitfalls, *(point.text for point in question.key_points)):
            assert html_text.written(text) in told


def test_every_item_is_an_essay_and_the_manifest_names_every_part():
    bank = load_bank()
    root = assessment(bank)
    kinds = [
        field.findtext(f"{QTI}fieldentry")
        for field in root.iter(f"{QTI}qtimetadatafield")
        if field.findtext(f"{QTI}fieldlabel") == "question_type"
    ]
    assert kinds == ["essay_question"] * len(bank.question_by_id)
    with zipfile.ZipFile(io.BytesIO(qti.write(bank))) as package:
        assert package.testzip() is None
        manifest = ET.fromstring(package.read("imsmanifest.xml"))
        named = {part.get("href") for part in manifest.iter() if part.get("href")}
        assert named <= set(package.namelist())
        assert len(named) == 2


def test_no_file_is_taken_in_and_nothing_is_run_whatever_a_bank_says(tmp_path):
    secret = tmp_path / "secret.png"
    secret.write_bytes(b"secret")
    bank = small_bank()
    first = next(iter(bank.question_by_id.values()))
    text = f"![a]({secret})\n\n```{{.python .run}}\nprint(6 * 7)\n```\n\n<script>x</script> $x^2$"
    bank = replace(bank, question_by_id={first.id: replace(first, prompt=text, strong_answer=text)})
    with zipfile.ZipFile(io.BytesIO(qti.write(bank))) as package:
        assert not [name for name in package.namelist() if name.endswith(".png")]
    assert prompts(assessment(bank)) == [text]
    assert "<script" not in feedback(assessment(bank))


def test_two_banks_do_not_overwrite_each_other():
    one, other = small_bank(), replace(small_bank(), name="Another")
    assert assessment(one)[0].get("ident") != assessment(other)[0].get("ident")
    assert html.unescape(assessment(other)[0].get("title")) == "Another"


def test_what_it_cannot_carry_is_said():
    [told] = writing.left_out(small_bank(), "qti")
    assert told.startswith("This format has no place for the rubric, what is said of each competency")
    assert "the kind of each question" in told
