"""Bank text to typed values: YAML is read as text, typed by a JSON Schema, and every value keeps its line.

Nothing is guessed from how a scalar looks, so `NO`, `12:30` and `1.10` stay what was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import yaml

DEPTH = 12
_TOO_DEEP = (f"nested more than {DEPTH} deep", "a bank is flat")
_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing that is wrong with a bank, where it is, and what would be right."""

    file: str
    line: int
    item: str
    wrong: str
    right: str

    def __str__(self) -> str:
        return ": ".join(part for part in (f"{self.file}:{self.line}", self.item, self.wrong, self.right) if part)


@dataclass(slots=True)
class Node:
    """A value of a YAML file as written: text, list or mapping, with its line (from 1)."""

    value: str | list[Node] | dict[str, Node]
    line: int


class _Broken(Exception):
    """The file cannot be read further than `line`."""

    def __init__(self, line: int, wrong: str, right: str) -> None:
        super().__init__(wrong)
        self.line, self.wrong, self.right = line, wrong, right


def read_yaml(text: str, *, file: str) -> tuple[Node | None, list[Finding]]:
    """Read one YAML file as nodes of text.

    Parameters
    ----------
    text : str
        The file's content.
    file : str
        Its name, for findings.

    Returns
    -------
    node : Node or None
        None when the file is empty or cannot be read.
    findings : list of Finding
        What is wrong: syntax, doubled keys, anchors, aliases, tags, more than one document.

    Examples
    --------
    >>> node, findings = read_yaml("country: NO", file="x.yml")
    >>> node.value["country"].value, findings
    ('NO', [])
    """
    findings: list[Finding] = []
    try:
        return _build(text, file, findings), findings
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        too_deep = "nesting depth" in str(error.problem)  # newer versions of PyYAML have a limit of their own
        words = _TOO_DEEP if too_deep else (f"not YAML ({error.problem})", "look at the indent and quotes")
        findings.append(Finding(file, line, "", *words))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        findings.append(Finding(file, line, "", "a character that YAML does not allow", "delete it"))
    except _Broken as broken:
        findings.append(Finding(file, broken.line, "", broken.wrong, broken.right))
    return None, findings


def _build(text: str, file: str, findings: list[Finding]) -> Node | None:
    """Build the tree with a stack of our own, so that deep nesting is an answer and not a crash."""
    root: Node | None = None
    stack: list[Node] = []
    keys: list[Node | None] = []
    for event in yaml.parse(text, Loader=_Loader):
        if isinstance(event, yaml.DocumentStartEvent) and root is not None:
            raise _Broken(event.start_mark.line + 1, "a second document", "one file holds one document")
        if isinstance(event, yaml.CollectionEndEvent):
            stack.pop()
            keys.pop()
        if not isinstance(event, yaml.NodeEvent):
            continue
        node = _node(event)
        if not stack:
            root = node
        elif isinstance(stack[-1].value, list):
            stack[-1].value.append(node)
        elif keys[-1] is None:
            keys[-1] = _key(node, stack[-1].value, file, findings)
        else:
            stack[-1].value.setdefault(keys[-1].value, node)
            keys[-1] = None
        if not isinstance(node.value, str):
            if len(stack) == DEPTH:
                raise _Broken(node.line, *_TOO_DEEP)
            stack.append(node)
            keys.append(None)
    return root


def _node(event: yaml.NodeEvent) -> Node:
    line = event.start_mark.line + 1
    if isinstance(event, yaml.AliasEvent) or event.anchor:
        raise _Broken(line, "an anchor or alias (& or *)", "write the text out, or put it in quotes")
    if event.tag and event.tag != "!":
        raise _Broken(line, f"a tag ({event.tag})", "put the text in quotes")
    if isinstance(event, yaml.ScalarEvent):
        return Node(event.value, line)
    return Node([] if isinstance(event, yaml.SequenceStartEvent) else {}, line)


def _key(node: Node, mapping: dict[str, Node], file: str, findings: list[Finding]) -> Node:
    if not isinstance(node.value, str):
        raise _Broken(node.line, "a list or a mapping as a key", "a key is one word")
    if node.value in mapping:
        findings.append(Finding(file, node.line, "", f"'{node.value}' stands twice", "keep one of them"))
    return node


def typed(node: Node | None, schema: Mapping[str, Any], *, file: str, item: str = "") -> tuple[Any, list[Finding]]:
    """Give the value that a JSON Schema makes of a node, with all that does not fit.

    The schema may use: type, properties, required, additionalProperties (false, or a schema), items,
    enum, pattern, minLength, maxLength, minItems, maxItems, minimum, maximum.

    Parameters
    ----------
    node : Node or None
        None stands for an empty file.
    schema : mapping
        The JSON Schema of this value.
    file, item : str
        Where it stands, for findings; an `id` or `key` inside a mapping names the item from there on.

    Returns
    -------
    value : str, int, bool, tuple or dict
        Lists become tuples. Text and numbers that do not fit are left out of their mapping.
    findings : list of Finding
    """
    findings: list[Finding] = []
    if node is None:
        return None, [Finding(file, 1, item, "the file is empty", "see data/README.md for its fields")]
    value = _TYPED[schema["type"]](node, schema, file, item, findings)
    return value, findings


