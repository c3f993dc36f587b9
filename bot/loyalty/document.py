"""The shape of the programme document as a marketer writes it (TOML); unknown keys are faults."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200, strip_whitespace=True)]
Decimal = Annotated[str, StringConstraints(pattern=r"^\d{1,9}(\.\d{1,4})?$")]
TimeOfDay = Annotated[str, StringConstraints(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
ActivityType = Key
Texts = dict[str, Words] | Words


class Part(BaseModel):
    """Any table of the document: closed, so that a misspelt key is told and not ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Heading(Part):
    name: Words
    currency: str
    timezone: str
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{2}$")] | None = None
    languages: Annotated[list[str], Field(min_length=1)]
    points: dict[str, dict[str, Words]] = {}


class QuietHours(Part):
    start: TimeOfDay = Field(alias="from")
    end: TimeOfDay = Field(alias="to")


class Messages(Part):
    quiet_hours: QuietHours | None = None


class Give(Part):
    points: Annotated[int, Field(ge=1, le=1_000_000)]
    per: Decimal | None = None
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
    reach: Annotated[int, Field(ge=1, le=366)]


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
