"""All that can be wrong with a bank beyond its fields: each rule is one generator of findings.

What `check` finds makes a bank unusable. `upkeep`, and `recprep.core.prose`, find what its editors would mend.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from recprep.core import guess, prose
from recprep.core.bank import Entry, read_entries
from recprep.core.models import GUIDE, KINDS
from recprep.core.schema import Finding, Node

MAY_LACK_A_COMPETENCY = ("background", "motivation")
Entries = Mapping[str, list[Entry]]


def lint(texts: Mapping[str, str], schemas: Mapping[str, Mapping]) -> list[Finding]:
    """Check the files of one bank, fields, references, upkeep and words, and report everything at once.

    Parameters
    ----------
    texts, schemas : mappings
        As `recprep.core.bank.read_entries` takes them.

    Returns
    -------
    list of Finding
        Sorted by file and line; empty when the bank is sound.
    """
    entries, findings = read_entries(texts, schemas)
    return sorted([*findings, *check(entries), *upkeep(entries), *prose.check(entries)])


def check(entries: Entries) -> Iterator[Finding]:
    """Yield what is wrong between the items of a bank."""
    yield from structure(entries)
    for rule in (_areas, _parts, _essential):
        yield from rule(entries)


def structure(entries: Entries) -> Iterator[Finding]:
    """Yield what no bank can do with, of whoever; the rest of `check` is what the shipped ones promise."""
    for rule in (_ids, _references, _exemplars, _weightings, _gate, _bands, _guesses):
        yield from rule(entries)


def upkeep(entries: Entries) -> Iterator[Finding]:
    """Yield what a bank promises its readers and does not hold."""
    for rule in (_unguided, _unused, _quotas):
        yield from rule(entries)


def _known(entries: Entries, part: str, key: str = "id") -> list[str]:
    return [entry.values[key] for entry in entries[part] if key in entry.values]


def _ids(entries: Entries) -> Iterator[Finding]:
    for part, key in (("competencies", "id"), ("sources", "key"), ("questions", "id"), ("exemplars", "id")):
        first: dict[str, Entry] = {}
        for entry in entries[part]:
            before = first.setdefault(entry.values.get(key, ""), entry)
            if before is not entry and key in entry.values:
                where = f"{before.file}:{before.line(key)}"
                yield entry.finding(key, f"{key} already used in {where}", "give each its own")


def _areas(entries: Entries) -> Iterator[Finding]:
    for entry in entries["questions"]:
        kind, competency = entry.values.get("kind"), entry.values.get("competency")
        if competency is None and kind not in (*MAY_LACK_A_COMPETENCY, None):
            right = f"only {' and '.join(MAY_LACK_A_COMPETENCY)} questions may have none"
            yield entry.finding("competency", "no competency", right)


def _references(entries: Entries) -> Iterator[Finding]:
    competencies, sources = _known(entries, "competencies"), _known(entries, "sources", "key")
    for entry in entries["questions"]:
        competency = entry.values.get("competency")
        for field, names, known in (
            ("competency", [competency] if competency else [], competencies),
            ("also", entry.values.get("also", ()), competencies),
            ("sources", entry.values.get("sources", ()), sources),
        ):
            for name in names:
                if name is not None and name not in known:
                    yield entry.finding(field, f"{field}: '{name}' is not known", f"one of {', '.join(known)}")
        if competency in entry.values.get("also", ()):
            yield entry.finding("also", f"also: '{competency}' is the competency itself", "leave it out")


def _parts(entries: Entries) -> Iterator[Finding]:
    """Yield what a guide that was begun lacks; a question may have none."""
    for entry in entries["questions"]:
        lacking = [field for field in GUIDE if field not in entry.node.value]
        for field in lacking if len(lacking) < len(GUIDE) else ():
            yield entry.finding(None, f"'{field}' is missing", "a guide has all its parts; a question may have none")


def _essential(entries: Entries) -> Iterator[Finding]:
    for entry in entries["questions"]:
        points = entry.values.get("key_points", ())
        essential = sum(bool(point and point.get("essential")) for point in points)
        if points and essential < 2:
            yield entry.finding("key_points", f"{essential} essential key points", "two or more")


def _used(entries: Entries, kind: str | None) -> set[str] | None:
    """Give the criteria that a kind uses, or None when that cannot be told."""
    weightings = [w for entry in entries["rubric"] for w in entry.values.get("weightings", ()) if w]
    return next((set(w.get("weights", ())) for w in weightings if w.get("kind") == kind), None)


def _exemplars(entries: Entries) -> Iterator[Finding]:
    kind_of = {e.values.get("id"): e.values.get("kind") for e in entries["questions"]}
    for entry in entries["exemplars"]:
        question = entry.values.get("question")
        if question not in kind_of:
            yield entry.finding("question", f"question: '{question}' is not known", "the id of a question")
            continue
        used = _used(entries, kind_of[question])
        for field in ("levels", "reasons"):
            if used is not None and set(entry.values.get(field, ())) != used:
                yield entry.finding(field, f"{field} do not match the kind", f"exactly {', '.join(sorted(used))}")


def _weightings(entries: Entries) -> Iterator[Finding]:
    for entry in entries["rubric"]:
        criteria = _ids_of(entry, "criteria")
        weightings = [w for w in entry.values.get("weightings", ()) if w]
        kinds = Counter(w.get("kind") for w in weightings)
        for kind in KINDS:
            if kinds[kind] != 1:
                yield entry.finding("weightings", f"{kinds[kind]} weightings for '{kind}'", "exactly one")
        for weighting in weightings:
            weights, kind = weighting.get("weights", {}), weighting.get("kind")
            if unknown := sorted(set(weights) - criteria):
                yield entry.finding("weightings", f"{kind}: {unknown} are not criteria", f"of {sorted(criteria)}")
            if sum(weights.values()) != 100:
                yield entry.finding("weightings", f"{kind}: weights sum to {sum(weights.values())}", "100")


def _ids_of(entry: Entry, part: str) -> set[str]:
    return {row["id"] for row in entry.values.get(part, ()) if row and "id" in row}


def _gate(entries: Entries) -> Iterator[Finding]:
    for entry in entries["rubric"]:
        gate = entry.values.get("gate", {})
        for field, part in (("criteria", "criteria"), ("band", "bands")):
            known = _ids_of(entry, part)
            names = gate.get(field, ())
            for name in (names,) if isinstance(names, str) else names:
                if name not in known:
                    yield entry.finding("gate", f"gate: '{name}' is not known", f"one of {sorted(known)}")


def _bands(entries: Entries) -> Iterator[Finding]:
    for entry in entries["rubric"]:
        least = [band.get("least") for band in entry.values.get("bands", ()) if band]
        if None not in least and least and (least[0] != 0 or least != sorted(set(least))):
            yield entry.finding("bands", f"bands start at {least}", "0 first, then rising")


def _guesses(entries: Entries) -> Iterator[Finding]:
    known = _known(entries, "competencies")
    found = [finding for entry in entries["guesses"] for finding in _guess(entry, known)]
    yield from found or _guessed(entries["guesses"])


def _guess(entry: Entry, known: list[str]) -> Iterator[Finding]:
    """Yield what is wrong with one rule by itself."""
    values, written = entry.values, entry.node.value
    if ("kind" in written) == ("competency" in written):
        yield entry.finding("name", f"'{values.get('name')}' is for a kind and a competency, or for neither", "one")
    if "competency" in values and values["competency"] not in known:
        wrong = f"competency: '{values['competency']}' is not known"
        yield entry.finding("competency", wrong, f"one of {', '.join(known)}")
    for phrase in values.get("phrases", ()):
        for wrong in guess.faults(phrase or ""):
            yield entry.finding("phrases", f"the phrase '{phrase}' cannot be read: {wrong}", "see data/README.md")


def _guessed(written: list[Entry]) -> Iterator[Finding]:
    """Yield rules whose own example another rule takes, or none does."""
    whole = [entry for entry in written if {"name", "example"} <= set(entry.values)]
    rules = guess.ready(guess.Rule(**entry.values) for entry in whole)
    for entry in whole:
        kind = guess.kind_of(entry.values["example"], rules)
        found = kind if "kind" in entry.values else guess.competency_of(entry.values["example"], rules, kind=kind.value)
        if found.rule != entry.values["name"]:
            wrong = f"the example of '{entry.values['name']}' is taken by '{found.rule}'"
            yield entry.finding("example", wrong, "another example, or another order")


def _unguided(entries: Entries) -> Iterator[Finding]:
    """Yield questions without a guide among others that have one."""
    without = [entry for entry in entries["questions"] if not set(GUIDE) & set(entry.node.value)]
    for entry in without if len(without) < len(entries["questions"]) else ():
        yield entry.finding(None, "it has no guide", "write one, as the other questions have")


def _unused(entries: Entries) -> Iterator[Finding]:
    cited = {key for entry in entries["questions"] for key in entry.values.get("sources", ())}
    for entry in entries["sources"]:
        if entry.values.get("key", None) not in {None, *cited}:
            yield entry.finding("key", "no question cites this source", "cite it, or leave it out")


def _quotas(entries: Entries) -> Iterator[Finding]:
    for entry in entries["bank"]:
        for node, quota in zip(_nodes(entry, "quotas"), entry.values.get("quotas", ()), strict=False):
            wanted = {field: value for field, value in (quota or {}).items() if field != "least"}
            met = sum(wanted.items() <= question.values.items() for question in entries["questions"])
            if met < (quota or {}).get("least", 0):
                wrong = f"{met} questions with {', '.join(f'{k} {v}' for k, v in wanted.items()) or 'anything'}"
                yield Finding(entry.file, node.line, "", wrong, f"{quota['least']} or more")


def _nodes(entry: Entry, field: str) -> list[Node]:
    listed = entry.node.value.get(field)
    return listed.value if listed and isinstance(listed.value, list) else []
