"""From the ways people name a member to the member."""

from collections.abc import Sequence
from functools import lru_cache

import phonenumbers
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.actions.intake import MemberRef
from bot.errors import BadInput, NotFound, bad_field
from bot.loyalty.codes import tidy
from bot.loyalty.programme import Programme
from bot.phones import as_dialled
from bot.storage import members

Ref = tuple[str, str]
"""``(kind, value)`` with the value in its one true form."""

_NO_ID = 1 << 63

ENROLLABLE = frozenset({"external_id", *members.REF_CHANNELS})
"""The kinds of reference that are enough to make a member of an unknown one."""


@lru_cache(10_000)
def phone_number(text: str, country: str | None) -> str:
    """A phone number in E.164; one without a country code is read as the programme's country's.

    Raises:
        ValueError: when it can be no number.
    """
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException as error:
        raise ValueError("is no phone number; write it with its country code, such as +36301234567") from error
    told = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    dialled = as_dialled(told)
    # Mexico's old form is possible no more.
    if not phonenumbers.is_possible_number(number if dialled == told else phonenumbers.parse(dialled)):
        raise ValueError("is no phone number; write it with its country code, such as +36301234567")
    return dialled


def email_address(text: str) -> str:
    """An e-mail address in lower case.

    Raises:
        ValueError: when it has no name or no domain.
    """
    name, at, domain = text.strip().lower().rpartition("@")
    if not (at and name and "." in domain) or any(c.isspace() or c in '<>,;"' for c in name + domain):
        raise ValueError("is no e-mail address; write it like anna@example.com")
    return f"{name}@{domain}"


def normal(ref: MemberRef, programme: Programme, at: str = "member") -> Ref:
    """The reference in its one true form.

    Raises:
        BadInput: when the value cannot be of its kind.
    """
    kind, value = ref.kind, ref.value
    try:
        if kind == "phone":
            value = phone_number(value, programme.country)
        elif kind == "email":
            value = email_address(value)
        elif kind == "code":
            value = tidy(value) or value
    except ValueError as error:
        raise bad_field(f"{at}.{kind}", f'"{value}" {error}') from error
    return kind, value


async def find_many(tx: AsyncConnection, refs: Sequence[Ref]) -> dict[Ref, int]:
    """The member ids of those that exist; one query for each kind of reference."""
    by_kind: dict[str, set[str]] = {}
    for kind, value in refs:
        by_kind.setdefault(kind, set()).add(value)
    found: dict[Ref, int] = {}
    for kind, values in by_kind.items():
        keys = [int(value) for value in values if int(value) < _NO_ID] if kind == "id" else list(values)
        for key, member_id in (await members.find(tx, kind, keys)).items():
            found[kind, str(key)] = member_id
    return found


async def find_one(tx: AsyncConnection, ref: MemberRef, programme: Programme) -> int:
    """The member's id.

    Raises:
        NotFound: when there is no such member, or cannot be.
    """
    try:
        key = normal(ref, programme)
    except BadInput as error:
        raise NotFound(str(error)) from error
    member_id = (await find_many(tx, [key])).get(key)
    if member_id is None:
        raise NotFound(unknown(key))
    return member_id


def unknown(ref: Ref) -> str:
    """How to say that nobody is known by a reference; personal ones are not repeated."""
    shown = "" if ref[0] in ("phone", "email") else f' "{ref[1]}"'
    return f"there is no member with this {ref[0]}{shown}"
