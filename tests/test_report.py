"""The report and the sheet for the morning: what they say, what they leave out, and that nothing in them runs or loads."""

import errno
import os
import re
import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest
from bank_files import BANK, bank_texts
from hypothesis import given
from hypothesis import strategies as st
from test_ratings import keep, rating
from test_store import attempt, save
from two_months import PROFILE, two_months

from recprep.core import analysis
from recprep.core.bank import Bank, build, read_entries
from recprep.core.fingerprint import digest
from recprep.core.history import evidence
from recprep.core.lint import lint
from recprep.core.models import KINDS, KeyPoint, Profile, Question
from recprep.core.problem import Problem
from recprep.core.rubric import score, weights_for
from recprep.storage import paths
from recprep.storage.library import load_bank, schemas
from recprep.storage.profile import read_profile, write_profile
from recprep.storage.store import Store
from recprep.ui import charts
from recprep.ui.charts import Wording
from recprep.ui.report import choosing, morning, report, sheet, write_report, write_sheet
from recprep.ui.report.fitting import Item, Part, bare, fit, lines_of, opening, shortened, width

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
INTERVIEW = date(2026, 12, 3)
PARTS = ["Weak areas", "Progress", "How far your scores can be trusted", "Chosen answers"]
HOSTILE = (
    "<script>hacked=1</script><img src=http://evil.example/x onerror=hacked=2> ![x](http://evil.example/x) "
    "[go](javascript:hacked=3) </style></title><style>b{background:url(http://evil.example)}</style> \"' onload=x"
)
VOID = {"meta", "br", "path", "line", "circle", "rect", "polygon", "polyline"}


class Page(HTMLParser):
    """A document as a reader meets it: its tags with attributes, and its parts by heading."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict]] = []
        self.text = ""
        self.parts: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(html)
        self.close()
        assert self._open == [], "every tag is closed"

    def handle_starttag(self, tag: str, attributes: list) -> None:
        self.tags.append((tag, dict(attributes)))
        if tag == "h2":
            self._part = ""
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attributes: list) -> None:
        self.tags.append((tag, dict(attributes)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        if tag == "h2":
            self._heading, self.parts[self._part] = self._part, ""
        if tag in ("p", "li", "h3", "h4", "tr", "dd"):
            self.handle_data("\n")
        elif tag in ("td", "th", "dt"):
            self.handle_data(" ")

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] == "style":
            return
        self.text += data
        if self._open and self._open[-1] == "h2":
            self._part += data
        elif self.parts:
            self.parts[self._heading] += data

    def of(self, tag: str) -> list[dict]:
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Path:
    """Give a home with two months of history, made once."""
    folder = tmp_path_factory.mktemp("two months")
    with Store(folder / "history.db") as store:
        two_months(load_bank(), store, until=NOW - timedelta(hours=24))
        write_profile(store, replace(PROFILE, interview_on=INTERVIEW), at=NOW)
    return folder


@pytest.fixture
def shipped() -> Bank:
    return load_bank()


@pytest.fixture
def history(kept: Path, home: Path) -> Iterator[Store]:
    """Give two months of practice of this test's own."""
    shutil.copytree(kept, home)
    with Store(home / "history.db") as store:
        yield store


@pytest.fixture
def answer(bank: Bank, store: Store, new_id: Callable[[], str]) -> Callable:
    """Give a way to answer a question of the small bank."""

    def save_one(question: str | Question, words: str, *, level: int = 4, days: int = 0, ticked: str = "", **changes):
        asked = question if isinstance(question, Question) else bank.question_by_id[question]
        weights = weights_for(bank.rubric, asked.kind)
        levels = dict.fromkeys(weights, level) | changes.pop("levels", {})
        result, points = score(bank.rubric, asked.kind, levels), range(len(asked.key_points))
        texts = [bank.question_text(asked), bank.rubric_text(asked)]
        one = attempt(
            id=new_id(), role=bank.role, question=asked.id, kind=asked.kind, competency=asked.competency,
            at=NOW - timedelta(days=9 - days), levels=levels, weights=weights, percent=result.percent,
            band=result.band.id, gated=result.gated, key_points=tuple(str(n) in ticked for n in points),
            question_hash=digest(texts[0]), rubric_hash=digest(texts[1]), seniority=asked.seniority,
        )  # fmt: skip
        store.save_attempt(replace(one, **changes), answer=words, snapshots={digest(text): text for text in texts})
        return one

    return save_one


def dispose(store: Store, *attempts: str) -> None:
    """Remove the words of answers, as disposal does."""
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.executemany("DELETE FROM answer WHERE attempt = ?", [(one,) for one in attempts])


