"""What a marketer plans: the kinds of ``[[campaigns]]`` in the programme document."""

from collections.abc import Mapping
from datetime import time
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainValidator,
)

from bot.loyalty.parts import ContentSid, Key
from bot.loyalty.programme import Programme
from bot.messages import Purpose
from campaigns.template import ENDING, GIFT, NEAR, PLAIN, Template

T = TypeVar("T")
EVERY_LANGUAGE = ""
"""The key of a text that was written once for all languages."""


def _time_of_day(value: object) -> time:
    try:
        at = time.fromisoformat(value) if isinstance(value, str) and len(value) == 5 else None
    except ValueError:
        at = None
    if at is None:
        raise ValueError("is no time of day; write one such as 09:00")
    return at


def _template(value: object) -> Template:
    if not isinstance(value, str) or "\x00" in value:
        raise ValueError("must be a text without a zero byte")
    return Template(value)


def _by_language(value: object) -> object:
    return {EVERY_LANGUAGE: value} if isinstance(value, str) else value


def _not_empty(texts: dict[str, T]) -> dict[str, T]:
    if not texts:
        raise ValueError("is empty")
    return texts


TimeOfDay = Annotated[time, PlainValidator(_time_of_day)]
Texts = Annotated[
    dict[str, Annotated[Template, PlainValidator(_template)]],
    BeforeValidator(_by_language),
    AfterValidator(_not_empty),
]


class Part(BaseModel):
    """A closed table: a misspelt key is told and not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Bonus(Part):
    points: Annotated[int, Field(ge=1, le=1_000_000)]


class Within(Part):
    """How near counts as near: at most so many percent of the cost, or so many stamps."""

    percent: Annotated[int, Field(ge=1, le=99)] | None = None
    stamps: Annotated[int, Field(ge=1, le=999)] | None = None


class WhatsApp(Part):
    """The approved template that stands in for the text where WhatsApp takes no other, and what fills its blanks."""

    template: Annotated[dict[str, ContentSid], BeforeValidator(_by_language), AfterValidator(_not_empty)]
    variables: tuple[Annotated[Template, PlainValidator(_template)], ...] = ()


class Planned(Part):
    """What every campaign has. ``subject`` is for e-mail."""

    key: Key
    text: Texts
    subject: Texts | None = None
    whatsapp: WhatsApp | None = None
    purpose: ClassVar[Purpose] = Purpose.MARKETING

    @property
    def gift(self) -> int:
        """The points that come with the message."""
        bonus: Bonus | None = getattr(self, "bonus", None)
        return bonus.points if bonus else 0


class Timed(Planned):
    """One that waits for a time of day; ``segment`` names those it is for, without it is for everybody."""

    at: TimeOfDay
    segment: Key | None = None


class Birthday(Timed):
    """A message on the member's birthday at ``at`` of their own day, with a bonus if one is given."""

    kind: Literal["birthday"]
    bonus: Bonus | None = None


class Winback(Timed):
    """A message ``days`` after the last purchase, once per lapse.

    Whoever lapsed longer ago when the service first looks (an old file was imported, it stood still) is still
    written to for ``late_days`` days, and then no more.
    """

    kind: Literal["winback"]
    days: Annotated[int, Field(ge=1, le=3650)]
    late_days: Annotated[int, Field(ge=0, le=365)] = 7
    bonus: Bonus | None = None


class Expiring(Timed):
    """A word ``days_before`` points end, to whoever has some that do.

    It tells of all that ends within as many days again, and of these nobody is told a second time. It is about what
    the member owns and offers nothing, so it goes out as a notice: without consent to marketing, never after STOP.
    """

    kind: Literal["expiring"]
    days_before: Annotated[int, Field(ge=1, le=365)] = 30
    purpose: ClassVar[Purpose] = Purpose.NOTICE


class NearReward(Planned):
    """A message when an activity leaves little to go to a reward."""

    kind: Literal["near_reward"]
    within: Within


Scheduled = Birthday | Winback | Expiring
Campaign = Scheduled | NearReward
KINDS = ("birthday", "winback", "expiring", "near_reward")
_EXAMPLES = {"near_reward": NEAR, "expiring": ENDING}


def example_of(campaign: Campaign) -> Mapping[str, Any]:
    """What the texts of a campaign may name, with an example of each."""
    return GIFT if campaign.gift else _EXAMPLES.get(campaign.kind, PLAIN)


def text_in(texts: Mapping[str, T], programme: Programme, language: str) -> T:
    """The text in a language; a missing one falls back to the programme's first."""
    return texts.get(language) or texts.get(programme.languages[0]) or texts[EVERY_LANGUAGE]
