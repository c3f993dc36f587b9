"""From the ``[[campaigns]]`` tables of the programme document to campaigns; every fault is told, with its path."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field, TypeAdapter, ValidationError

from bot.errors import BadInput, Fault
from bot.loyalty.programme import Programme
from bot.loyalty.segments import Segment
from campaigns.campaign import EVERY_LANGUAGE, KINDS, Campaign, NearReward, Timed, example_of
from campaigns.template import Template

_PLANNED: TypeAdapter[Campaign] = TypeAdapter(Annotated[Campaign, Field(discriminator="kind")])
_MESSAGES = {"extra_forbidden": "unknown key; check the spelling", "missing": "is missing"}


def parse(programme: Programme) -> tuple[Campaign, ...]:
    """The campaigns of a programme.

    Raises:
        BadInput: with every fault and its path, ``campaigns.0.at: …``.
    """
    planned, faults = read(programme.campaigns, programme.languages, programme.of(Segment))
    if faults:
        raise BadInput(faults)
    return planned


def read(
    tables: Sequence[object], languages: Sequence[str], segments: Collection[object]
) -> tuple[tuple[Campaign, ...], list[Fault]]:
    """The campaigns that can be read, and what is wrong with all of them; ``segments`` are the keys that there are."""
    faults: list[Fault] = []
    planned: list[Campaign] = []
    for index, table in enumerate(tables):
        try:
            campaign = _PLANNED.validate_python(table)
        except ValidationError as error:
            faults += (_fault(index, table, e) for e in error.errors())
            continue
        if any(campaign.key == other.key for other in planned):
            faults.append(Fault(f"campaigns.{index}.key", f'"{campaign.key}" is there twice'))
        if isinstance(campaign, Timed) and campaign.segment not in (None, *segments):
            faults.append(Fault(f"campaigns.{index}.segment", f'there is no segment "{campaign.segment}"'))
        faults += _text_faults(f"campaigns.{index}", languages, campaign)
        planned.append(campaign)
    return tuple(planned), faults


def _fault(index: int, table: object, error: Mapping[str, Any]) -> Fault:
    kind, loc = error["type"], error["loc"]
    if kind.startswith("union_tag"):
        named = isinstance(table, Mapping) and table.get("kind")
        given = f'"{named}" is no kind of campaign' if named else "is missing"
        return Fault(f"campaigns.{index}.kind", f"{given}; use {', '.join(KINDS)}")
    # The first step is the kind that was chosen, the key of a text for every language is nothing a person wrote.
    path = [str(step) for step in loc[1:] if step not in (EVERY_LANGUAGE, "[key]")]
    message = _MESSAGES.get(kind) or error["msg"].removeprefix("Value error, ")
    return Fault(".".join(["campaigns", str(index), *path]), message)


def _text_faults(at: str, languages: Sequence[str], campaign: Campaign) -> Iterator[Fault]:
    example = example_of(campaign)
    for name in ("text", "subject"):
        texts: Mapping[str, Template] = getattr(campaign, name) or {}
        yield from _language_faults(f"{at}.{name}", languages, texts)
        for language, template in texts.items():
            if fault := template.fault(example):
                yield Fault(f"{at}.{name}.{language}".removesuffix("."), fault)
    if campaign.whatsapp:
        yield from _language_faults(f"{at}.whatsapp.template", languages, campaign.whatsapp.template)
        for index, template in enumerate(campaign.whatsapp.variables):
            if fault := template.fault(example):
                yield Fault(f"{at}.whatsapp.variables.{index}", fault)
    if isinstance(campaign, NearReward) and campaign.within.percent is None and campaign.within.stamps is None:
        yield Fault(f"{at}.within", "name percent, stamps or both")


def _language_faults(at: str, languages: Sequence[str], texts: Mapping[str, object]) -> Iterator[Fault]:
    if texts and languages[0] not in texts and EVERY_LANGUAGE not in texts:
        yield Fault(at, f'the first language "{languages[0]}" is missing')
    for language in texts:
        if language != EVERY_LANGUAGE and language not in languages:
            yield Fault(f"{at}.{language}", f'"{language}" is none of the languages of the programme')
