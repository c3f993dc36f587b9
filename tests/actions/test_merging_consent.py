"""What two memberships agreed to, and what their chats were about, once they are one."""

import asyncio
import io
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.actions import consent
from bot.actions.balance import balance, member
from bot.actions.consent import NOTICES, Consent
from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.enrol import NewMember, erase
from bot.actions.intake import MemberRef
from bot.actions.merging import merge
from bot.actions.moving.arrivals import import_people
from bot.actions.moving.columns import COLUMNS
from bot.actions.moving.roster import export_people
from bot.actions.recording.record import record
from bot.messages import Inbound
from bot.storage.ids import new_id
from bot.storage.members import Address
from bot.storage.tables import redemptions
from tests.actions.asking import count, unbroken
from tests.cast import Watch, core, joins, purchase, ref

MAILS = ("dora@home.example", "dora@work.example")
BENCE, BENCES_PHONE = ("telegram", "2222"), ("sms", "+36302222222")


async def says(core: Core, *texts: str, at: tuple[str, str] = BENCE) -> str:
    """The answer to the last."""
    said = ""
    for text in texts:
        [replies] = await converse_many(core, [Inbound(*at, str(new_id()), text, core.clock())])
        said = "\n".join(reply.text for reply in replies)
    return said


async def two(core: Core, first: Sequence[Address], second: Sequence[Address]) -> None:
    for name, ways in (("one", first), ("two", second)):
        await joins(core, NewMember(name="Dora", addresses=tuple(ways), external_id=name))


async def tell(core: Core, wish: Consent) -> None:
    async with core.database.write() as tx:
        await consent.change(tx, [wish], core.clock())


async def agreed(core: Core) -> dict[str, bool | None]:
    return {way.address: way.marketing for way in (await member(core, ref("one"))).addresses}


@pytest.mark.parametrize("purpose", [consent.MARKETING, consent.ALL])
async def test_a_no_on_one_mail_address_is_a_no_on_the_others(cafe: Core, purpose: str) -> None:
    await two(
        cafe, [Address("email", MAILS[0], True)], [Address("email", MAILS[1], True), Address("sms", "+36303", True)]
    )
    await tell(cafe, Consent("email", MAILS[1], False, "settings", purpose=purpose))
    await merge(cafe, ref("one"), ref("two"), "test")
    assert await agreed(cafe) == {MAILS[0]: False, MAILS[1]: False, "+36303": True}
    last = (await consent.history(cafe, ref("one")))[-1].consent
    assert (last.address, last.purpose, last.granted, last.source) == (MAILS[0], "marketing", False, "merged")


async def test_reminders_that_one_did_not_want_come_to_neither_address(cafe: Core) -> None:
    await two(cafe, [Address("email", MAILS[0])], [Address("email", MAILS[1])])
    await tell(cafe, Consent("email", MAILS[0], False, "settings", purpose=NOTICES))
    await merge(cafe, ref("one"), ref("two"), "test")
    assert {way.notices for way in (await member(cafe, ref("one"))).addresses} == {False}


async def test_who_was_never_asked_on_one_address_keeps_what_was_agreed_on_the_other(cafe: Core) -> None:
    await two(cafe, [Address("email", MAILS[0], True)], [Address("email", MAILS[1])])
    await merge(cafe, ref("one"), ref("two"), "test")
    assert await agreed(cafe) == {MAILS[0]: True, MAILS[1]: None}


async def test_who_was_merged_moves_out_and_in_with_every_address_and_what_was_agreed_to_there(
    cafe: Core, other_database_url: str, clock: Watch, tmp_path: Path
) -> None:
    await two(cafe, [Address("sms", "+36301234567"), Address("email", MAILS[0])],
              [Address("whatsapp", "+36307654321", True), Address("email", MAILS[1], True)])  # fmt: skip
    await record(cafe, purchase("1", "30.00", who="one"))
    await record(cafe, purchase("2", "50.00", who="two"))
    other = (await member(cafe, ref("two"))).code
    await merge(cafe, ref("one"), ref("two"), "test")
    told = await moved_out(cafe)
    (tmp_path / "out.csv").write_text(told, "utf-8")
    numbered = ["external_id", "code", "whatsapp", "email", "consent.email", "consent.whatsapp"]
    assert told.partition("\n")[0].split(",") == [*COLUMNS, *(f"{name}.2" for name in numbered)]
    async with core(other_database_url, clock) as elsewhere:
        assert (await import_people(elsewhere, tmp_path / "out.csv", {}, lambda _: None)).members == 3
        assert await agreed(elsewhere) == await agreed(cafe)
        for known in (ref("two"), MemberRef(code=other), MemberRef(email=MAILS[1])):
            assert (await balance(elsewhere, known)).state.points == 80
        assert await moved_out(elsewhere) == told
        await unbroken(elsewhere)


async def test_a_file_of_members_who_were_never_merged_has_no_numbered_columns(cafe: Core) -> None:
    assert (await moved_out(cafe)).partition("\n")[0] == ",".join(COLUMNS)


async def moved_out(core: Core) -> str:
    out = io.StringIO()
    await export_people(core, out, lambda _: None)
    return out.getvalue()


async def test_who_says_yes_on_two_channels_at_once_redeems_as_often_as_the_points_go(
    cafe: Core, database_url: str
) -> None:
    await joins(cafe, NewMember(name="Bence", addresses=(Address(*BENCES_PHONE),), external_id="phone"))
    await merge(cafe, ref("bence"), ref("phone"), "test")
    await record(cafe, purchase("1", "130.00", who="bence"))
    for at in (BENCE, BENCES_PHONE):
        assert "100" in await says(cafe, "language en", "redeem 1", at=at)
    async with core(database_url, Watch()) as other:
        answers = await asyncio.gather(says(cafe, "yes"), says(other, "yes", at=BENCES_PHONE))
    assert sorted("Show this code" in answer for answer in answers) == [False, True]
    assert sorted("Not enough yet" in answer for answer in answers) == [False, True]
    assert await count(cafe, redemptions) == 1
    assert (await balance(cafe, ref("bence"))).state.points == 30


@pytest.mark.parametrize(
    ("wish", "answer"), [("redeem 1", "yes"), ("gift 5 anna@example.com", "yes"), ("erase my data", "erase everything")]
)
async def test_who_is_erased_while_a_question_is_open_is_a_stranger_whose_yes_means_nothing(
    cafe: Core, wish: str, answer: str
) -> None:
    await record(cafe, purchase("1", "130.00", who="bence"))
    assert await says(cafe, "language en", wish)
    await erase(cafe, ref("bence"))
    said = await says(cafe, answer)
    assert "Show this code" not in said
    assert await count(cafe, redemptions) == 0
    assert "not a member" in await says(cafe, "balance")


async def test_an_open_question_of_the_other_goes_on_in_the_membership_that_stays(cafe: Core) -> None:
    await joins(cafe, NewMember(name="Bence", addresses=(Address(*BENCES_PHONE),), external_id="phone"))
    await record(cafe, purchase("1", "130.00", who="phone"))
    await says(cafe, "language en", "redeem 1", at=BENCES_PHONE)
    await merge(cafe, ref("bence"), ref("phone"), "test")
    # In Bence's own language by now.
    assert "Mutasd meg ezt a kódot" in await says(cafe, "igen", at=BENCES_PHONE)
    assert (await balance(cafe, ref("bence"))).state.points == 30
