"""What counts as a question, for readers of text that people wrote by hand; what does not is left out with a reason.

A question has a question mark at the end of a sentence, or begins with a word by which an interviewer asks for
something ("Describe", "Walk me through"), or with a question word and has three words or more.
"""

from __future__ import annotations

import re

MOST_PROMPT = 500  # characters, as in a bank
MOST_ANSWER = 2400
MOST_NAME = 80
MOST_DESCRIPTION = 1200
TAIL = 12  # words after the last question mark that can still belong to the question

ONLY_A_LINK = "it is nothing but a link"
NOT_ASKED = "it asks nothing"
TOO_LONG = f"it is longer than {MOST_PROMPT} characters"
TWICE = "it stands in this file twice"
BELOW = "it is a point below a question"
NO_QUESTIONS = "no question was found in it"

_REQUESTS = (
    "ask|calculate|classify|compare|consider|contrast|convince|debug|define|demonstrate|derive|describe|design|detail|"
    "differentiate|discuss|distinguish|draw|elaborate|enumerate|estimate|evaluate|explain|give|highlight|identify|"
    "illustrate|imagine|implement|introduce yourself|list|mention|name|outline|persuade|picture|pitch|please|point out|"
    "prove|provide|rank|rate|recall|role-play|roleplay|sell|share|show|sketch|state|suggest|summari[sz]e|suppose|"
    "take (?:me|us)|talk (?:me|us|about|through)|teach|tell|think (?:of|about)|translate|try to|walk (?:me|us|through)|"
    "write|you (?:are|have|notice|find|see|discover)"
)
_QUESTION_WORDS = (
    "what|what's|which|who|who's|whom|whose|when|where|why|how|is|are|was|were|do|does|did|can|could|would|should|"
    "will|have|has|had|may|might|if"
)
_MARK = re.compile(r"\?[\"'”’)\]*_`»!]*(?=\s|$)|[？؟]")
_REQUEST = re.compile(rf"\W*(?:(?:now|then|so|and|next|briefly),?\s+)?(?:{_REQUESTS})\b", re.IGNORECASE)
_WORDED = re.compile(rf"\W*(?:{_QUESTION_WORDS})\s+(?!to\b|we\b)\S+\s+\S+", re.IGNORECASE)
_LABEL = re.compile(
    r"\s*(?:\[[ xX]\]\s+)?"
    r"(?:(?:q|que|ques|question)\s*\.?\s*#?\d*\s*[.:)\-–—]+\s*|\(?\d{1,4}\s*[.):]\s+|\(?[a-z][.)]\s+|#\d+\s*[.:)]?\s+)?",
    re.IGNORECASE,
)
_ANSWER_LABEL = re.compile(
    r"\s*(?:\*\*|__)?\s*(?:a|ans|answer|sample answer)\s*[.:)\-–—]+\s*(?:\*\*|__)?\s*", re.IGNORECASE
)


def asks(text: str) -> bool:
    """Whether a line of plain text asks something.

    Examples
    --------
    >>> [asks(text) for text in ("What is a hold?", "Describe a hold", "What is a hold", "How to use this list")]
    [True, True, True, False]
    """
    if _MARK.search(text) or _REQUEST.match(text):
        return True
    return bool(_WORDED.match(text)) and not text.rstrip().endswith((".", ":", "!"))


def reason_against(text: str, *, listed_as_question: bool = False) -> str | None:
    """Say why a line of plain text is left out, or None when it is a question.

    Parameters
    ----------
    text : str
    listed_as_question : bool
        It stands in a list or column that is headed as one of questions, so two words are enough.
    """
    if len(text) > MOST_PROMPT:
        return TOO_LONG
    return None if (listed_as_question and " " in text) or asks(text) else NOT_ASKED


def without_label(text: str) -> str:
    """Take "Q3:", "12." or a box to tick from the beginning of a line.

    Examples
    --------
    >>> without_label("Q3: Why?"), without_label("[ ] 7) Why?"), without_label("3D printing: how?")
    ('Why?', 'Why?', '3D printing: how?')
    """
    return text[_LABEL.match(text).end() :]


def without_answer_label(text: str) -> str:
    """Take "A:" or "**Answer:**" from the beginning of an answer."""
    found = _ANSWER_LABEL.match(text)
    return text[found.end() :] if found else text


def split_answer(text: str) -> tuple[str, str]:
    """Split a line into the question and the answer that follows its last question mark, often none.

    Examples
    --------
    >>> split_answer("Why? Explain it briefly.")
    ('Why? Explain it briefly.', '')
    """
    marks = list(_MARK.finditer(text))
    if not marks:
        return text, ""
    head, tail = text[: marks[-1].end()], text[marks[-1].end() :].lstrip(" :–—-\n")
    if len(tail.split()) <= TAIL or _REQUEST.match(tail):
        return text, ""
    return head, tail
