"""What every browser-side part shares: its .js and .css lie beside it, and it shows nothing in a saved page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import RLock
from typing import Any

import anywidget

FOLDER = Path(__file__).parent
IN_TURN = RLock()  # messages come in two threads: the kernel's main one, and the one that JupyterLab begins for widgets


class Part(anywidget.AnyWidget):
    """A browser-side part with a fixed text form, so that a saved notebook holds nothing personal."""

    def __init__(self, **traits: Any) -> None:
        self._handlers: dict[str, Callable[[dict], None]] = {}
        self._newest: dict[tuple[str, ...], int] = {}
        super().__init__(**traits)
        self.on_msg(self._receive)

    def __repr__(self) -> str:
        return type(self).__name__

    def on(self, kind: str, handler: Callable[[dict], None]) -> None:
        """Call `handler` with each message of this kind that the browser sends."""
        self._handlers[kind] = handler

    def _receive(self, _widget: object, content: Any, _buffers: object) -> None:
        if not isinstance(content, dict) or not (handler := self._handlers.get(str(content.get("type")))):
            return
        if not ("page" in content and isinstance(content.get("number"), int)):
            handler(content)
            return
        with IN_TURN:
            if not self._is_overtaken(content):
                handler(content)

    def _is_overtaken(self, content: dict) -> bool:
        """Say whether a newer message of the same page about the same thing came before this one.

        While a page opens, JupyterLab changes the thread that takes its messages. One that waits for a busy main
        thread comes later than those sent after it, and must not undo them.
        """
        about = tuple(str(content.get(name)) for name in ("type", "page", "id"))
        self._newest[about] = max(content["number"], self._newest.get(about, 0))
        return content["number"] < self._newest[about]
