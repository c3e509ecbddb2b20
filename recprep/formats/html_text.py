"""From HTML to the text that a person sees, and back. Pure; whatever stands in the HTML, nothing of it is run.

`html.parser` takes quadratic time for tags that are not closed, so tags are found by shapes that are linear.
"""

from __future__ import annotations

import re
from html import escape, unescape

_UNSEEN = re.compile(r"<(?:style|script)\b[^<>]*>[^<]*", re.IGNORECASE)
_BREAK = re.compile(r"<br\b[^<>]*>", re.IGNORECASE)
_BLOCKS = re.compile(
    r"(?:<br\b[^<>]*>)?(?:</?(?:blockquote|center|d[dlt]|div|h[1-6r]|li|ol|p|pre|table|tr|ul)\b[^<>]*> *)+",
    re.IGNORECASE,
)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<![^<>]*>")
_NO_LETTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


def written(text: str) -> str:
    r"""Give a text as HTML.

    Examples
    --------
    >>> written("1 < 2,\nindeed")
    '1 &lt; 2,<br>indeed'
    """
    return escape(text, quote=False).replace("\t", "&#9;").replace("\n", "<br>")


def read(told: str) -> str:
    r"""Give what a person sees of some HTML, and exactly what `written` was given: a line for each block.

    Examples
    --------
    >>> read("<p>1 &lt; 2,<br>indeed</p><p>Next</p>"), read(written("1 < 2,\nindeed"))
    ('1 < 2,\nindeed\nNext', '1 < 2,\nindeed')
    """
    told = re.sub(r"[\t\r\n]+", " ", told)
    if "<" in told:
        told = _BREAK.sub("\n", _BLOCKS.sub("\n", _UNSEEN.sub("", told)))
        told = _TAG.sub("", told)
    return _NO_LETTERS.sub("", unescape(told.replace("&nbsp;", " "))).strip()
