"""A self-assessment workbook for job interviews. Importing this loads neither pandas nor ipywidgets."""

from importlib import import_module

__all__ = [
    "Problem",
    "attempts",
    "browse",
    "calibrate",
    "load_bank",
    "practice",
    "progress",
    "start",
    "your_records",
]


def __getattr__(name: str) -> object:
    if name not in __all__:
        message = f"module 'recprep' has no attribute {name!r}; it has {', '.join(__all__)}"
        raise AttributeError(message)
    home = "recprep.core.problem" if name == "Problem" else "recprep.workbook"
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return __all__
