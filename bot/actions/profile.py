"""A member as told from outside: what joins, and what is changed later."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal, Self
from zoneinfo import ZoneInfo

from babel import Locale, UnknownLocaleError
from pydantic import AfterValidator, BeforeValidator, StringConstraints, model_validator

from bot.actions import refs
from bot.actions.enrol import Changes, NewMember
from bot.actions.intake import Closed, MemberRef, Word, check
from bot.errors import BadInput, Fault, NotFound
from bot.loyalty.programme import Programme
from bot.storage.members import REF_CHANNELS, Address

Channel = Literal["sms", "email", "whatsapp", "telegram", "web"]
CHANNELS = ("sms", "email", "whatsapp", "telegram")
"""Those that marketing may be sent on."""

_OLDEST = date(1900, 1, 1)
_EARLIEST_ZONE = timedelta(hours=14)


def _is_iso_date(value: Any) -> Any:
    # Without this a bare number would pass as seconds since 1970.
    if not isinstance(value, date) and not (isinstance(value, str) and len(value) == 10 and value[4] == "-"):
        raise ValueError("write the date as ISO 8601, such as 1990-03-12")
    return value


def _after_1900(value: date) -> date:
    if value < _OLDEST:
        raise ValueError("lies before 1900")
    return value


def _is_locale(value: str) -> str:
    tag = value.replace("_", "-")
    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError) as error:
        raise ValueError(f'"{value}" is no language tag; write one such as en or hu-HU') from error
    return tag


def _is_zone(value: str) -> str:
    try:
        return ZoneInfo(value).key
    except (KeyError, ValueError, OSError) as error:
        raise ValueError(f'"{value}" is no time zone; write one such as Europe/Budapest') from error


def _digits(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Birthday = Annotated[date, BeforeValidator(_is_iso_date), AfterValidator(_after_1900)]
TelegramId = Annotated[str, BeforeValidator(_digits), StringConstraints(pattern=r"^[1-9][0-9]{0,15}$")]


class Consents(Closed):
    """Whether marketing may be sent, by channel; WhatsApp uses the phone number."""

    sms: bool | None = None
    email: bool | None = None
    whatsapp: bool | None = None
    telegram: bool | None = None


class ProfileIn(Closed):
    """What can be told of a member; when changing one, a null clears the field."""

    name: Word | None = None
    phone: Word | None = None
    email: Word | None = None
    telegram: TelegramId | None = None
    birthday: Birthday | None = None
    locale: Annotated[Word, AfterValidator(_is_locale)] | None = None
    timezone: Annotated[Word, AfterValidator(_is_zone)] | None = None
    external_id: Word | None = None
    preferred_channel: Channel | None = None
    consent: Consents = Consents()


def _by_code(value: Any) -> Any:
    return {"code": value} if isinstance(value, str) else value


class MemberIn(ProfileIn):
    """Who joins; ``referred_by`` is the personal code of who brought them, or names them as a member."""

    referred_by: Annotated[MemberRef, BeforeValidator(_by_code)] | None = None

    @model_validator(mode="after")
    def _can_be_found_again(self) -> Self:
        if not (self.phone or self.email or self.telegram or self.external_id):
            raise ValueError("give at least one of phone, email, telegram, external_id")
        return self


def as_new_member(told: MemberIn, programme: Programme, now: datetime, *, source: str = "api") -> NewMember:
    """Who joins, with addresses in their one true form; a consent counts for the address there is on its channel.

    Raises:
        BadInput: for an address that can be none, or a birthday to come.
    """
    return NewMember(
        name=told.name or "",
        addresses=as_addresses(told, programme, now),
        birthday=told.birthday,
        locale=told.locale,
        timezone=told.timezone,
        external_id=told.external_id,
        preferred_channel=told.preferred_channel,
        source=source,
        referred_by=told.referred_by,
    )


def as_addresses(told: ProfileIn, programme: Programme, now: datetime) -> tuple[Address, ...]:
    """Those that were told, in their one true form and each with the consent given on its channel.

    Raises:
        BadInput: for an address that can be none, or a birthday to come.
    """
    addresses, consents = _addresses(told, programme, now), _consents(told)
    if "whatsapp" in consents and "sms" in addresses:
        addresses["whatsapp"] = addresses["sms"]
    return tuple(Address(c, a, consents.get(c)) for c, a in addresses.items() if a is not None)


def as_changes(told: ProfileIn, programme: Programme, now: datetime) -> Changes:
    """What is to be different, of all that was told; a null puts back what a member has who told nothing.

    Raises:
        BadInput: for an address that can be none, or a birthday to come.
    """
    empty: Mapping[str, Any] = {"name": "", "locale": "", "timezone": programme.zone.key}
    columns = ("name", "birthday", "locale", "timezone", "external_id", "preferred_channel")
    values = {name: getattr(told, name) for name in columns if name in told.model_fields_set}
    values = {name: empty.get(name) if value is None else value for name, value in values.items()}
    return Changes(values, _addresses(told, programme, now), _consents(told))


def _addresses(told: ProfileIn, programme: Programme, now: datetime) -> dict[str, str | None]:
    """By channel, those that were told."""
    faults: list[Fault] = []
    if told.birthday is not None and told.birthday > (now + _EARLIEST_ZONE).date():
        faults.append(Fault("birthday", "lies in the future"))
    found: dict[str, str | None] = {}
    for kind, channel, value in _told_addresses(told):
        try:
            found[channel] = _normal(kind, value, programme) if value is not None else None
        except ValueError as error:
            faults.append(Fault(kind, f'"{value}" {error}'))
    if faults:
        raise BadInput(faults)
    return found


def _told_addresses(told: ProfileIn) -> Iterator[tuple[str, str, str | None]]:
    for kind, channel in REF_CHANNELS.items():
        if kind in told.model_fields_set:
            yield kind, channel, getattr(told, kind)


def _normal(kind: str, value: str, programme: Programme) -> str:
    if kind == "phone":
        return refs.phone_number(value, programme.country)
    return refs.email_address(value) if kind == "email" else value


def _consents(told: ProfileIn) -> dict[str, bool]:
    return {channel: yes for channel in CHANNELS if (yes := getattr(told.consent, channel)) is not None}


def parse_ref(text: str) -> MemberRef:
    """A reference as in a path: an id, or ``phone:+36…``, ``email:…``, ``code:…``, ``telegram:…``, ``external:…``.

    Raises:
        NotFound: when it is of no known kind, so that nobody can be meant.
    """
    kind, colon, value = text.partition(":")
    if not colon:
        kind, value = "id", text
    kind = "external_id" if kind == "external" else kind
    try:
        return check(MemberRef, {kind: value})
    except BadInput as error:
        raise NotFound(
            "name the member by id, or by phone:, email:, code:, telegram: or external: and a value"
        ) from error
