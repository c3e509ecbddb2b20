"""How the workbook ends: Ctrl+C, SIGTERM and a closed terminal are one and the same."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager

NAMES = ("SIGINT", "SIGTERM", "SIGHUP")


@contextmanager
def signals_interrupt() -> Iterator[None]:
    """Let each of these signals raise `KeyboardInterrupt`. Under `nohup`, a closed terminal stays ignored."""
    with _handled_by(signal.default_int_handler):
        yield


@contextmanager
def signals_wait() -> Iterator[None]:
    """Let nothing interrupt the closing, which takes a second or two."""
    with _handled_by(signal.SIG_IGN):
        yield


@contextmanager
def _handled_by(handler: object) -> Iterator[None]:
    known = [getattr(signal, name) for name in NAMES if hasattr(signal, name)]
    ours = [one for one in known if one == signal.SIGINT or signal.getsignal(one) is not signal.SIG_IGN]
    before = {one: signal.signal(one, handler) for one in ours}
    try:
        yield
    finally:
        for one, was in before.items():
            signal.signal(one, was)
