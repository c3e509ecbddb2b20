"""What JupyterLab is told: closed to everyone else, quiet, offline, whatever the person's own settings say.

Configuration files of Jupyter are not read (see `child`). JupyterLab preferences, such as theme, font size
and shortcuts, and installed extensions are the person's own.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

FIRST_PORT, PORT_RETRIES = 8888, 100
DISABLED = ("@jupyterlab/apputils-extension:announcements", "@jupyterlab/extensionmanager-extension")
KEPT = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_PLATFORM_DIRS", "JUPYTERLAB_SETTINGS_DIR")


def jupyter_folder(home: Path) -> Path:
    """Give the folder of the personal home for what Jupyter itself keeps."""
    return home / "jupyter"


def runtime_folder(home: Path) -> Path:
    """Give the folder where the server leaves the connection files of its kernels."""
    return jupyter_folder(home) / "runtime"


def write_files(home: Path) -> None:
    """Write what JupyterLab can only be told through files: no news, and this Python as the kernel."""
    page_config = {"disabledExtensions": dict.fromkeys(DISABLED, True)}
    kernel = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
        "metadata": {"debugger": True},
    }
    folder = jupyter_folder(home)
    for path, content in {
        folder / "config" / "labconfig" / "page_config.json": page_config,
        folder / "share" / "kernels" / "python3" / "kernel.json": kernel,
    }.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(content), encoding="utf-8")
    runtime_folder(home).mkdir(mode=0o700, exist_ok=True)


def environment(home: Path, base: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Give the environment of the server, and so of its kernels.

    Parameters
    ----------
    home : pathlib.Path
        The personal home; kernels find it in `RECPREP_HOME`.
    base : mapping
        The environment to start from. Of its `JUPYTER...` variables, only folders are kept.
    """
    others = {name: value for name, value in base.items() if not name.startswith("JUPYTER") or name in KEPT}
    folder = jupyter_folder(home)
    config = [folder / "config", base.get("JUPYTER_CONFIG_PATH")]
    data = [folder / "share", Path(sys.prefix) / "share" / "jupyter", base.get("JUPYTER_PATH")]
    return others | {
        "JUPYTER_CONFIG_PATH": os.pathsep.join(str(path) for path in config if path),
        "JUPYTER_PATH": os.pathsep.join(str(path) for path in data if path),
        "JUPYTER_RUNTIME_DIR": str(runtime_folder(home)),
        "RECPREP_HOME": str(home),
    }


def arguments(home: Path, root: Path, *, port: int | None, token: str) -> list[str]:
    """Give the arguments for JupyterLab; without a port it takes 8888 or another free one.

    They hold the token, and so are handed over through a pipe: other users can read a command line.
    """
    chosen = {
        "ServerApp.ip": "127.0.0.1",
        "ServerApp.port": port or FIRST_PORT,
        "ServerApp.port_retries": 0 if port else PORT_RETRIES,
        "ServerApp.root_dir": root,
        "ServerApp.base_url": "/",
        "ServerApp.allow_origin": "",
        "ServerApp.allow_remote_access": False,
        "ServerApp.allow_root": True,
        "ServerApp.allow_unauthenticated_access": False,
        "ServerApp.disable_check_xsrf": False,
        "ServerApp.open_browser": False,
        "ServerApp.terminals_enabled": False,
        "IdentityProvider.token": token,
        "PasswordIdentityProvider.hashed_password": "",
        "KernelManager.ip": "127.0.0.1",
        "NotebookNotary.data_dir": jupyter_folder(home),
        "LabApp.workspaces_dir": jupyter_folder(home) / "workspaces",
        "LabApp.extension_manager": "readonly",
        "LabApp.news_url": "",
        "LabApp.check_for_updates_class": "jupyterlab.handlers.announcements.NeverCheckForUpdate",
    }
    return [f"--{name}={value}" for name, value in chosen.items()]
