"""Members from a CSV file: moving in from another system, with opening balances, cards and consents."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field

from bot.actions import refs
from bot.actions.codes import new_code
from bot.actions.enrol import built
from bot.actions.intake import Moment, Money, Word, check
from bot.actions.moving import csvfile
from bot.actions.moving.columns import is_known, split
from bot.actions.profile import MemberIn, ProfileIn, as_addresses, as_new_member
from bot.errors import BadInput, Fault, bad_field
from bot.loyalty import codes
from bot.loyalty.money import to_minor
from bot.loyalty.programme import Programme
from bot.storage.ids import new_id
from bot.storage.members import REF_OF_CHANNEL, Address, Member

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


Card = Annotated[str, AfterValidator(_card)]


class MemberLine(MemberIn):
    """A line of the file: who joined, with what they had."""

    code: Card | None = None
    joined_at: Moment | None = None
    points: Annotated[int, BeforeValidator(_whole), Field(le=_MOST)] = 0
    credit: Money | None = None


class FurtherLine(ProfileIn):
    """What the columns of one number from 2 on say: another card of theirs, other addresses."""

    code: Card | None = None
    whatsapp: Word | None = None


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Who is to become a member, and with what; ``keys`` are all the ways in which they may be known already.

    ``former`` are the memberships that became one with theirs elsewhere: each a card, or an id, that leads to them.
    """

    member: Member
    former: tuple[Member, ...]
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
        if name and not is_known(name)
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
    bodies: dict[int, dict[str, Any]] = {1: {}}
    for column, value in zip(header, row, strict=True):
        if value.strip() and column:
            name, number = split(column)
            body = bodies.setdefault(number, {})
            if name.startswith("consent."):
                body.setdefault("consent", {})[name.partition(".")[2]] = _yes_no(column, value)
            else:
                body[name] = value.strip()
    first = _first(bodies.pop(1), programme, now)
    return _with_further(first, sorted(bodies.items()), programme, now)


def _first(body: Mapping[str, Any], programme: Programme, now: datetime) -> Newcomer:
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
    return Newcomer(member, (), told.points, credit, tuple(_keys(told, member.addresses)))


def _with_further(
    first: Newcomer, bodies: Sequence[tuple[int, Mapping[str, Any]]], programme: Programme, now: datetime
) -> Newcomer:
    """With what the numbered columns add to the plain ones; what a member has twice, twice they are not told."""
    member, keys, former = first.member, first.keys, first.former
    for number, body in bodies:
        try:
            told, ways = _further(body, programme, now)
        except BadInput as error:
            raise BadInput([Fault(f"{fault.at}.{number}", fault.message) for fault in error.faults]) from error
        more = tuple(_keys(told, ways))
        if again := next((kind for kind, value in more if (kind, value) in keys), None):
            raise bad_field(f"{again}.{number}", "is there already, under a lower number")
        if told.code or told.external_id:
            code = told.code or new_code(codes.MEMBER)
            other = replace(member, id=new_id(), code=code, external_id=told.external_id, name="", birthday=None)
            former += (replace(other, addresses=()),)
        member, keys = replace(member, addresses=(*member.addresses, *ways)), (*keys, *more)
    return replace(first, member=member, former=former, keys=keys)


def _further(body: Mapping[str, Any], programme: Programme, now: datetime) -> tuple[FurtherLine, tuple[Address, ...]]:
    told = check(FurtherLine, body)
    ways = as_addresses(told, programme, now)
    if told.whatsapp is None:
        return told, ways
    try:
        number = refs.phone_number(told.whatsapp, programme.country)
    except ValueError as error:
        raise bad_field("whatsapp", f'"{told.whatsapp}" {error}') from error
    apart = Address("whatsapp", number, told.consent.whatsapp)
    return told, (*(way for way in ways if way.channel != "whatsapp"), apart)


def _yes_no(name: str, value: str) -> bool:
    try:
        return _YES_NO[value.strip().lower()]
    except KeyError:
        raise bad_field(name, f'"{value}" is neither yes nor no') from None


def _keys(told: MemberLine | FurtherLine, ways: Sequence[Address]) -> Iterator[refs.Ref]:
    if told.external_id is not None:
        yield "external_id", told.external_id
    if told.code is not None:
        yield "code", told.code
    for way in ways:
        if way.channel in REF_OF_CHANNEL:
            yield REF_OF_CHANNEL[way.channel], way.address
