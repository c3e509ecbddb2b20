"""Python's search for garbage, put off while many records are made."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_search_for_garbage() -> Iterator[None]:
    """Have Python look for no circles of garbage meanwhile: thousands of records are made, none of them in a circle.

    It would look at all of them again and again; a fifth of the time that reading a long history takes.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
