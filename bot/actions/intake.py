"""What outsiders tell us, checked at the edge: unknown fields, wrong types and odd text are named, not ignored."""

from decimal import Decimal
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from bot.errors import BadInput, Fault

Model = TypeVar("Model", bound=BaseModel)

MOST_UNITS = 10_000
_LARGEST = 2**53 - 1
"""The largest integer that every JSON reader takes exactly (RFC 8259 §6)."""


class NotJson(BadInput):
    """The body is not JSON at all."""


def _as_decimal(value: Any) -> Any:
    # Integers are exact and harmless; a JSON float has already lost cents.
    if isinstance(value, float):
        raise ValueError('write money as a decimal string such as "12.99"')
    return str(value) if isinstance(value, int | Decimal) and not isinstance(value, bool) else value


def _as_written(value: Any) -> Any:
    # Without this a bare number would pass as seconds since 1970.
    if (isinstance(value, str) and value[4:5] != "-") or isinstance(value, int | float):
        raise ValueError("write the time as ISO 8601 with an offset, such as 2026-03-01T09:30:00+01:00")
    return value


def _plain(value: Any) -> Any:
    if isinstance(value, str) and (len(value) > 2000 or "\x00" in value):
        raise ValueError("must have at most 2000 characters and no zero byte")
    if isinstance(value, int | float) and not -_LARGEST <= value <= _LARGEST:
        raise ValueError(f"must lie between -{_LARGEST} and {_LARGEST}")
    return value


def as_whole(value: Any) -> Any:
    """Digits as they come in a query, and only digits."""
    return int(value) if isinstance(value, str) and value.isascii() and value.isdecimal() else value


_NO_ZERO_BYTE = r"^[^\x00]*$"
# A pattern and not a function of ours: the library checks it without coming back to Python, which counts here.
Word = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=_NO_ZERO_BYTE)]
# The pattern only describes: what says how to write an amount better is where its currency is known.
Money = Annotated[
    str,
    BeforeValidator(_as_decimal),
    StringConstraints(max_length=24),
    Field(json_schema_extra={"pattern": r"^-?[0-9]{1,15}(\.[0-9]{1,6})?$"}),
]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Moment = Annotated[AwareDatetime, BeforeValidator(_as_written)]
Count = Annotated[int, Field(ge=1, le=MOST_UNITS, strict=True)]
Attribute = Annotated[str | int | float | bool | None, AfterValidator(_plain)]


class Closed(BaseModel):
    """A body whose every field is known."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class MemberRef(Closed):
    """Names a member in one way."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    id: Annotated[str, BeforeValidator(_as_decimal), StringConstraints(pattern=r"^[0-9]{1,19}$")] | None = None
    external_id: Word | None = None
    code: Word | None = None
    phone: Word | None = None
    email: Word | None = None
    telegram: Annotated[Word, BeforeValidator(_as_decimal)] | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if len(self.model_fields_set) != 1 or getattr(self, self.kind) is None:
            raise ValueError(f"name the member in exactly one way: {', '.join(type(self).model_fields)}")
        return self

    @property
    def kind(self) -> str:
        [name] = self.model_fields_set
        return name

    @property
    def value(self) -> str:
        return str(getattr(self, self.kind))


class ItemIn(Closed):
    """One line of a purchase; ``price`` is of the line."""

    sku: Word | None = None
    name: Word | None = None
    category: Word | None = None
    quantity: Count = 1
    price: Money | None = None


class Basket(Closed):
    """What is bought, when and where: told of a purchase, and asked before there is one."""

    occurred_at: Moment | None = None
    amount: Money | None = None
    currency: Word | None = None
    items: Annotated[tuple[ItemIn, ...], Field(max_length=1000)] = ()
    location: Word | None = None
    attributes: Annotated[dict[Word, Attribute], Field(max_length=50)] | None = None


class ActivityIn(Basket):
    """Something a customer did, as told from outside; a purchase without a member is a guest's."""

    type: Key
    id: Word
    source: Word
    member: MemberRef | None = None
    refunds: Word | None = None


class QuoteIn(Basket):
    """A purchase that there is not yet; without a member it is a guest's."""

    type: Literal["purchase"] = "purchase"
    source: Word = "quote"
    member: MemberRef | None = None


def check(model: type[Model], data: Any) -> Model:
    """``data`` as a ``model``.

    Raises:
        BadInput: with every fault and its path.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        raise BadInput(map(as_fault, error.errors(include_url=False, include_input=False))) from error


def check_json(model: type[Model], body: bytes) -> Model:
    """The same for a JSON text, which it parses itself: several times faster.

    Raises:
        NotJson: when it is none.
        BadInput: with every fault and its path.
    """
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        kind = NotJson if errors[0]["type"] == "json_invalid" else BadInput
        raise kind(map(as_fault, errors)) from error


def as_fault(error: Any) -> Fault:
    """One error of the validating library in our words."""
    kind, message = error["type"], error["msg"].removeprefix("Value error, ")
    if kind == "extra_forbidden":
        message = "unknown field; check the spelling"
    elif kind == "missing":
        message = "is missing"
    elif kind == "string_pattern_mismatch" and error["ctx"]["pattern"] == _NO_ZERO_BYTE:
        message = "must not hold a zero byte"
    elif kind == "timezone_aware":
        message = "needs an offset, such as 2026-03-01T09:30:00+01:00"
    elif kind == "json_invalid":
        message = f"the body is not valid JSON ({error.get('ctx', {}).get('error', 'syntax error')})"
    return Fault(".".join(map(str, error["loc"])), message)
