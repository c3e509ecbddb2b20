"""GIFT, the text format in which Moodle gives and takes questions: a question with its guide is an essay with feedback.

Of other people's files those questions are taken that an interviewer could ask; what needs its options is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from recprep.core.bank import Bank
from recprep.core.carried import asked, said_of
from recprep.core.imported import Imported, ImportedQuestion, LeftOut
from recprep.core.models import Question
from recprep.formats import asking, gift_parsing, guide_text, html_text, items, quiz
from recprep.formats.decoding import decode
from recprep.formats.gift_answers import Answer
from recprep.formats.gift_marks import Text, escaped
from recprep.formats.gift_parsing import Broken, category_path, parse
from recprep.formats.quiz import Quiz
from recprep.formats.study_sheet import competency_name, described_source
from recprep.formats.text import plain, shortened

NAME = "gift"
ABOUT = "GIFT: questions for Moodle, and from it"
ENDINGS = (".gift", ".txt")
ENDING = ".gift"
LEAVES_OUT = ("rubric", "competencies", "sources", "exemplars")

MOST_QUESTIONS = 20_000
TOO_MANY_QUESTIONS = f"it has more than {MOST_QUESTIONS:,} questions, and no list of questions has"
MOST_GUIDE = 50_000  # characters: far more than the longest guide has
LOOKED_AT = 50_000  # characters, to tell whether a file is in this format

_SURE = re.compile(r"^(?:\$CATEGORY:|::(?!:)[^\n]{1,300}?(?<!:)::(?!:))", re.MULTILINE)
_OTHER_MARKUP = re.compile(r"#{1,6}\s|[-*+•>|]\s|\d{1,4}[.)]\s|```|~~~|<[a-z!]", re.IGNORECASE)


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
    return bool(one.answers) or one.type == quiz.ESSAY


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
    found = Quiz(place)
    for number, entry in enumerate(parse(decoded.text)):
        if number == MOST_QUESTIONS:
            return Imported(left_out=(LeftOut(place, 0, TOO_MANY_QUESTIONS),))
        if isinstance(entry, Broken):
            found.leave(entry.why, told=entry.text, line=entry.line)
        else:
            _take(found, entry)
    return found.imported(*([f"{place}: {decoded.note}."] if decoded.note else []))


def _take(found: Quiz, question: gift_parsing.Question) -> None:
    """Take a question over, or leave it out with the reason why."""
    found.category, prompt = question.category, _prompt(question)
    if question.type == quiz.ESSAY and prompt and len(prompt) <= asking.MOST_PROMPT:
        text = _markdown(question.feedback)
        if said := guide_text.read(text) if len(text) <= MOST_GUIDE else None:
            own = question.text.text if question.text.format == "plain" else prompt
            found.take(asked({**said, "prompt": own}, line=question.line))
            return
    if why := quiz.reason_against(prompt, question.type):
        found.leave(why, told=prompt, line=question.line)
    else:
        found.take(ImportedQuestion(prompt, question.line, answer=_answer(question)))


def _prompt(question: gift_parsing.Question) -> str:
    text, form = question.text
    if form == "markdown":
        return plain(text)
    return " ".join((html_text.read(text) if form == "html" else text).split())


def _answer(question: gift_parsing.Question) -> str | None:
    """Give the right answers with what is said to each, what is said to wrong ones, and to all, as Markdown."""
    told = [line for one in question.answers if (line := _told(one, question.type))]
    listed = told[0] if len(told) == 1 else items.written(told)
    parts = filter(None, (listed, _markdown(question.feedback)))
    return shortened("\n\n".join(parts), asking.MOST_ANSWER) or None


def _told(answer: Answer, kind: str) -> str:
    feedback = _markdown(answer.feedback)
    said = _number_in_words(answer.text.text) if kind == quiz.NUMERICAL else _markdown(answer.text)
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
    described = {key: described_source(source) for key, source in bank.source_by_key.items()}
    before = None
    for question in bank.question_by_id.values():
        category = _category(bank, question)
        if category != before:
            yield f"{gift_parsing.CATEGORY} {category}"
        yield _question_written(question, described)
        before = category


def _category(bank: Bank, question: Question) -> str:
    names = [_one_line(name) for name in (bank.name, competency_name(bank, question)) if name]
    # A name that looks like a place in Moodle would be taken for one, so such a place is put before it.
    return category_path(["$course$", "top", *names] if quiz.is_context(names[0]) else names)


def _question_written(question: Question, described: Mapping[str, str]) -> str:
    tags = (f"[tag:{tag}]" for tag in (question.kind, question.seniority) if tag)
    guide = guide_text.written(said_of(question), sources=described)
    return (
        f"{gift_parsing.COMMENT} {' '.join((f'[id:{question.id}]', *tags))}\n"
        f"::{escaped(question.id)}::[plain]{escaped(question.prompt)}{{####[markdown]{escaped(guide)}}}"
    )


def _one_line(text: str) -> str:
    return text.replace("\n", " ")