def words_only(store: Store) -> None:
    write_profile(store, replace(read_profile(store), words_only=True), at=NOW)


# The report


def test_the_report_says_who_when_which_role_and_since_when(shipped, history):
    page = Page(report(shipped, history, now=NOW, name="Kim Larsen"))
    assert "Name Kim Larsen\nRole Records Coordinator\nMade on 23 Nov 2026\n" in page.text
    attempts = history.attempts()
    met = len({one.question for one in attempts})
    assert (
        f"Practice {len(attempts)} attempts since 21 Sep 2026, at {met} of {len(shipped.question_by_id)} questions\n"
        in page.text
    )
    assert "Interview Thursday 3 December 2026. 10 days to the interview.\n" in page.text


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (None, "no day is set yet"),
        (date(2026, 11, 24), "Tuesday 24 November 2026. The interview is tomorrow."),
        (date(2026, 11, 22), "Sunday 22 November 2026. The interview is behind you."),
    ],
)
def test_the_interview_is_told_whenever_it_is(shipped, history, day, said):
    write_profile(history, Profile(interview_on=day), at=NOW)
    assert f"Interview {said}\n" in Page(report(shipped, history, now=NOW)).text


def test_its_parts_come_in_their_order_and_a_name_only_where_one_was_given(shipped, history):
    page = Page(report(shipped, history, now=NOW))
    assert list(page.parts) == PARTS
    assert "Name " not in page.text


def test_levels_are_told_in_the_words_and_numbers_of_the_progress_page(shipped, history):
    ratings, added = history.ratings(shipped.role), history.tally(shipped.role)
    frame = analysis.estimate_frame(analysis.estimate_from_tally(added, shipped, ratings), shipped)
    overall = analysis.whole_answer_bias(added, shipped, ratings)
    chart = charts.competency_levels(frame, Wording(shipped.rubric), overall=overall)
    told = Page(report(shipped, history, now=NOW)).parts["Weak areas"]
    assert all(line in told for line in chart.sentence.splitlines())
    for row in chart.table.itertuples(index=False):
        assert " ".join(map(str, row)) in told
    weakest = frame.iloc[0]
    assert charts.standing(weakest["name"], weakest, Wording(shipped.rubric)) in told


def test_bias_is_told_by_criterion_with_its_interval_and_one_sentence(shipped, history):
    told = Page(report(shipped, history, now=NOW)).parts["How far your scores can be trusted"]
    assert "You score " in told
    for row in shipped.rubric.criteria:
        assert re.search(rf"{row.name} [+-]\d\.\d [+-]\d\.\d and [+-]\d\.\d ", told)


def test_without_calibration_the_report_says_that_nobody_knows_yet(bank, store, answer):
    answer("flying-up", "It flies.")
    told = Page(report(bank, store, now=NOW)).parts["How far your scores can be trusted"]
    assert "You have not scored a sample answer yet, so nobody knows how strictly you score." in told


def test_progress_has_each_competencys_move_and_each_weeks_practice(shipped, history):
    told = Page(report(shipped, history, now=NOW)).parts["Progress"]
    assert re.search(
        r"Retention and disposition \d+ \w+ 2026 \d\.\d \(\d\.\d to \d\.\d\) \d\.\d \(.*\) 4 surely up", told
    )
    days = analysis.practice_days(analysis.answer_levels(evidence(history.attempts())))
    for row in analysis.practice_weeks(days).itertuples(index=False):
        assert re.search(rf"{row.week:%d %b %Y} \d\.\d {row.answers} {row.days}", told)


def test_weeks_of_practice_add_up_days_and_answers():
    import pandas as pd

    days = pd.DataFrame({"day": pd.to_datetime(["2026-11-01", "2026-11-02", "2026-11-08"]), "answers": [2, 3, 4]})
    weeks = analysis.practice_weeks(days)
    assert [f"{week:%d %b}" for week in weeks["week"]] == ["26 Oct", "02 Nov"]
    assert [list(weeks["days"]), list(weeks["answers"])] == [[1, 2], [2, 7]]


def test_every_drawing_has_a_name_and_says_what_it_shows(shipped, history):
    page = Page(report(shipped, history, now=NOW))
    drawings = [svg for svg in page.of("svg") if svg.get("role")]
    assert len(drawings) >= 4 + 5
    assert all(svg["role"] == "img" and ": " in svg["aria-label"] for svg in drawings)
    assert page.text.count("the table below holds the numbers") == 3
    assert len(page.of("title")) - 1 == len(page.of("desc")) == len(drawings)


