"""What is around a document: a page that may load nothing and run nothing, with its style inside."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from recprep.core.fingerprint import clean
from recprep.ui.text import plain

POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def document(title: str, body: str, *, styles: Sequence[str]) -> str:
    """Give a whole HTML page.

    Parameters
    ----------
    title : str
        Plain text.
    body : str
        Safe HTML.
    styles : sequence of str
        Names of style sheets in this folder, which come after the one that all documents share.
    """
    look = "\n".join(_style(name) for name in ("document.css", *styles))
    return clean(
        "<!DOCTYPE html>\n"
        '<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n<meta name="referrer" content="no-referrer">\n'
        f"<title>{plain(title)}</title>\n<style>\n{look}</style>\n</head>\n"
        f"<body>\n<main>\n{body}\n</main>\n</body>\n</html>\n"
    )


def _style(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
