"""Members from a CSV file: moving in from another system, with opening balances, cards and consents."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from bot.actions import refs
from bot.actions.enrol import built
from bot.actions.intake import Moment, Money, check
from bot.actions.moving import csvfile
from bot.actions.profile import CHANNELS, MemberIn, ProfileIn, as_new_member
from bot.errors import BadInput, Fault, bad_field
from bot.loyalty import codes
from bot.loyalty.money import to_minor
from bot.loyalty.programme import Programme
from bot.storage.members import REF_OF_CHANNEL, Member

COLUMNS = (
    "external_id",
    "code",
    "name",
    "phone",
    "email",
    "telegram",
    "birthday",
    "locale",
    "timezone",
    "preferred_channel",
    "joined_at",
    *(f"consent.{channel}" for channel in CHANNELS),
    "points",
    "credit",
)
"""What is read and, in this order, written."""
_YES_NO = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
_MOST = 10**12


def _whole(value: Any) -> Any:
    if isinstance(value, str) and not (value.isascii() and value.isdecimal()):
        raise ValueError("write points as a whole number without a sign")
    return int(value) if isinstance(value, str) else value


def _card(value: str) -> str:
    code = codes.tidy(value)
    if code is None or len(code.replace("-", "")) < codes.MEMBER:
        raise ValueError(f'"{value}" is no code of ours; leave it out and one is made')
    return code


class MemberLine(MemberIn):
    """A line of the file: who joined, with what they had."""

    code: Annotated[str, AfterValidator(_card)] | None = None
    joined_at: Moment | None = None
    points: Annotated[int, BeforeValidator(_whole), Field(le=_MOST)] = 0
    credit: Money | None = None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who is to become a member, and with what; ``keys`` are all the ways in which they may be known already."""

    member: Member
    points: int
    credit: int
    keys: tuple[refs.Ref, ...]


Read = tuple[int, int, Newcomer | BadInput]
"""Line number, bytes read so far, and who is told of there."""


def read(path: Path, programme: Programme, now: datetime, names: Mapping[str, str]) -> Iterator[Read]:
    """The people in a file. ``names`` says which of its columns stands for which of ours (``{"Bonus": "points"}``).

    Raises:
        BadInput: for a header that cannot be.
    """
    lines = csvfile.lines(path)
    header = _header(next(lines, (0, 0, []))[2], names)
    for number, done, row in lines:
        try:
            yield number, done, _newcomer(header, row, programme, now)
        except BadInput as error:
            yield number, done, error


def _header(told: Sequence[str], names: Mapping[str, str]) -> list[str]:
    if len(told) == 1 and ";" in told[0]:
        raise bad_field("header", "its columns are separated by semicolons; save the file with commas")
    there = [name.strip() for name in told]
    faults = [Fault("--map", f'there is no column "{name}" in the file') for name in names if name not in there]
    header = [names.get(name, name) for name in there]
    faults += [
        Fault("header", f'unknown column "{name}"; name it with --map "{name}=…", or leave it out with --map "{name}="')
        for name in header
        if name and name not in COLUMNS
    ]
    faults += [Fault("header", f'"{n}" is there twice') for n in sorted(set(header)) if n and header.count(n) > 1]
    if not {"external_id", "code", "phone", "email", "telegram"} & set(header):
        faults.append(Fault("header", "no column tells who a member is: external_id, phone, email or telegram"))
    if faults:
        raise BadInput(faults)
    return header


def _newcomer(header: Sequence[str], row: Sequence[str], programme: Programme, now: datetime) -> Newcomer:
    if len(row) != len(header):
        raise bad_field("", f"has {len(row)} fields, the header has {len(header)}")
    body: dict[str, Any] = {}
    for name, value in zip(header, row, strict=True):
        if value.strip() and name:
            if name.startswith("consent."):
                body.setdefault("consent", {})[name.partition(".")[2]] = _yes_no(name, value)
            else:
                body[name] = value.strip()
    told = check(MemberLine, body)
    if told.joined_at is not None and told.joined_at > now:
        raise bad_field("joined_at", "lies in the future")
    try:
        credit = to_minor(told.credit, programme.exponent) if told.credit else 0
    except ValueError as error:
        raise bad_field("credit", str(error)) from error
    if not 0 <= credit <= _MOST:
        raise bad_field("credit", "must not be negative or more than a million millions")
    new = as_new_member(told, programme, now, source="import")
    member = built(programme, new, told.joined_at or now)
    member = replace(member, code=told.code) if told.code else member
    return Newcomer(member, told.points, credit, tuple(_keys(member, told)))


def _yes_no(name: str, value: str) -> bool:
    try:
        return _YES_NO[value.strip().lower()]
    except KeyError:
        raise bad_field(name, f'"{value}" is neither yes nor no') from None


def _keys(member: Member, told: ProfileIn) -> Iterator[refs.Ref]:
    if member.external_id is not None:
        yield "external_id", member.external_id
    if "code" in told.model_fields_set:
        yield "code", member.code
    for way in member.addresses:
        if way.channel in REF_OF_CHANNEL:
            yield REF_OF_CHANNEL[way.channel], way.address