def test_a_long_history_shows_the_last_weeks_and_folds_all_of_them(bank, store, answer):
    for week in range(30):
        answer("flying-up", "It flies.", days=7 * week)
    html = report(bank, store, now=NOW)
    shown, folded = html.split("<summary>All 30 rows</summary>")
    assert "The last 12 of 30" in shown
    last = shown.split("The last 12 of 30")[1]
    assert last.count("<tr>") == 1 + 12
    assert "31 May 2027" in last
    assert "09 Nov 2026" not in last
    assert folded.split("</details>")[0].count("<tr>") == 1 + 30


def test_the_same_history_gives_the_same_report(shipped, history):
    assert report(shipped, history, now=NOW) == report(shipped, history, now=NOW)


# Chosen answers


def test_the_best_answer_of_each_competency_is_chosen_and_the_rule_is_stated(bank, store, answer):
    answer("general-why", "I like it.", days=1)
    answer("flying-up", "Lower.", level=3, days=2)
    answer("flying-on", "Best, and earlier.", level=5, days=3)
    answer("flying-up", "Best, and later.", level=5, days=4)
    answer("landing-down", "It landed.", level=3, days=5)
    answer("landing-down", "Wrong rule.", levels={"judgement": 2}, level=5, days=6)
    told = Page(report(bank, store, now=NOW)).parts["Chosen answers"]
    assert told.startswith("Of each competency, and of the general questions, the answer that you scored highest")
    chosen = [words for words in told.splitlines() if words in ("I like it.", "Best, and later.", "It landed.")]
    assert chosen == ["I like it.", "Best, and later.", "It landed."]
    assert not any(words in told for words in ("Lower.", "earlier.", "Wrong rule."))


def test_an_answer_whose_words_are_not_kept_gives_way_to_the_next(bank, store, answer):
    best = answer("flying-up", "Gone.", level=5)
    answer("flying-up", "", level=5, aloud=True)
    answer("flying-up", "Still here.", level=3)
    dispose(store, best.id)
    told = Page(report(bank, store, now=NOW)).parts["Chosen answers"]
    assert "Still here." in told
    assert told.count("Your answer") == 1


def test_without_any_words_kept_the_report_says_so(bank, store, answer):
    answer("flying-up", "")
    assert "No answer has its words kept" in Page(report(bank, store, now=NOW)).parts["Chosen answers"]


def test_a_withdrawn_answer_and_one_scored_by_somebody_else_are_not_chosen(bank, store, answer):
    mine = answer("flying-up", "Mine.", level=2)
    store.withdraw(answer("flying-up", "Taken back.", level=5).id, at=NOW)
    answer("flying-on", "By a coach.", level=5, rater="coach")
    told = Page(report(bank, store, now=NOW)).parts["Chosen answers"]
    assert "Mine." in told
    assert not any(words in told for words in ("Taken back.", "By a coach."))
    assert f"{mine.percent} %: relearn." in told


def test_an_answer_is_shown_with_its_facts_levels_words_and_key_points(bank, store, answer):
    answer("flying-on", "First line.\nSecond line.\n\nNew paragraph.", level=4, ticked="02", days=8)
    html = report(bank, store, now=NOW)
    told = Page(html).parts["Chosen answers"]
    assert "What is flying-on?\nFlying · behavioural · 22 Nov 2026\n80 %: nearly. 2 of 4 key points ticked." in told
    assert "Accuracy 4 \nStructure 4 \n" in told
    assert "<p>First line.<br>Second line.</p><p>New paragraph.</p>" in html
    assert "Key points covered\nOne Essential\nThree\nKey points missed\nTwo Essential\nFour\n" in told


def test_chosen_ids_come_in_their_order_also_without_words(bank, store, answer):
    first, second = answer("flying-up", "", level=2), answer("landing-down", "Down it came.", level=2)
    told = Page(report(bank, store, now=NOW, chosen=[second.id, first.id])).parts["Chosen answers"]
    assert told.index("Down it came.") < told.index("What is flying-up?")
    assert "Answered aloud, or the words are no longer kept." in told
    assert "scored highest" not in told
    assert "Chosen answers" not in Page(report(bank, store, now=NOW, chosen=[])).parts


def test_an_unknown_id_is_named(bank, store, answer):
    answer("flying-up", "It flies.")
    with pytest.raises(Problem, match=r"There is no attempt no-such in this role\. The ids are those of recprep"):
        report(bank, store, now=NOW, chosen=["no-such"])


def test_without_answers_no_word_of_them_is_in_the_report(shipped, history):
    html = report(shipped, history, now=NOW, answers=False)
    assert "My answer of day" in report(shipped, history, now=NOW)
    assert "My answer of day" not in html
    assert "The words of the answers are left out of this copy." in html
    assert "Your answer" not in html


