"""Tables of questions as people and their spreadsheets write them: CSV, TSV and Excel."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date

import openpyxl
import pandas as pd
import pytest
from any_bank import small_bank, told, told_of

from recprep.core.imported import Imported
from recprep.formats import asking, csv_table, delimited, extra, table, tsv_table, xlsx_table

PLACE = "Harbour Pilot.csv"


def read(text: str | bytes, place: str = PLACE) -> Imported:
    return csv_table.read(text, place=place)


def prompts(imported: Imported) -> list[str]:
    return [question.prompt for role in imported.roles for question in role.questions]


def workbook(*sheets: list[list[object]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for number, rows in enumerate(sheets):
        sheet = book.create_sheet(f"Sheet {number}")
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# Other people's tables


def test_a_column_called_question_is_enough():
    imported = read("No.,Question\n1,What is a pilot?\n2,Describe a harbour.\n")
    [role] = imported.roles
    assert (role.name, prompts(imported)) == ("Harbour Pilot", ["What is a pilot?", "Describe a harbour."])
    assert [question.line for question in role.questions] == [2, 3]
    assert imported.notes == (f'{PLACE}: not read, because it is not known what it holds: the column "No.".',)


@pytest.mark.parametrize("sign", list(delimited.PARTED_BY))
def test_commas_semicolons_tabs_and_bars_part_the_cells(sign):
    text = sign.join(["Question", "Category", "Answer"]) + "\n" + sign.join(["Why, or; so?", "Tides", "Because."])
    [question] = read(text.replace("Why, or; so?", '"Why, or; so?"')).roles[0].questions
    assert (question.prompt, question.topic, question.said) == ("Why, or; so?", "Tides", {"material": "Because."})


def test_excels_first_line_says_what_parts_the_cells():
    imported = read("sep=|\nquestion|answer\nWhy, and; how?|So.\n")
    assert prompts(imported) == ["Why, and; how?"]
    assert imported.roles[0].questions[0].line == 3


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_the_encodings_of_spreadsheets_are_read(encoding):
    assert prompts(read("Question\nWo ist die Ablage für Café-Rechnungen?\n".encode(encoding))) == [
        "Wo ist die Ablage für Café-Rechnungen?"
    ]


def test_a_list_without_a_heading_is_read_when_it_asks():
    assert prompts(read("What is a tide?\nWhy does it turn?\n")) == ["What is a tide?", "Why does it turn?"]


def test_kind_and_level_are_taken_where_the_words_are_known():
    imported = read("question,type,level\nWhy?,Knowledge,Senior\nWhat is it?,essay,hard\n", "x.csv")
    assert [question.said for question in imported.roles[0].questions] == [
        {"kind": "knowledge", "seniority": "senior"},
        None,
    ]


def test_a_column_of_jobs_makes_several_roles():
    imported = read("job,question\nPilot,Why fly?\nDiver,Why dive?\nPilot,How high do you fly?\n")
    assert [(role.name, len(role.questions)) for role in imported.roles] == [("Pilot", 2), ("Diver", 1)]


def test_what_asks_nothing_stands_twice_or_is_too_long_is_left_out_with_its_line():
    text = f"question\nWhy so?\nWhy so?\nremarks\n{'Why ' * 200}so?\n"
    left = read(text).left_out
    assert [(one.line, one.why) for one in left] == [(3, asking.TWICE), (4, asking.NOT_ASKED), (5, asking.TOO_LONG)]


def test_a_question_with_an_id_may_not_be_too_long_either():
    left = read(f"id,question\none,{'Why ' * 200}so?\n").left_out
    assert left[0].why == asking.TOO_LONG


def test_lines_inside_cells_count():
    assert [one.line for one in read('question\n"Why\nso?"\nHow so?\n').roles[0].questions] == [2, 4]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "it is empty"),
        ("\n\n  \n", "it is empty"),
        ("name,price\nrope,3\n", table.NO_COLUMN),
        ("question\n", asking.NO_QUESTIONS),
        ('question\n"' + "Why " * 50_000, delimited.NOT_A_TABLE),
        (b"question\n\x00\x01", "it is not a text file"),
    ],
)
def test_what_is_no_table_of_questions_is_said(text, why):
    imported = read(text)
    assert imported.roles == ()
    assert imported.left_out[-1].why == why


def test_a_heading_of_nothing_but_white_space_and_one_sign_is_no_column_of_questions():
    [left] = read(" " * 500 + "x\nrope\n").left_out
    assert (left.why, left.begins) == (table.NO_COLUMN, "…")


def test_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr(table, "MOST_ROWS", 3)
    assert read("question\n" + "".join(f"Why {n}?\n" for n in range(4))).left_out[0].why == table.TOO_MANY_ROWS


def test_lists_in_a_cell_are_read_however_they_are_marked():
    cells = {"prompt": "Why so?", "kind": "knowledge", "pitfalls": "1. One.\n2) Two,\n  on.", "follow_ups": "A?\n\nB?"}
    assert table.question(cells, line=1).said == {
        "kind": "knowledge",
        "pitfalls": ["One.", "Two,\non."],
        "follow_ups": ["A?", "B?"],
    }


# Formulas


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@A1", " =1", "'=1", "＝1"])
def test_no_text_is_written_that_a_spreadsheet_takes_for_a_formula(text):
    bank = small_bank()
    first = next(iter(bank.question_by_id.values()))
    bank = replace(bank, question_by_id={first.id: replace(first, prompt=text, strong_answer=text)})
    for form in (csv_table, tsv_table):
        frame = pd.read_csv(io.BytesIO(form.write(bank)), sep="\t" if form is tsv_table else ",")
        assert frame["prompt"][0] == frame["strong_answer"][0] == f"'{text}"
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx_table.write(bank))).active
    cell = sheet.cell(2, table.COLUMNS.index("prompt") + 1)
    assert (cell.value, cell.data_type, cell.quotePrefix) == (text, "s", True)


# Excel


def test_our_workbook_opens_in_pandas_with_a_row_for_each_question():
    bank = small_bank()
    frame = pd.read_excel(io.BytesIO(xlsx_table.write(bank)), dtype=str, keep_default_na=False)
    assert list(frame.columns) == list(table.COLUMNS)
    assert list(frame["prompt"]) == [question.prompt for question in bank.question_by_id.values()]
    assert set(frame["role"]) == {bank.name}


def test_every_sheet_with_a_column_of_questions_is_read_and_the_others_are_named():
    content = workbook([["Question"], ["Why so?"]], [["Price"], [3]], [["Question", "Topic"], ["How so?", "Tides"]])
    imported = xlsx_table.read(content, place="book.xlsx")
    assert prompts(imported) == ["Why so?", "How so?"]
    assert imported.notes == ("book.xlsx: the sheet Sheet 1 has no column called question.",)


def test_numbers_and_dates_are_read_as_they_look():
    content = workbook([["Question", "Answer"], ["When so?", date(2026, 2, 1)], ["How many so?", 3.0]])
    answers = [one.said["material"] for one in xlsx_table.read(content, place="x.xlsx").roles[0].questions]
    assert answers == ["2026-02-01", "3"]


def zipped(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def with_entities(content: bytes) -> bytes:
    """Give a workbook whose sheet declares an entity that grows."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(out, "w") as after:
        for entry in before.infolist():
            part = before.read(entry)
            if entry.filename.startswith("xl/worksheets/"):
                head = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
                part = head + part.split(b"?>", 1)[-1].replace(b"Why so?", b"&b;")
            after.writestr(entry, part)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"PK\x03\x04", xlsx_table.NOT_EXCEL),
        (zipped(a=b"b"), xlsx_table.NOT_EXCEL),
        (zipped(a=bytes(50_000_000)), xlsx_table.TOO_LARGE),
        (workbook([["Question"], ["Why so?"]])[:-50], xlsx_table.NOT_EXCEL),
        (with_entities(workbook([["Question"], ["Why so?"]])), xlsx_table.NOT_EXCEL),
    ],
    ids=["a beginning", "another zip", "a bomb", "cut off", "entities"],
)
def test_a_hostile_or_damaged_workbook_is_refused_in_one_sentence(content, why):
    imported = xlsx_table.read(content, place="x.xlsx")
    assert [(one.place, one.why) for one in imported.left_out] == [("x.xlsx", why)]


def test_without_its_library_a_format_says_what_to_install(monkeypatch):
    monkeypatch.setattr(extra.importlib, "import_module", lambda name: (_ for _ in ()).throw(missing(name)))
    with pytest.raises(extra.Problem, match=r"openpyxl is needed.*pip install 'recprep\[formats\]'"):
        xlsx_table.write(small_bank())


def missing(name: str) -> ModuleNotFoundError:
    return ModuleNotFoundError(f"No module named {name}", name=name)


def test_our_table_is_read_after_a_spreadsheet_wrote_it_again():
    bank = small_bank()
    frame = pd.read_csv(io.BytesIO(csv_table.write(bank)), dtype=str, keep_default_na=False)
    again = frame.to_csv(index=False, sep=";", encoding="utf-8-sig").encode("utf-8-sig")
    assert [told(question) for question in read(again).roles[0].questions] == told_of(bank)
