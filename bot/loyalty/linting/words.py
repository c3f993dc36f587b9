"""Words for a name that no rule knows: nobody ever reads them, most likely because the name is misspelt."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from bot.loyalty.glossary import Glossary
from bot.loyalty.linting.findings import Finding, Terms, warning
from bot.loyalty.programme import Programme


def words(programme: Programme, terms: Terms) -> Iterator[Finding]:
    """Each word of the document that stands for nothing in it."""
    if glossary := programme.one(Glossary):
        rules = [rules.values() for kind, rules in programme.parts.items() if kind is not Glossary]
        named = set(_strings([rules, programme.campaigns]))
        for name in glossary.words:
            if name not in named:
                yield warning(f"words.{name}", "no rule names it; check the spelling, or leave it out")


def _strings(value: Any) -> Iterator[str]:
    """Every text within a value, however deep."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        yield from _strings([getattr(value, field.name) for field in fields(value)])
    elif isinstance(value, Mapping):
        yield from _strings(list(value.values()))
    elif isinstance(value, Iterable):
        for one in value:
            yield from _strings(one)