def test_without_answers_the_best_is_chosen_whether_its_words_are_kept_or_not(bank, store, answer):
    answer("flying-up", "", level=5)
    answer("flying-on", "Kept.", level=3)
    told = Page(report(bank, store, now=NOW, answers=False)).parts["Chosen answers"]
    assert "What is flying-up?" in told
    assert "flying-on" not in told


def test_a_question_changed_since_is_shown_as_it_was_asked(bank, store, answer):
    answer("flying-up", "It flies.", ticked="0")
    new = replace(bank.question_by_id["flying-up"], prompt="Changed?", key_points=(KeyPoint(text="Other"),))
    changed = replace(bank, question_by_id=bank.question_by_id | {"flying-up": new})
    told = Page(report(changed, store, now=NOW)).parts["Chosen answers"]
    assert "What is flying-up?" in told
    assert "Key points covered\nOne Essential" in told
    assert not any(words in told for words in ("Changed?", "Other"))


def test_a_question_that_left_the_bank_and_whose_text_is_lost_is_named_by_its_id(bank, store, answer):
    answer("flying-up", "It flies.")
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("DELETE FROM snapshot")
    left = {name: one for name, one in bank.question_by_id.items() if name != "flying-up"}
    told = Page(report(replace(bank, question_by_id=left), store, now=NOW)).parts["Chosen answers"]
    assert "flying-up (no longer in the bank)" in told
    assert "its key points cannot be named" in told


# Words instead of numbers


def test_in_words_there_is_no_level_no_percent_and_no_drawing_of_levels(shipped, history):
    words_only(history)
    page = Page(report(shipped, history, now=NOW))
    assert list(page.parts) == PARTS
    assert not re.search(r"\d ?%|\d\.\d|\blevel \d", page.text)
    assert [svg["aria-label"].split(":")[0] for svg in page.of("svg") if svg.get("role")] == ["Practice by week"]
    assert "surely below its target" in page.parts["Weak areas"]
    assert re.search(r"Accuracy (relearn|practise|nearly|ready) \n", page.parts["Chosen answers"])


# Little, or nothing, or damaged


def test_an_empty_history_is_met_with_calm_words(bank, store):
    page = Page(report(bank, store, now=NOW))
    assert list(page.parts) == ["Nothing to show yet"]
    assert "Practice no attempt yet\nInterview no day is set yet\n" in page.text
    assert "Answer a question on the practice page" in page.text


def test_somebody_who_only_calibrated_sees_how_strictly_they_score(shipped, store):
    keep(store, rating(levels={"accuracy": 4}, reference={"accuracy": 2}))
    page = Page(report(shipped, store, now=NOW))
    assert list(page.parts) == ["Nothing to show yet", "How far your scores can be trusted"]
    assert "Accuracy +" in page.text


@pytest.mark.parametrize("question", ["general-why", "flying-up"])
def test_one_answer_is_enough_for_a_whole_report(bank, store, answer, question):
    answer(question, "The only one.")
    page = Page(report(bank, store, now=NOW))
    assert list(page.parts) == PARTS
    assert "1 attempt since 14 Nov 2026, at 1 of 4 questions" in page.text
    assert "There are too few answers to say anything about a competency yet." in page.text


def test_damaged_records_are_left_out_and_named(bank, store, answer):
    lost, wordless = answer("flying-up", "Lost."), answer("landing-down", "My words.")
    answer("flying-on", "Sound.", level=3)
    keep(store, bad := rating(role=bank.role))
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("UPDATE attempt SET checksum = 'x' WHERE id = ?", (lost.id,))
        connection.execute("UPDATE rating SET checksum = 'x' WHERE id = ?", (bad.id,))
        connection.execute("UPDATE answer SET text = 'Other words.' WHERE attempt = ?", (wordless.id,))
    page = Page(report(bank, store, now=NOW))
    assert next(iter(page.parts)) == "Left out"
    told = page.parts["Left out"]
    assert told.startswith("3 records are damaged and were left out of what follows.")
    why = "because its content differs from its checksum"
    assert f"attempt {lost.id} at 'flying-up', {why}" in told
    assert f"answer {wordless.id} at 'landing-down', {why}" in told
    assert f"rating {bad.id} at '{bad.question}', {why}" in told
    assert "Sound." in page.parts["Chosen answers"]
    assert "2 attempts since" in page.text


def test_many_damaged_records_are_counted_and_not_all_named(bank, store, answer):
    for _ in range(20):
        answer("flying-up", "It flies.")
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("UPDATE attempt SET checksum = 'x'")
    told = Page(report(bank, store, now=NOW)).parts["Left out"]
    assert told.startswith("20 records")
    assert told.count("attempt 0") == 12
    assert "8 more: recprep doctor names them all." in told


