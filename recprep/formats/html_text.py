"""From HTML to the text that a person sees, and back. Pure; whatever stands in the HTML, nothing of it is run."""

from __future__ import annotations

import html
from html.parser import HTMLParser

BREAKING = frozenset({"p", "div", "br", "li", "ul", "ol", "tr", "table", "h1", "h2", "h3", "h4", "pre", "blockquote"})
UNSEEN = frozenset({"script", "style", "head", "template"})


def written(text: str) -> str:
    r"""Give a text as HTML.

    Examples
    --------
    >>> written("1 < 2,\nindeed")
    '1 &lt; 2,<br>indeed'
    """
    return html.escape(text, quote=False).replace("\n", "<br>")


def read(told: str) -> str:
    r"""Give the text of some HTML: tags off, entities decoded, a line for each block.

    Examples
    --------
    >>> read("<p>1 &lt; 2,<br>indeed</p><p>Next</p>"), read(written("1 < 2,\nindeed"))
    ('1 < 2,\nindeed\nNext', '1 < 2,\nindeed')
    """
    if "<" not in told:
        return html.unescape(told).strip()
    reader = _Reader()
    reader.feed(told)
    reader.close()
    return "".join(reader.parts).strip()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._unseen = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._unseen += tag in UNSEEN
        if tag == "br" or (tag in BREAKING and self.parts and not self.parts[-1].endswith("\n")):
            self.parts.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self._unseen -= tag in UNSEEN and self._unseen > 0
        if tag in BREAKING and tag != "br" and self.parts and not self.parts[-1].endswith("\n"):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._unseen:
            self.parts.append(data)
