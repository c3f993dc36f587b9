"""The shape of the programme document as a marketer writes it (TOML); unknown keys are faults."""

from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_validator

from bot.loyalty.money import exponent_of

IN_FIRST_LANGUAGE = ""
"""The key of a text that is written without naming a language."""


def _known_currency(currency: str) -> str:
    exponent_of(currency)
    return currency


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f'"{name}" is no time zone; write one such as Europe/Budapest') from error
    return name


def _known_language(tag: str) -> str:
    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(f'"{tag}" is no language; write a tag such as en or hu') from error
    return tag


def _each_once(tags: list[str]) -> list[str]:
    for tag in tags:
        if tags.count(tag) > 1:
            raise ValueError(f'"{tag}" is there twice')
    return tags


def _with_plural(forms: dict[str, str]) -> dict[str, str]:
    if "other" not in forms:
        raise ValueError('needs the plural form "other"')
    return forms


def _as_texts(value: Any) -> Any:
    return {IN_FIRST_LANGUAGE: value} if isinstance(value, str) else value


Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
ActivityType = Key
Texts = Annotated[dict[str, Words], BeforeValidator(_as_texts), Field(min_length=1)]
PluralForms = Annotated[dict[str, Words], AfterValidator(_with_plural)]
Language = Annotated[str, AfterValidator(_known_language)]


class Part(BaseModel):
    """Any table of the document: closed, so that a misspelt key is told and not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Heading(Part):
    name: Words
    currency: Annotated[str, AfterValidator(_known_currency)]
    timezone: Annotated[str, AfterValidator(_known_zone)]
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    languages: Annotated[list[Language], Field(min_length=1), AfterValidator(_each_once)]
    points: dict[str, PluralForms] = {}


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


class Give(Part):
    points: Annotated[int, Field(ge=1, le=1_000_000)]
    per: str | None = None
    round: Literal["down", "half_up", "up"] = "down"


class Earning(Part):
    key: Key
    on: ActivityType
    give: Give


class Counts(Part):
    category: Words


class StampCard(Part):
    key: Key
    name: Texts
    counts: Counts
    need: Annotated[int, Field(ge=2, le=1000)]
    reward: Key


class Cost(Part):
    points: Annotated[int, Field(ge=1, le=1_000_000_000)]


class Reward(Part):
    key: Key
    name: Texts
    kind: Literal["free_product", "discount_amount", "discount_percent", "free_shipping", "merchandise", "experience"]
    cost: Cost


class Goal(Part):
    distinct: Literal["day"]
    reach: Annotated[int, Field(ge=1, le=7)]
    """Different days of one week, so never more than seven."""


class Then(Part):
    badge: Key


class Challenge(Part):
    key: Key
    name: Texts
    on: ActivityType
    goal: Goal
    window: Literal["week"]
    then: Then


class Badge(Part):
    key: Key
    name: Texts
    about: Texts | None = None


class Document(Part):
    """The whole. ``campaigns`` are checked by the layer that runs them."""

    programme: Heading
    messages: Messages = Messages()
    earning: list[Earning] = []
    stamp_cards: list[StampCard] = []
    rewards: list[Reward] = []
    challenges: list[Challenge] = []
    badges: list[Badge] = []
    campaigns: list[dict[str, Any]] = []