def test_damage_in_another_role_is_not_told(bank, store, answer):
    answer("flying-up", "It flies.")
    save(store, other := attempt(role="diver"))
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("UPDATE answer SET checksum = 'x' WHERE attempt = ?", (other.id,))
        connection.execute("UPDATE attempt SET checksum = 'x' WHERE id = ?", (other.id,))
    assert store.records(bank.role).left_out == []


def test_a_history_that_was_set_aside_is_told_first(bank, home):
    home.mkdir()
    (home / "history.db").write_bytes(b"not a database" * 400)
    with Store(home / "history.db") as store:
        page = Page(report(bank, store, now=NOW))
    assert next(iter(page.parts)) == "Please read this first"
    assert "damaged" in page.parts["Please read this first"]


# Nothing runs, nothing loads


@pytest.fixture
def hostile_bank(bank: Bank) -> Bank:
    """Give the small bank with hostile texts wherever it has room."""
    questions = {
        name: replace(
            one, prompt=f"{one.prompt} {HOSTILE}", pitfalls=(f"{name} {HOSTILE}",),
            key_points=tuple(replace(point, text=f"{point.text} {HOSTILE}") for point in one.key_points),
        )
        for name, one in bank.question_by_id.items()
    }  # fmt: skip
    areas = {name: replace(one, name=f"{one.name} {HOSTILE}") for name, one in bank.competency_by_id.items()}
    criteria = tuple(replace(row, name=f"{row.name} {HOSTILE}", asks=HOSTILE) for row in bank.rubric.criteria)
    return replace(
        bank, name=f"Pilot {HOSTILE}", question_by_id=questions, competency_by_id=areas,
        rubric=replace(bank.rubric, criteria=criteria), ask=(HOSTILE,),
    )  # fmt: skip


@pytest.fixture
def documents(hostile_bank: Bank, store: Store, answer: Callable) -> list[str]:
    """Give both documents of somebody who writes hostile answers to a hostile bank."""
    for days in range(8):
        for question in hostile_bank.question_by_id.values():
            answer(question, HOSTILE, days=days, level=3, levels={"structure": 4}, ticked="3", band="ready")
    keep(store, rating(role=hostile_bank.role, question=HOSTILE))
    with closing(sqlite3.connect(store.path)) as connection, connection:
        connection.execute("UPDATE rating SET checksum = 'x'")
    made = report(hostile_bank, store, now=NOW, name=HOSTILE), sheet(hostile_bank, store, now=NOW)
    assert all("hacked=1" in html for html in made)
    return list(made)


def test_no_text_becomes_anything_that_runs_or_loads(documents):
    for html in documents:
        page = Page(html)
        tags = {tag for tag, _ in page.tags}
        assert not tags & {
            "script",
            "img",
            "iframe",
            "object",
            "embed",
            "link",
            "base",
            "form",
            "video",
            "audio",
            "use",
        }
        assert len(page.of("style")) == len(page.of("html")) == 1
        assert not [
            name for _, attributes in page.tags for name in attributes if name.startswith("on") or name == "src"
        ]
        assert all(re.match(r"https?://|mailto:", link["href"]) for link in page.of("a"))
        assert {"href", "style", "xlink:href"} & {n for tag, at in page.tags if tag != "a" for n in at} == set()


def test_the_page_itself_forbids_whatever_would_load(documents):
    for html in documents:
        first = next(meta for meta in Page(html).of("meta") if "http-equiv" in meta)
        assert first["http-equiv"] == "Content-Security-Policy"
        assert first["content"].startswith("default-src 'none'; style-src 'unsafe-inline'")
        assert html.index("Content-Security-Policy") < html.index("<title>") < html.index("<style>")
        style = html.split("<style>")[1].split("</style>")[0]
        assert not re.search(r"url\(|@import|@font-face|expression", style)


def test_a_guides_markdown_is_shown_sanitised_as_everywhere(bank, store, answer):
    point = KeyPoint(text="**Hold** it, see [the rule](https://example.org/rule)", essential=True)
    answer(replace(bank.question_by_id["flying-up"], key_points=(point,)), "**mine**", ticked="0")
    html = report(bank, store, now=NOW)
    link = '<a href="https://example.org/rule" target="_blank" rel="noopener noreferrer">the rule</a>'
    assert f"<strong>Hold</strong> it, see {link}" in html
    assert "<p>**mine**</p>" in html  # a person's own words are no Markdown


