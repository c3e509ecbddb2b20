"""Which role of the catalogue a role just read is, whatever it is called now and wherever its file lies. Pure.

1. An id that the author keeps decides. Where several pages carry one, it is that of the page that had it before, or
   else of the first by place; the others go by their files.
2. The same file is the same role, also under another name, unless the author's ids tell them apart.
3. A file without such an id that lies elsewhere now is the same role when it has its name and half of its questions.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from recprep.core.fingerprint import clean
from recprep.core.imported import ImportedRole
from recprep.storage.catalogue.packing import packed

ENOUGH = 0.5  # the share of the questions of a role that its copy elsewhere has


class Arrived(NamedTuple):
    """A role just read: what is kept of it, the file it came from, and a fingerprint of all that it says."""

    name: str
    place: str
    description: str | None
    source_id: str | None
    count: int
    prompts: str
    details: str | None
    origin: str
    content: str


class Known(NamedTuple):
    """A role of the catalogue, as far as it takes to know it again."""

    number: int
    id: str
    name: str
    field: str | None
    specialty: str | None
    source_id: str | None
    origin: str
    content: str
    removed_at: str | None


def arrived(role: ImportedRole, *, root: str) -> Arrived:
    """Give a role, read below the folder `root`, in the form in which it is compared and kept."""
    name, place, questions, description, source_id, rest = role
    prompts, details = packed(questions, rest)
    try:
        f"{place}{source_id}".encode()
        said = "\0".join((name, description or "", prompts, details or "")).encode()
    except UnicodeEncodeError:  # half of a surrogate pair, which no file can keep
        return arrived(_clean(role), root=root)
    content, count = hashlib.blake2b(said, digest_size=16).hexdigest(), len(questions)
    return Arrived(name, place, description, source_id, count, prompts, details, f"{root}/{place}", content)


def _clean(role: ImportedRole) -> ImportedRole:
    questions = tuple(question._replace(prompt=clean(question.prompt)) for question in role.questions)
    texts = {name: clean(text) for name, text in role._asdict().items() if isinstance(text, str)}
    return role._replace(questions=questions, **texts)


def without_copies(read: Iterable[Arrived]) -> tuple[list[Arrived], list[Arrived]]:
    """Give what was read by its place, each role once, and apart from it the copies in other places.

    Pages that say the same under several ids of their author's are several roles; one without an id is a copy of them.
    """
    ordered = sorted(read, key=lambda one: (one.place, one.name, one.content, one.source_id or ""))
    first: dict[tuple[str, str | None], Arrived] = {}
    for one in ordered:
        first.setdefault((one.content, one.source_id), one)
    named = {content for content, source_id in first if source_id}
    kept = {id(one) for one in first.values() if one.source_id or one.content not in named}
    return [one for one in ordered if id(one) in kept], [one for one in ordered if id(one) not in kept]


def known_again(
    read: Sequence[Arrived], known: Sequence[Known], prompts_of: Callable[[Known], Collection[str]]
) -> list[tuple[Arrived, Known | None]]:
    """Give each role just read with the role of the catalogue that it is, or None when it is new.

    Parameters
    ----------
    read : sequence of Arrived
        By their places, without copies.
    known : sequence of Known
        All roles of the catalogue, removed ones too.
    prompts_of : callable
        Gives the wordings of the questions of a role of the catalogue.

    Returns
    -------
    list of (Arrived, Known or None)
        In the order of `read`. An id of the author's that another page has is taken away.
    """
    found = _by_source_id(read, known)
    read = [_without_source_id(one) if one.source_id and n not in found else one for n, one in enumerate(read)]
    for pairs in (_unchanged, _by_file_and_name, _by_file, _moved):
        left = [(n, one) for n, one in enumerate(read) if found.get(n) is None]
        taken = {one.number for one in found.values() if one}
        free = [one for one in known if one.number not in taken]
        if left and free:
            found |= dict(pairs(left, free, prompts_of))
    return [(one, found.get(n)) for n, one in enumerate(read)]


def _by_source_id(read: Sequence[Arrived], known: Sequence[Known]) -> dict[int, Known | None]:
    """Give the one page of each of the author's ids, by its place among `read`, with the role that has the id."""
    had = {one.source_id: one for one in known if one.source_id}
    pages = defaultdict(list)
    for number, one in enumerate(read):
        if one.source_id:
            pages[one.source_id].append(number)
    return {_owner(numbers, read, had.get(name)): had.get(name) for name, numbers in pages.items()}


def _owner(numbers: list[int], read: Sequence[Arrived], known: Known | None) -> int:
    if len(numbers) == 1 or known is None:
        return numbers[0]
    return min(numbers, key=lambda n: (read[n].origin != known.origin, read[n].content != known.content, n))


def _without_source_id(one: Arrived) -> Arrived:
    return one._replace(source_id=None)


Pairs = Iterator[tuple[int, Known]]
Left = Sequence[tuple[int, Arrived]]


def _unchanged(left: Left, free: Sequence[Known], _prompts_of: object) -> Pairs:
    return _one_to_one(left, free, lambda one: (one.origin, one.content))


def _by_file_and_name(left: Left, free: Sequence[Known], _prompts_of: object) -> Pairs:
    return _one_to_one(left, free, lambda one: (one.origin, one.name))


def _one_to_one(left: Left, free: Sequence[Known], key: Callable[[Arrived | Known], tuple]) -> Pairs:
    groups = _grouped(free, key)
    for number, one in left:
        if same := groups.get(key(one)):
            yield number, same.pop(0)


def _by_file(left: Left, free: Sequence[Known], _prompts_of: object) -> Pairs:
    """Yield what is the only role of its file, now and before."""
    before, now = _grouped(free, lambda one: one.origin), _grouped(left, lambda pair: pair[1].origin)
    for origin, here in now.items():
        there = before.get(origin, ())
        if len(here) == len(there) == 1 and not (here[0][1].source_id and there[0].source_id):
            yield here[0][0], there[0]


def _moved(left: Left, free: Sequence[Known], prompts_of: Callable[[Known], Collection[str]]) -> Pairs:
    named = _grouped((one for one in free if not one.source_id), lambda one: one.name)
    for number, one in left:
        candidates = named.get(one.name, []) if not one.source_id else []
        asked = set(one.prompts.split("\n"))
        for same in candidates:
            before = set(prompts_of(same))
            if len(asked & before) >= ENOUGH * max(len(asked), len(before)):
                candidates.remove(same)
                yield number, same
                break


def _grouped(items: Iterable, key: Callable) -> Mapping[str, list]:
    groups = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups
