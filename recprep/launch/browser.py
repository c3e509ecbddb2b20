"""Opens an address in the browser without showing it to other users of the machine."""

from __future__ import annotations

import secrets
import threading
import time
import webbrowser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def show(address: str, *, seconds: float = 15) -> threading.Thread:
    """Open an address that holds a secret.

    A browser is started with the address on its command line, which other users can read. So it gets one that
    works once and leads to the real one.

    Parameters
    ----------
    address : str
        Where to go.
    seconds : float
        How long to wait for the browser.

    Returns
    -------
    threading.Thread
        Ends when the browser came, or was waited for long enough. It does not keep the program alive.
    """
    server = _Doorway(address)
    threading.Thread(target=webbrowser.open, args=[server.way_in()], daemon=True).start()
    waiting = threading.Thread(target=server.wait, args=[seconds], daemon=True)
    waiting.start()
    return waiting


class _Doorway(ThreadingHTTPServer):
    """Sends one visitor on; with a thread each, as browsers open connections that they leave silent."""

    timeout = 0.2

    def __init__(self, address: str) -> None:
        super().__init__(("127.0.0.1", 0), _Visit)
        self.address, self.secret = address, f"/{secrets.token_urlsafe()}"

    def way_in(self) -> str:
        return f"http://127.0.0.1:{self.server_port}{self.secret}"

    def wait(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        with self:
            while self.secret and time.monotonic() < deadline:
                self.handle_request()


class _Visit(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        known = self.path == self.server.secret
        self.send_response(302 if known else 404)
        if known:
            self.send_header("Location", self.server.address)
        self.send_header("Content-Length", "0")
        self.end_headers()
        if known:
            self.server.secret = None

    def log_message(self, *_: object) -> None:
        """Say nothing: the terminal is the person's."""