def test_half_a_surrogate_pair_in_a_name_can_be_written(bank, store):
    report(bank, store, now=NOW, name="\ud83d").encode()


# The sheet for the morning


def test_the_sheet_has_lines_to_fill_in_and_the_day_where_it_is_known(shipped, history):
    assert (
        "Day Thursday 3 December 2026\nTime \nPlace or link \nAsk for \n" in Page(sheet(shipped, history, now=NOW)).text
    )
    assert "Day \nTime" in Page(sheet(shipped, history, now=datetime(2026, 12, 4, 9, tzinfo=UTC))).text


def test_its_parts_are_stories_pitfalls_what_was_left_out_and_questions(shipped, history):
    page = Page(sheet(shipped, history, now=NOW))
    assert list(page.parts) == [
        "Your strongest stories", "Pitfalls to avoid", "Left out most often", "Questions to ask them"
    ]  # fmt: skip
    assert "“My answer of day" in page.parts["Your strongest stories"]
    assert shipped.ask[0] in page.parts["Questions to ask them"]


def test_there_is_no_score_on_the_sheet(shipped, history):
    assert not re.search(r"\d ?%|\blevel\b|\d\.\d", Page(sheet(shipped, history, now=NOW)).text)


def test_a_story_is_the_best_of_its_competency_and_true_ones_come_first(bank, store, answer):
    answer("landing-down", "I would land. Then wait.", level=5, days=1)
    answer("flying-on", "I flew through. It went well. There was more.", level=4, days=2)
    answer("flying-on", "Not so well.", level=3, days=3)
    answer("flying-up", "A definition is no story.", level=5, days=4)
    told = Page(sheet(bank, store, now=NOW)).parts["Your strongest stories"].splitlines()
    assert [line for line in told if line] == [
        "What is flying-on? “I flew through. It went well.” Shows: Flying",
        "What is landing-down? “I would land. Then wait.” Shows: Landing",
    ]


@pytest.mark.parametrize(
    "changes",
    [{"level": 1, "levels": {"accuracy": 3, "judgement": 3}}, {"level": 5, "levels": {"judgement": 2}}],
    ids=["lowest band", "gate closed"],
)
def test_an_answer_that_failed_or_closed_the_gate_is_no_story(bank, store, answer, changes):
    answer("flying-on", "Do not tell this.", **changes)
    page = Page(sheet(bank, store, now=NOW))
    assert "Do not tell this." not in page.text
    assert next(iter(page.parts)) == "One story to have ready"


def test_before_any_story_there_is_a_frame_to_think_of_one(shipped, store):
    page = Page(sheet(shipped, store, now=NOW))
    assert list(page.parts) == ["One story to have ready", "Pitfalls to avoid", "Questions to ask them"]
    assert "Situation Where was it, and what was at stake? Keep it short." in page.text
    assert "your lowest criterion" not in page.text


def test_the_lowest_criterion_is_the_first_pitfall(bank, store, answer):
    answer("flying-on", "It flew.", levels={"evidence": 3})
    first = Page(sheet(bank, store, now=NOW)).parts["Pitfalls to avoid"].splitlines()[0]
    assert first == "Evidence, your lowest criterion: How is its evidence?"


def test_where_no_criterion_stands_out_none_is_named(bank, store, answer):
    answer("flying-on", "It flew.")
    assert "your lowest criterion" not in sheet(bank, store, now=NOW)


def test_pitfalls_are_of_the_weakest_areas_in_turn_the_worst_answer_first(bank, store, answer):
    for days in range(4):
        answer("flying-up", "It flies.", level=1, days=days, ticked="01")
        answer("flying-on", "It flew.", level=2, days=days, ticked="2")
        answer("landing-down", "It landed.", level=5, days=days)
    lessons = choosing.learn(store.attempts(), bank, bank.question_by_id.values())
    estimated = analysis.estimate_from_tally(store.tally(bank.role), bank, [])
    assert analysis.weak_areas(estimated) == ["flying"]
    own = {name: replace(one, pitfalls=(f"Of {name}.",)) for name, one in bank.question_by_id.items()}
    found = choosing.pitfalls(lessons, own.values(), estimated, most=5)
    assert [text for _, text in found] == ["Of flying-on.", "Of flying-up."]
    same = [replace(one, pitfalls=("The same.",)) for one in own.values()]
    assert len(choosing.pitfalls(lessons, same, estimated, most=5)) == 1


def test_pitfalls_and_key_points_are_only_of_questions_that_fit_the_person(bank, store, answer):
    for days in range(4):
        answer("landing-down", "It landed.", level=1, days=days, ticked="23")
    assert "landing-down" not in Page(sheet(bank, store, now=NOW)).text.replace("“", "")
    write_profile(store, Profile(jurisdiction="uk"), at=NOW)
    assert "One (What is landing-down?)" in Page(sheet(bank, store, now=NOW)).parts["Left out most often"]


