"""The programme document: parsed, validated as a whole, and compiled to what the engine reads."""

import tomllib
from collections.abc import Iterable, Mapping
from datetime import time
from types import GenericAlias
from typing import Annotated, Any, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, StringConstraints, ValidationError, create_model, model_validator

from bot.errors import BadInput, Fault
from bot.loyalty import (
    causes,
    expiry,
    gifts,
    glossary,
    guests,
    locations,
    look,
    partners,
    prices,
    refunds,
    reward,
    segments,
    worth,
)
from bot.loyalty.engine import MECHANICS
from bot.loyalty.faults import as_fault, reference_faults
from bot.loyalty.money import exponent_of
from bot.loyalty.parts import Compiling, Language, Names, Part, Section, Templates, Texts, TimeOfDay, Tree, Words
from bot.loyalty.programme import Programme

SECTIONS: tuple[Section, ...] = (
    *(section for mechanic in MECHANICS for section in mechanic.sections),
    reward.SECTION,
    segments.SECTION,
    expiry.SECTION,
    refunds.SECTION,
    guests.SECTION,
    prices.SECTION,
    worth.SECTION,
    gifts.SECTION,
    causes.SECTION,
    partners.SECTION,
    *locations.SECTIONS,
    look.SECTION,
    glossary.SECTION,
)
"""Every table of the document but the heading, messages and campaigns."""


def _known_currency(currency: str) -> str:
    exponent_of(currency)
    return currency


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f'"{name}" is no time zone; write one such as Europe/Budapest') from error
    return name


def _each_once(tags: list[str]) -> list[str]:
    for tag in tags:
        if tags.count(tag) > 1:
            raise ValueError(f'"{tag}" is there twice')
    return tags


def _with_plural(forms: dict[str, str]) -> dict[str, str]:
    if "other" not in forms:
        raise ValueError('needs the plural form "other"')
    return forms


PluralForms = Annotated[dict[str, Words], AfterValidator(_with_plural)]


class Heading(Part):
    name: Texts
    currency: Annotated[str, AfterValidator(_known_currency)]
    timezone: Annotated[str, AfterValidator(_known_zone)]
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    languages: Annotated[list[Language], Field(min_length=1), AfterValidator(_each_once)]
    points: dict[str, PluralForms] = Field(default_factory=dict)


class QuietHours(Part):
    start: TimeOfDay = Field(alias="from")
    end: TimeOfDay = Field(alias="to")

    @model_validator(mode="after")
    def _some_hours(self) -> Self:
        if self.start == self.end:
            raise ValueError('"from" and "to" are the same; leave quiet_hours out to have none')
        return self


class Messages(Part):
    quiet_hours: QuietHours | None = None
    whatsapp_template: Templates | None = None


class Frame(Part):
    """What every document has. ``campaigns`` are checked by the layer that runs them."""

    programme: Heading
    messages: Messages = Messages()
    campaigns: list[dict[str, Any]] = Field(default_factory=list)


def _fields(sections: Iterable[Section]) -> dict[str, Any]:
    return {s.name: (GenericAlias(list, (s.shape,)), []) if s.many else (s.shape | None, None) for s in sections}


Document = create_model("Document", __base__=Frame, **_fields(SECTIONS))


def read(text: str) -> Tree:
    """The document as it is written.

    Raises:
        BadInput: when it is no TOML, nested beyond reason, or has a number of thousands of digits.
    """
    try:
        return tomllib.loads(text)
    except ValueError as error:
        raise BadInput([Fault("", f"not valid TOML: {error}")]) from error
    except RecursionError as error:
        raise BadInput([Fault("", "is nested too deeply")]) from error


def parse(text: str, version: int = 0) -> Programme:
    """The programme in a TOML document.

    Raises:
        BadInput: with every fault and its path, ``earning.1.give.per: …``.
    """
    tree = read(text)
    faults = [*reference_faults(tree, SECTIONS), *(f for s in SECTIONS for f in s.faults(tree))]
    try:
        document = Document.model_validate(tree)
    except ValidationError as error:
        raise BadInput([*map(as_fault, error.errors(include_url=False)), *faults]) from error
    tables = {s.name: {one.key: one for one in getattr(document, s.name)} for s in SECTIONS if s.many}
    compiling = Compiling(exponent_of(document.programme.currency), document.programme.languages[0], tables=tables)
    parts = {section.kind: _compiled(section, document, compiling) for section in SECTIONS}
    if faults or compiling.faults:
        raise BadInput([*faults, *compiling.faults])
    return _programme(document, compiling.names(document.programme.name), parts, version)


def _compiled(section: Section, document: Frame, compiling: Compiling) -> dict[str, Any]:
    told = getattr(document, section.name)
    if not section.many:
        compiling.at = section.name
        told = section.shape() if told is None and section.always else told
        return {} if told is None else {"": section.compile(told, compiling)}
    made = {}
    for i, one in enumerate(told):
        compiling.at = f"{section.name}.{i}"
        made[one.key] = section.compile(one, compiling)
    return made


def _programme(document: Frame, names: Names, parts: Mapping[type, Mapping[str, Any]], version: int) -> Programme:
    head, quiet = document.programme, document.messages.quiet_hours
    templates = document.messages.whatsapp_template
    return Programme(
        names=names,
        currency=head.currency,
        exponent=exponent_of(head.currency),
        zone=ZoneInfo(head.timezone),
        country=head.country,
        languages=tuple(head.languages),
        point_names=head.points or {},
        quiet_hours=(time.fromisoformat(quiet.start), time.fromisoformat(quiet.end)) if quiet else None,
        parts=parts,
        campaigns=tuple(document.campaigns),
        notice_templates={tag or head.languages[0]: sid for tag, sid in (templates or {}).items()},
        version=version,
    )
