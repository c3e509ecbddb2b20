"""The process that is JupyterLab. It takes its arguments from a pipe, and ends when that pipe closes.

The pipe is held by `recprep lab`. So the server ends with it, however that ended, also after `kill -9`; and
the token is on no command line, where other users of the machine could read it.
"""

import json
import os
import signal
import sys
import threading


def main() -> None:
    """Read the arguments as one line of JSON, then be JupyterLab."""
    arguments = json.loads(_read_line())
    threading.Thread(target=_end_with_launcher, daemon=True).start()
    from jupyter_core.application import JupyterApp
    from jupyterlab.labapp import LabApp

    JupyterApp.load_config_file = _load_nothing
    LabApp.launch_instance(arguments)


def _load_nothing(*_: object, **__: object) -> None:
    """Stand in for reading configuration files, some of which win over arguments.

    They are programs, may open the server to others, and no list of arguments closes all that they can open.
    """


def _read_line() -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(sys.stdin.fileno(), 65536)
        if not part:
            sys.exit("recprep lab ended before JupyterLab began.")
        line += part
    return line


def _end_with_launcher() -> None:
    os.read(sys.stdin.fileno(), 1)
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident, signal.SIGTERM)
    else:
        signal.raise_signal(signal.SIGTERM)


if __name__ == "__main__":
    main()