def test_what_was_left_out_most_often_is_named_unless_it_was_said_the_last_time(bank, store, answer):
    answer("flying-up", "Once.", days=1, ticked="1")
    answer("flying-up", "Twice.", days=2, ticked="2")
    answer("flying-on", "Missed, then said.", days=1, ticked="2")
    answer("flying-on", "Now all of it.", days=2, ticked="01")
    answer("landing-down", "Nothing was ticked, so nothing is known.", days=3)
    answer("general-why", "Only once.", days=4, ticked="1")
    lessons = choosing.learn(store.attempts(), bank, bank.question_by_id.values())
    found = choosing.left_out_most(lessons, bank.question_by_id.values(), most=4)
    assert [(question.id, point.text) for question, point in found] == [("flying-up", "One"), ("general-why", "One")]
    assert lessons.missed["flying-up", 0] == 2


def test_answers_to_an_older_text_of_a_question_teach_nothing_about_its_key_points(bank, store, answer):
    answer(replace(bank.question_by_id["flying-up"], prompt="As it was?"), "Then.", ticked="2")
    lessons = choosing.learn(store.attempts(), bank, bank.question_by_id.values())
    assert not lessons.latest
    assert not lessons.missed


def test_the_questions_of_the_bank_come_in_its_order_and_without_any_the_part_is_left_out(bank, store):
    asking = replace(bank, ask=("What do **you** fly?", "Who lands it?"))
    told = Page(sheet(asking, store, now=NOW)).parts["Questions to ask them"]
    assert "What do you fly?\nWho lands it?\n" in told
    assert "Questions to ask them" not in Page(sheet(bank, store, now=NOW)).parts


# Kept to one page


def item(text: str) -> Item:
    return Item(html=text, text=text)


def test_the_longest_part_gives_first_and_none_goes_below_its_least_while_another_can():
    long = Part(heading="Long", items=[item(f"l{n} " * 20) for n in range(5)], least=3)
    short = Part(heading="Short", items=[item(f"s{n}") for n in range(5)], least=2)
    assert fit([long, short], lines=100, per_line=40) == [long, short]
    left = fit([long, short], lines=15, per_line=40)
    assert [len(part.items) for part in left] == [3, 5]
    left = fit([long, short], lines=12, per_line=40)
    assert [len(part.items) for part in left] == [3, 2]
    left = fit([long, short], lines=8, per_line=40)
    assert [len(part.items) for part in left] == [1, 2]
    assert left[0].items == long.items[:1]


@given(st.lists(st.text(max_size=400), max_size=12), st.integers(min_value=3, max_value=40))
def test_what_is_left_always_fits(texts, lines):
    parts = [Part(heading="A", items=[item(text) for text in texts]), Part(heading="B", items=[item("b")], lead="Lead")]
    left = fit(parts, lines=lines, per_line=30)
    taken = sum(2 + bool(part.lead) + sum(lines_of(one.text, 30) for one in part.items) for part in left)
    assert taken <= lines


@given(st.text(), st.integers(min_value=8, max_value=90))
def test_a_shortened_text_is_one_line_of_at_most_its_width_and_begins_as_the_text(text, most):
    short = shortened(text, most)
    assert width(short) <= most
    assert "\n" not in short
    assert " ".join(text.split()).startswith(short.removesuffix(" …"))


@given(st.text(), st.integers(min_value=8, max_value=90))
def test_an_opening_is_no_longer_than_its_room(text, most):
    assert width(opening(text, most)) <= most


def test_an_opening_keeps_whole_sentences_where_it_can():
    assert opening("One. Two. Three.", 40) == "One. Two."
    assert opening("One. A second sentence with far too many words.", 20) == "One."
    assert opening("No end in sight, and so it has to be cut", 20) == "No end in sight …"
    assert opening("", 20) == ""
    assert len(opening("a" + "\u0301" * 10_000, 20)) < 100


def test_bare_words_have_no_markup_and_no_tag():
    assert bare("**Hold** <b>it</b>\n\n- one\n- [two](https://example.org)") == "Hold <b>it</b> one two"


def test_hostile_and_endless_texts_take_no_more_lines_than_there_are(documents):
    page = Page(documents[1])
    lines = sum(lines_of(line, morning.PER_LINE) for part in page.parts.values() for line in part.splitlines() if line)
    assert lines + 2 * len(page.parts) <= morning.LINES + lines_of(morning.CLOSING, morning.PER_LINE)


