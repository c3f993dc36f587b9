"""What can be wrong between the parts of a programme document, told together with what is wrong inside of them.

These checks read the document as it was written, so that one fault in its shape does not hide the others; what
they cannot make sense of is left to the shape's own checks.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from bot.errors import Fault
from bot.loyalty.parts import Section, Tree

_TEXTS = ("name", "about")


def as_fault(error: Mapping[str, Any]) -> Fault:
    """One error of the validating library in our words."""
    kind, message = error["type"], error["msg"].removeprefix("Value error, ")
    if kind == "extra_forbidden":
        message = "unknown key; check the spelling"
    elif kind == "missing":
        message = "is missing"
    elif kind == "string_pattern_mismatch":
        message = f'"{error["input"]}" is not written as it must be ({error["ctx"]["pattern"]})'
    return Fault(".".join(str(step) for step in error["loc"] if step != ""), message)


def reference_faults(tree: Tree, sections: Sequence[Section]) -> Iterator[Fault]:
    """Keys that are there twice, names of what is not there, texts that some would not get."""
    for section in sections:
        if section.many:
            yield from _doubled_keys(tree, section.name)
        for path, among in section.refers:
            yield from _missing(tree, section, path, among)
        yield from _untranslated(tree, section)
    yield from _misnamed(tree)


def parts_of(tree: Tree, section: Section) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The tables of a section with their paths."""
    parts = tree.get(section.name)
    if isinstance(parts, Mapping):
        yield section.name, parts
    for i, part in enumerate(parts if isinstance(parts, list) else ()):
        if isinstance(part, Mapping):
            yield f"{section.name}.{i}", part


def at(tree: Any, path: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """What stands at a path, with the path in full; ``*`` goes through a list."""
    if not path:
        yield "", tree
        return
    step, rest = path[0], path[1:]
    if step == "*":
        inner = [(str(i), one) for i, one in enumerate(tree)] if isinstance(tree, list) else []
    else:
        inner = [(step, tree[step])] if isinstance(tree, Mapping) and step in tree else []
    for name, one in inner:
        for deeper, value in at(one, rest):
            yield f"{name}.{deeper}".rstrip("."), value


def _doubled_keys(tree: Tree, name: str) -> Iterator[Fault]:
    seen: set[str] = set()
    parts = tree.get(name)
    for i, part in enumerate(parts if isinstance(parts, list) else ()):
        key = part.get("key") if isinstance(part, Mapping) else None
        if isinstance(key, str):
            if key in seen:
                yield Fault(f"{name}.{i}.key", f'"{key}" is there twice')
            seen.add(key)


def _missing(tree: Tree, section: Section, path: str, among: str) -> Iterator[Fault]:
    there = tree.get(among)
    keys = [part.get("key") for part in there if isinstance(part, Mapping)] if isinstance(there, list) else []
    for prefix, part in parts_of(tree, section):
        for name, value in at(part, path.split(".")):
            if isinstance(value, str) and value not in keys:
                yield Fault(f"{prefix}.{name}", f'there is no {among.rstrip("s").replace("_", " ")} "{value}"')


def _untranslated(tree: Tree, section: Section) -> Iterator[Fault]:
    for prefix, part in parts_of(tree, section):
        for name in _TEXTS:
            yield from _lacking(f"{prefix}.{name}", part.get(name), _languages(tree))


def _misnamed(tree: Tree) -> Iterator[Fault]:
    """Of the programme's own name and of ``[words]``, also what is in a language that nobody is answered in."""
    heading, words, languages = _table(tree, "programme"), _table(tree, "words"), _languages(tree)
    texts = {"programme.name": heading.get("name"), **{f"words.{name}": text for name, text in words.items()}}
    for place, text in texts.items():
        yield from _lacking(place, text, languages)
        for tag in text if isinstance(text, Mapping) and languages else ():
            if tag not in languages:
                yield Fault(f"{place}.{tag}", f'"{tag}" is none of the languages of the programme')


def _lacking(place: str, texts: Any, languages: Sequence[Any]) -> Iterator[Fault]:
    if isinstance(texts, Mapping) and texts and languages and languages[0] not in texts:
        yield Fault(place, f'has no "{languages[0]}", which others fall back to')


def _languages(tree: Tree) -> Sequence[Any]:
    told = _table(tree, "programme").get("languages")
    return told if isinstance(told, list) and all(isinstance(one, str) for one in told) else ()


def _table(tree: Tree, name: str) -> Mapping[str, Any]:
    told = tree.get(name)
    return told if isinstance(told, Mapping) else {}
