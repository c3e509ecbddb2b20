"""What every browser-side part shares: its .js and .css lie beside it, and it shows nothing in a saved page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import anywidget

FOLDER = Path(__file__).parent


class Part(anywidget.AnyWidget):
    """A browser-side part with a fixed text form, so that a saved notebook holds nothing personal."""

    def __init__(self, **traits: Any) -> None:
        self._handlers: dict[str, Callable[[dict], None]] = {}
        super().__init__(**traits)
        self.on_msg(self._receive)

    def __repr__(self) -> str:
        return type(self).__name__

    def on(self, kind: str, handler: Callable[[dict], None]) -> None:
        """Call `handler` with each message of this kind that the browser sends."""
        self._handlers[kind] = handler

    def _receive(self, _widget: object, content: Any, _buffers: object) -> None:
        handler = self._handlers.get(str(content.get("type"))) if isinstance(content, dict) else None
        if handler:
            handler(content)