# As a file


WRITERS = {"report": write_report, "interview-sheet": write_sheet}


@pytest.mark.parametrize("name", WRITERS)
def test_a_document_is_a_new_file_for_its_owner_only(bank, store, answer, folder, name):
    answer("flying-up", "It flies.")
    first, second = (WRITERS[name](bank, store, folder, now=NOW) for _ in range(2))
    assert [first.name, second.name] == [f"recprep-{name}-2026-11-23.html", f"recprep-{name}-2026-11-23-2.html"]
    assert sorted(folder.iterdir()) == sorted([first, second])
    assert stat.S_IMODE(first.stat().st_mode) == 0o600
    assert first.read_text(encoding="utf-8") == second.read_text(encoding="utf-8")


def test_a_copy_without_answers_says_so_in_its_name(bank, store, folder):
    made = write_report(bank, store, folder, now=NOW, answers=False)
    assert made.name == "recprep-report-2026-11-23-without-answers.html"


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.ENOSPC, r"The disk is full, and nothing was exported to .*mine\. Free some space"),
        (errno.EROFS, r"may not write in .*mine, and nothing was exported\. Allow"),
    ],
)
def test_a_full_disk_leaves_no_half_file(bank, store, folder, monkeypatch, code, sentence):
    store.count()

    def fail(_handle: int) -> None:
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(Problem, match=sentence):
        write_report(bank, store, folder, now=NOW)
    monkeypatch.undo()
    assert list(folder.iterdir()) == []


def test_being_stopped_leaves_no_half_file(bank, store, folder, monkeypatch):
    store.count()
    seen: list[str] = []

    def stop(_handle: int) -> None:
        seen.extend(one.name for one in folder.iterdir())
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", stop)
    with pytest.raises(KeyboardInterrupt):
        write_sheet(bank, store, folder, now=NOW)
    monkeypatch.undo()
    assert [".unfinished" in name for name in seen] == [True]
    assert list(folder.iterdir()) == []


def test_on_a_disk_without_links_the_file_is_moved_into_place(bank, store, folder, monkeypatch):
    def no_links(*_paths: object) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", no_links)
    made = write_sheet(bank, store, folder, now=NOW)
    assert list(folder.iterdir()) == [made]


@pytest.mark.parametrize("write", WRITERS.values())
def test_the_rules_for_folders_are_those_of_export_and_come_before_the_work(bank, store, folder, write, monkeypatch):
    monkeypatch.setattr(Store, "records", lambda *_: pytest.fail("the history was read in vain"))
    with pytest.raises(Problem, match=r"There is no folder .*nowhere\. Make it first"):
        write(bank, store, folder / "nowhere", now=NOW)
    with pytest.raises(Problem, match="belongs to the workbook itself"):
        write(bank, store, paths.shipped("data"), now=NOW)


# What they rest on


def test_what_to_ask_is_read_from_the_bank_in_its_order():
    entries, unfit = read_entries(bank_texts(bank=f"{BANK}ask: ['Who signs?', What was destroyed last?]\n"), schemas())
    assert not unfit
    assert build(entries).ask == ("Who signs?", "What was destroyed last?")


def test_what_is_no_question_is_found_with_its_line():
    [finding] = lint(bank_texts(bank=f"{BANK}ask:\n  - Who signs?\n  - Tell me.\n"), schemas())
    assert str(finding).startswith("bank.yml:7: ask: 'Tell me.' does not fit: One question, ending in a question mark.")


def test_the_first_bank_has_questions_enough_to_choose_from():
    assert 6 <= len(load_bank().ask) <= 8


def test_records_are_all_that_was_scored_in_a_role_without_what_was_withdrawn(bank, store, answer):
    first, second = answer("flying-up", "One."), answer("flying-on", "Two.")
    save(store, attempt(role="diver"))
    keep(store, mine := rating(role=bank.role))
    keep(store, rating(role="diver"))
    store.withdraw(first.id, at=NOW)
    records = store.records(bank.role)
    assert [one.id for one in records.attempts] == [second.id]
    assert records.ratings == [mine]
    assert records.left_out == []


def test_the_bias_on_a_whole_answer_is_what_the_estimates_are_corrected_for(shipped, history):
    ratings, added = history.ratings(shipped.role), history.tally(shipped.role)
    whole = analysis.whole_answer_bias(added, shipped, ratings)
    sums = analysis.tally.sums(added, list(shipped.competency_by_id), KINDS)
    assert (whole.bias, whole.sd**2) == pytest.approx(analysis.overall_bias(ratings, shipped.rubric, sums))
    assert whole.ratings == len(ratings)