def _wrong(findings: list[Finding], file: str, line: int, item: str, wrong: str, right: str) -> None:
    findings.append(Finding(file, line, item, wrong, right))


def _mapping(node: Node, schema: Mapping, file: str, item: str, findings: list[Finding]) -> dict | None:
    if not isinstance(node.value, dict):
        return _wrong(findings, file, node.line, item, "not a mapping", "write 'name: value' lines")
    names = (node.value[key].value for key in ("id", "key") if key in node.value)
    item = item or next((name for name in names if isinstance(name, str)), "")
    known, extra = schema.get("properties", {}), schema.get("additionalProperties", False)
    for key, child in node.value.items():
        if key not in known and not extra:
            _wrong(findings, file, child.line, item, f"unknown field '{key}'", f"fields are {', '.join(known)}")
    for key in schema.get("required", ()):
        if key not in node.value:
            _wrong(findings, file, node.line, item, f"'{key}' is missing", known[key].get("description", "add it"))
    fitting = ((key, child, known.get(key, extra)) for key, child in node.value.items() if key in known or extra)
    return {key: value for key, child, rule in fitting for value in _child(key, child, rule, file, item, findings)}


def _child(name: str, node: Node, rule: Mapping, file: str, item: str, findings: list[Finding]) -> Iterator[Any]:
    """Yield the child's value, with findings that name the field; text or a number that does not fit is left out."""
    found: list[Finding] = []
    value = _TYPED[rule["type"]](node, rule, file, item, found)
    findings.extend(replace(f, wrong=f"{name}: {f.wrong}") if f.item == item else f for f in found)
    if isinstance(value, dict | tuple) or not found:
        yield value


def _list(node: Node, schema: Mapping, file: str, item: str, findings: list[Finding]) -> tuple | None:
    if not isinstance(node.value, list):
        return _wrong(findings, file, node.line, item, "not a list", "start each line with '- '")
    least, most = schema.get("minItems", 0), schema.get("maxItems")
    count = len(node.value)
    if count < least or (most is not None and count > most):
        right = f"{least} or more" if most is None else f"{least} to {most}" if least != most else f"exactly {least}"
        _wrong(findings, file, node.line, item, f"{count} entr{'y' if count == 1 else 'ies'}", right)
    return tuple(_TYPED[schema["items"]["type"]](n, schema["items"], file, item, findings) for n in node.value)


def _text(node: Node, schema: Mapping, file: str, item: str, findings: list[Finding]) -> str | None:
    if not isinstance(node.value, str):
        return _wrong(findings, file, node.line, item, "not text", "put it in quotes")
    value, allowed = node.value.strip(), schema.get("enum")
    if allowed and value not in allowed:
        _wrong(findings, file, node.line, item, f"'{value}' is not known", f"one of {', '.join(allowed)}")
    elif len(value) < schema.get("minLength", 0):
        _wrong(findings, file, node.line, item, "empty" if not value else "too short", "write it out")
    elif len(value) > schema.get("maxLength", len(value)):
        right = f"at most {schema['maxLength']:,} characters"
        _wrong(findings, file, node.line, item, f"{len(value):,} characters", right)
    elif "pattern" in schema and not re.search(schema["pattern"], value):
        _wrong(findings, file, node.line, item, f"'{value[:40]}' does not fit", schema.get("description", ""))
    return value


def _whole_number(node: Node, schema: Mapping, file: str, item: str, findings: list[Finding]) -> int | None:
    least, most = schema.get("minimum", 0), schema.get("maximum", 9999)
    if not isinstance(node.value, str) or not re.fullmatch(r"[0-9]{1,6}", node.value):
        return _wrong(findings, file, node.line, item, "not a whole number", f"{least} to {most}")
    if not least <= int(node.value) <= most:
        _wrong(findings, file, node.line, item, f"{node.value} is out of range", f"{least} to {most}")
    return int(node.value)


def _truth(node: Node, schema: Mapping, file: str, item: str, findings: list[Finding]) -> bool | None:
    if node.value not in ("true", "false"):
        return _wrong(findings, file, node.line, item, "neither true nor false", "write true or false")
    return node.value == "true"


_TYPED = {"object": _mapping, "array": _list, "string": _text, "integer": _whole_number, "boolean": _truth}
