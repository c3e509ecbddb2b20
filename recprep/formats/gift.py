"""GIFT, the text format in which Moodle gives and takes questions: a question with its guide is an essay with feedback.

Of other people's files those questions are taken that an interviewer could ask; what needs its options is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from recprep.core.bank import Bank
from recprep.core.carried import asked, said_of
from recprep.core.imported import Imported, ImportedQuestion, ImportedRole, LeftOut
from recprep.core.models import Question
from recprep.formats import asking, gift_parsing, guide_text, html_text, items
from recprep.formats.decoding import decode
from recprep.formats.gift_parsing import Answer, Broken, Text, category_path, escaped, parse
from recprep.formats.markdown_titles import role_name
from recprep.formats.text import plain, shortened

NAME = "gift"
ABOUT = "GIFT: questions for Moodle, and from it"
ENDINGS = (".gift", ".txt")
ENDING = ".gift"
LEAVES_OUT = ("rubric", "competencies", "sources", "exemplars")

NEEDS_OPTIONS = "it is a multiple choice question that cannot be asked without its options"
TYPES_LEFT_OUT = {
    gift_parsing.TRUE_FALSE: "it is a true or false question: a statement to judge, which asks for no answer in words",
    gift_parsing.MATCHING: "it is a matching question: it gives both halves, which no interviewer does",
    gift_parsing.MISSING_WORD: "it is a missing word question: a sentence with a gap, which nobody can say aloud",
    gift_parsing.DESCRIPTION: "it is a description: a text without braces, which asks nothing",
}
MOST_QUESTIONS = 20_000
TOO_MANY_QUESTIONS = f"it has more than {MOST_QUESTIONS:,} questions, and no list of questions has"
MOST_GUIDE = 50_000  # characters: far more than the longest guide has
LOOKED_AT = 50_000  # characters, to tell whether a file is in this format

_SURE = re.compile(r"^(?:\$CATEGORY:|::(?!:)[^\n]{1,300}?(?<!:)::(?!:))", re.MULTILINE)
_OTHER_MARKUP = re.compile(r"#{1,6}\s|[-*+•>|]\s|\d{1,4}[.)]\s|```|~~~|<[a-z!]", re.IGNORECASE)
_LEANS = re.compile(
    r"___|…|\.\.\.|\b(?:below|above|following|of (?:these|those)|"
    r"(?:select|choose|pick|tick|mark|check) (?:all|any|one|two|the|an?)|"
    r"(?:which|what) (?:one|statements?|answers?|options?|choices?|sentences?|is (?:not|true|false|correct))|"
    r"(?:correct|right|best|true|false) (?:answers?|options?|choices?|statements?)|except)\b",
    re.IGNORECASE,
)
_CONTEXT = re.compile(r"\$[a-z]+\d*\$")
_DEFAULT = "Default for "  # how Moodle names the first category of a course


def recognises(content: str | bytes) -> bool:
    """Whether a text has a title or a category as only GIFT has them, or is for the most part questions with answers.

    Examples
    --------
    >>> recognises("Why rye? {}"), recognises("- Why rye?")
    (True, False)
    """
    text = decode(content).text
    if text is None:
        return False
    begins = text[:LOOKED_AT]
    return bool(_SURE.search(begins)) or _is_mostly_questions(begins)


def _is_mostly_questions(text: str) -> bool:
    entries = tuple(parse(text))
    good = [one for one in entries if not isinstance(one, Broken) and _is_surely_one(one)]
    return 2 * len(good) > len(entries)


def _is_surely_one(one: gift_parsing.Question) -> bool:
    if _OTHER_MARKUP.match(one.text.text) or " " not in one.text.text:
        return False
    return bool(one.answers) or one.type == gift_parsing.ESSAY


def read(content: str | bytes, *, place: str) -> Imported:
    """Read the questions of a file that can be asked without options, with their answers or guides.

    Parameters
    ----------
    content : str or bytes
    place : str
        The file, as seen from where the import began.

    Returns
    -------
    Imported
        One role: named by the first name of the categories where all begin alike, or else by the file.
    """
    decoded = decode(content)
    if decoded.text is None:
        return Imported(left_out=(LeftOut(place, 0, decoded.why),))
    entries = tuple(islice(parse(decoded.text), MOST_QUESTIONS + 1))
    if len(entries) > MOST_QUESTIONS:
        return Imported(left_out=(LeftOut(place, 0, TOO_MANY_QUESTIONS),))
    questions, left_out = _parted(entries, place)
    notes = (f"{place}: {decoded.note}.",) if decoded.note else ()
    if not questions:
        return Imported((), (*left_out, LeftOut(place, 0, asking.NO_QUESTIONS)), notes)
    name = shortened(_common_name(entries), asking.MOST_NAME) or role_name("", place)
    return Imported((ImportedRole(name, place, questions),), left_out, notes)


def _parted(
    entries: Sequence[gift_parsing.Question | Broken], place: str
) -> tuple[tuple[ImportedQuestion, ...], tuple[LeftOut, ...]]:
    named_alike = bool(_common_name(entries))
    questions: dict[tuple[str | None, str], ImportedQuestion] = {}
    left_out = []
    for entry in entries:
        found = entry.why if isinstance(entry, Broken) else _taken(entry, named_alike)
        if isinstance(found, str):
            left_out.append(LeftOut(place, entry.line, found, _begins(entry)))
        elif (key := ((found.said or {}).get("id"), found.prompt)) in questions:
            left_out.append(LeftOut(place, entry.line, asking.TWICE, _begins(entry)))
        else:
            questions[key] = found
    return tuple(questions.values()), tuple(left_out)


def _begins(entry: gift_parsing.Question | Broken) -> str:
    text = entry.text if isinstance(entry, Broken) else _prompt(entry)
    return shortened(" ".join(text[: 4 * asking.MOST_NAME].split()), asking.MOST_NAME)


def _common_name(entries: Sequence[gift_parsing.Question | Broken]) -> str:
    """Give the first name of all categories; empty where they differ, or where a question has none."""
    names = {_names(one.category)[:1] for one in entries if not isinstance(one, Broken)}
    return next(iter(names))[0] if len(names) == 1 and () not in names else ""


def _names(category: tuple[str, ...]) -> tuple[str, ...]:
    """Give the names of a category without those that only say where in Moodle it was."""
    if not category or not _CONTEXT.fullmatch(category[0]):
        return category
    names = category[2:] if category[1:2] == ("top",) else category[1:]
    return (names[0].removeprefix(_DEFAULT), *names[1:]) if names else ()


def _topic(category: tuple[str, ...], named_alike: bool) -> str | None:
    names = _names(category)[named_alike:]
    return shortened(names[-1], asking.MOST_NAME) if names else None


def _taken(question: gift_parsing.Question, named_alike: bool) -> ImportedQuestion | str:
    """Give a question as it is taken over, or the reason why it is not."""
    topic = _topic(question.category, named_alike)
    prompt = _prompt(question)
    if question.type == gift_parsing.ESSAY and prompt and len(prompt) <= asking.MOST_PROMPT:
        text = _markdown(question.feedback)
        if said := guide_text.read(text) if len(text) <= MOST_GUIDE else None:
            own = question.text.text if question.text.format == "plain" else prompt
            return asked({"prompt": own, **said}, line=question.line, topic=topic)
    why = _reason_against(prompt, question.type)
    return why or ImportedQuestion(prompt, question.line, topic, _answer(question))


def _prompt(question: gift_parsing.Question) -> str:
    text, form = question.text
    if form == "markdown":
        return plain(text)
    return " ".join((html_text.read(text) if form == "html" else text).split())


def _reason_against(prompt: str, kind: str) -> str | None:
    if kind in TYPES_LEFT_OUT:
        return TYPES_LEFT_OUT[kind]
    if kind == gift_parsing.SHORT_ANSWER and "___" in prompt:
        return TYPES_LEFT_OUT[gift_parsing.MISSING_WORD]
    if kind == gift_parsing.MULTIPLE_CHOICE and (not asking.asks(prompt) or _LEANS.search(prompt)):
        return NEEDS_OPTIONS
    return asking.reason_against(prompt, listed_as_question=kind == gift_parsing.ESSAY)


def _answer(question: gift_parsing.Question) -> str | None:
    """Give the right answers with what is said to each, what is said to wrong ones, and to all, as Markdown."""
    told = [line for one in question.answers if (line := _told(one, question.type))]
    listed = told[0] if len(told) == 1 else items.written(told)
    parts = filter(None, (listed, _markdown(question.feedback)))
    return shortened("\n\n".join(parts), asking.MOST_ANSWER) or None


def _told(answer: Answer, kind: str) -> str:
    feedback = _markdown(answer.feedback)
    said = _number_in_words(answer.text.text) if kind == gift_parsing.NUMERICAL else _markdown(answer.text)
    if not answer.fraction or answer.fraction < 0:
        return feedback and f"Not {said or 'any other'}: {feedback}"
    share = f" ({100 * answer.fraction:g}%)" if answer.fraction < 1 else ""
    return f"{said}{share}: {feedback}" if feedback else f"{said}{share}"


def _number_in_words(text: str) -> str:
    if ".." in text:
        return " to ".join(one.strip() for one in text.split("..", 1))
    number, _, tolerance = (one.strip() for one in text.partition(":"))
    return f"{number}, give or take {tolerance}" if tolerance.strip("0.") else number


def _markdown(text: Text) -> str:
    return html_text.read(text.text) if text.format == "html" else text.text


def write(bank: Bank) -> bytes:
    """Write the questions of a bank as essays, each with its guide as the feedback that Moodle shows after the answer.

    Parameters
    ----------
    bank : Bank

    Returns
    -------
    bytes
    """
    return ("\n\n".join(_written(bank)) + "\n").encode()


def _written(bank: Bank) -> Iterator[str]:
    yield f"// {_one_line(bank.name)}"
    described = {key: _described(one.title, one.year) for key, one in bank.source_by_key.items()}
    before = None
    for question in bank.question_by_id.values():
        category = _category(bank, question)
        if category != before:
            yield f"{gift_parsing.CATEGORY} {category}"
        yield _question_written(question, described)
        before = category


def _category(bank: Bank, question: Question) -> str:
    competency = bank.competency_by_id.get(question.competency)
    names = [_one_line(bank.name), *([_one_line(competency.name)] if competency else [])]
    # A name that looks like a place in Moodle would be taken for one, so such a place is put before it.
    return category_path(["$course$", "top", *names] if _CONTEXT.fullmatch(names[0]) else names)


def _question_written(question: Question, described: Mapping[str, str]) -> str:
    tags = (f"[tag:{tag}]" for tag in (question.kind, question.seniority) if tag)
    guide = guide_text.written(said_of(question), sources=described)
    return (
        f"{gift_parsing.COMMENT} {' '.join((f'[id:{question.id}]', *tags))}\n"
        f"::{escaped(question.id)}::[plain]{escaped(question.prompt)}{{####[markdown]{escaped(guide)}}}"
    )


def _described(title: str, year: int | None) -> str:
    return f"{title} ({year})" if year else title


def _one_line(text: str) -> str:
    return text.replace("\n", " ")
