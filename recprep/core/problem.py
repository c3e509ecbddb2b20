"""The one error meant for the person: a calm sentence that says what, where and how to mend it."""


class Problem(Exception):
    """Something the person can understand and mend.

    In a notebook cell it shows as its sentence alone, without a traceback, and still stops the run.

    Parameters
    ----------
    message : str
        What is wrong, where, and how to mend it, in plain words.

    Examples
    --------
    >>> raise Problem("No role called 'pilot'. Roles here: records-coordinator.")
    Traceback (most recent call last):
    ...
    recprep.core.problem.Problem: No role called 'pilot'. Roles here: records-coordinator.
    """

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()
