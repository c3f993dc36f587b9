"""Friends who were brought: what both get, when, and what is not paid for."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import select

from bot.actions import consent
from bot.actions.balance import balance
from bot.actions.consent import NOTICES, Consent
from bot.actions.converse import converse_many
from bot.actions.core import Core
from bot.actions.enrol import NewMember, enrol, erase
from bot.actions.intake import MemberRef
from bot.actions.recording.record import record
from bot.actions.referral_bonus import decide, pay_due
from bot.errors import BadInput, Conflict
from bot.messages import Inbound
from bot.storage import referrals, tables
from bot.storage.members import Address
from bot.storage.referrals import Referral
from tests.actions.asking import unbroken
from tests.actions.test_donate import refund
from tests.cast import ANNA, CAFE, Watch, core, joins, purchase, ref

TERMS = '\n[referrals]\nreferrer = { points = 100 }\nfriend = { credit = "5.00" }\nhold_days = 14\nreview = true\n'
CAP = 'cap = { friends = 1, per = "year" }\n'


@pytest.fixture
async def club(database_url: str, clock: Watch) -> AsyncIterator[Core]:
    async with core(database_url, clock, CAFE + TERMS) as cafe:
        await joins(cafe, ANNA)
        yield cafe
        await unbroken(cafe)


async def brings(core: Core, who: str = "charlie", *ways: Address) -> None:
    await joins(core, NewMember(name=who.title(), external_id=who, addresses=ways, referred_by=ref("anna")))


async def buys(core: Core, number: str, who: str = "charlie", amount: str = "20.00", **attributes: str) -> None:
    await record(core, purchase(number, amount, who=who, attributes=attributes or None))


async def of(core: Core, who: str = "charlie") -> Referral:
    async with core.database.read() as tx:
        [one] = await referrals.of_friends(tx, [(await balance(core, ref(who))).member.id])
        return one


async def have(core: Core, who: str) -> tuple[int, int]:
    state = (await balance(core, ref(who))).state
    return state.points, state.credit


async def test_both_are_paid_once_the_hold_after_the_first_purchase_is_over(club: Core, clock: Watch) -> None:
    await brings(club)
    await buys(club, "free", amount="0.00")
    assert (await of(club)).state == "waiting"
    await buys(club, "1")
    assert (await of(club)).state == "held"
    clock.moves(days=13)
    assert await pay_due(club, clock()) == 0
    clock.moves(days=1)
    assert [await pay_due(club, clock()), await pay_due(club, clock())] == [1, 0]
    assert (await of(club)).state == "paid"
    assert (await have(club, "anna"), await have(club, "charlie")) == ((100, 0), (20, 500))
    await buys(club, "2")
    assert await have(club, "anna") == (100, 0)


async def told(core: Core) -> list[tuple[str, str, str]]:
    """The messages that wait to be sent."""
    async with core.database.read() as tx:
        at = tables.messages.c
        return [tuple(row) for row in await tx.execute(select(at.address, at.purpose, at.text).order_by(at.id))]


async def test_who_invited_hears_once_that_the_friend_came_and_the_friend_is_not_named(
    club: Core, clock: Watch
) -> None:
    await brings(club, "charlie", Address("sms", "+36303333333"))
    await buys(club, "1")
    assert await told(club) == []
    clock.moves(days=14)
    await pay_due(club, clock())
    said = "Bean & Leaf: A friend you invited has made a first purchase. As a thank-you you get 100 points."
    assert await told(club) == [("+36301111111", "notice", said)]
    await pay_due(club, clock())
    await buys(club, "2")
    await record(club, refund("r", "1", member={"external_id": "charlie"}))
    assert len(await told(club)) == 1


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ('referrer = { credit = "2.50" }', "you get €2.50 of credit."),
        (
            'referrer = { reward = "free_drink" }',
            "you get Any drink.\nIt is among your vouchers; write: vouchers",
        ),
        ("friend = { points = 10 }", None),
    ],
)
async def test_what_the_invitation_brought_is_told_as_it_is_and_nothing_where_it_brought_nothing(
    database_url: str, terms: str, said: str | None
) -> None:
    async with core(database_url, document=f"{CAFE}\n[referrals]\nhold_days = 0\n{terms}\n") as cafe:
        await joins(cafe, ANNA)
        await brings(cafe)
        await buys(cafe, "1")
        assert [text.endswith(said or "?") for _, _, text in await told(cafe)] == ([True] if said else [])


async def test_who_wants_no_reminders_has_the_bonus_and_hears_nothing(club: Core, clock: Watch) -> None:
    async with club.database.write() as tx:
        for channel, address in (("sms", "+36301111111"), ("email", "anna@example.com")):
            await consent.change(tx, [Consent(channel, address, False, "settings", purpose=NOTICES)], clock())
    await brings(club)
    await buys(club, "1")
    clock.moves(days=14)
    await pay_due(club, clock())
    assert (await have(club, "anna"), await told(club)) == ((100, 0), [])


async def test_each_side_reads_in_the_history_what_it_was_for(club: Core, clock: Watch) -> None:
    await brings(club, "charlie", Address("sms", "+36303333333"))
    await buys(club, "1")
    clock.moves(days=14)
    await pay_due(club, clock())
    for address, line in (
        ("+36301111111", "+100 points, for inviting a friend"),
        ("+36303333333", "+€5, a friend invited you"),
    ):
        [replies] = await converse_many(club, [Inbound("sms", address, address, "history", clock())])
        assert line in replies[0].text


async def test_without_a_hold_both_are_paid_with_the_purchase(database_url: str) -> None:
    async with core(database_url, document=CAFE + TERMS.replace("= 14", "= 0")) as cafe:
        await joins(cafe, ANNA)
        await brings(cafe)
        await buys(cafe, "1")
        assert (await have(cafe, "anna"), await have(cafe, "charlie")) == ((100, 0), (20, 500))
        await unbroken(cafe)


async def test_a_purchase_refunded_before_the_hold_ends_pays_nobody_but_the_next_may(club: Core, clock: Watch) -> None:
    await brings(club)
    await buys(club, "1")
    await record(club, refund("r", "1", member={"external_id": "charlie"}))
    assert (await of(club)).state == "waiting"
    clock.moves(days=20)
    assert await pay_due(club, clock()) == 0
    await buys(club, "2")
    assert (await of(club)).state == "held"


async def test_a_purchase_refunded_later_takes_back_what_both_got(club: Core, clock: Watch) -> None:
    await brings(club)
    await buys(club, "1")
    clock.moves(days=14)
    await pay_due(club, clock())
    await record(club, refund("part", "1", member={"external_id": "charlie"}, amount="5.00"))
    assert await have(club, "anna") == (100, 0)
    await record(club, refund("rest", "1", member={"external_id": "charlie"}))
    assert (await of(club)).state == "reversed"
    assert (await have(club, "anna"), await have(club, "charlie")) == ((0, 0), (0, 0))


@pytest.mark.parametrize("name", ["device", "payment_token"])
async def test_a_friend_with_the_same_device_or_card_is_oneself(club: Core, name: str) -> None:
    await buys(club, "0", "anna", **{name: "x1"})
    await brings(club)
    await buys(club, "1", **{name: "x1"})
    assert ((await of(club)).state, (await of(club)).reason) == ("refused", "same device or payment")


async def test_who_was_erased_and_comes_back_is_no_new_friend(club: Core) -> None:
    phone = Address("sms", "+36303333333")
    await joins(club, NewMember(external_id="before", addresses=(phone,)))
    await erase(club, ref("before"))
    await brings(club, "charlie", phone)
    assert ((await of(club)).state, (await of(club)).reason) == ("refused", "was a member before")


async def odd(club: Core) -> None:
    """Charlie pays with what Dora paid with before."""
    await joins(club, NewMember(external_id="dora"))
    await buys(club, "d", "dora", payment_token="t")
    await brings(club)
    await buys(club, "1", payment_token="t")


@pytest.mark.parametrize(("approve", "state", "points"), [(True, "paid", 100), (False, "refused", 0)])
async def test_what_looks_odd_waits_for_a_person(
    club: Core, clock: Watch, approve: bool, state: str, points: int
) -> None:
    await odd(club)
    one = await of(club)
    assert (one.state, one.reason) == ("review", "device or payment of another member")
    clock.moves(days=14)
    assert await pay_due(club, clock()) == 0
    assert (await decide(club, one.friend_id, approve=approve)).state == state
    assert (await have(club, "anna"))[0] == points
    with pytest.raises(Conflict, match=f"it is {state}"):
        await decide(club, one.friend_id, approve=True)


async def test_without_a_review_what_looks_odd_is_refused(database_url: str) -> None:
    async with core(database_url, document=CAFE + TERMS.replace("review = true", "review = false")) as cafe:
        await joins(cafe, ANNA)
        await odd(cafe)
        assert (await of(cafe)).state == "refused"


async def test_many_friends_within_a_day_are_looked_at(club: Core) -> None:
    for n in range(6):
        await brings(club, f"friend{n}")
        await buys(club, f"p{n}", f"friend{n}")
    states = [(await of(club, f"friend{n}")).state for n in range(6)]
    assert states == [*["held"] * 5, "review"]


async def test_beyond_the_cap_only_the_friend_is_paid(database_url: str, clock: Watch) -> None:
    async with core(database_url, clock, CAFE + TERMS + CAP) as cafe:
        await joins(cafe, ANNA)
        for who in ("bence", "charlie"):
            await brings(cafe, who)
            await buys(cafe, who, who)
        clock.moves(days=14)
        await pay_due(cafe, clock())
        assert [await have(cafe, who) for who in ("anna", "bence", "charlie")] == [(100, 0), (20, 500), (20, 500)]
        assert len(await told(cafe)) == 1
        await unbroken(cafe)


async def test_who_is_erased_meanwhile_is_not_paid(club: Core, clock: Watch) -> None:
    await brings(club)
    await buys(club, "1")
    await erase(club, ref("anna"))
    clock.moves(days=14)
    await pay_due(club, clock())
    assert ((await of(club)).state, await have(club, "charlie")) == ("refused", (20, 0))


async def test_an_unknown_referrer_is_named_and_nobody_joins(club: Core) -> None:
    stranger: Any = MemberRef(code="2222-2222")
    with pytest.raises(BadInput, match="referred_by: there is no member"):
        await enrol(club, NewMember(external_id="charlie", referred_by=stranger))
    await brings(club)


async def test_a_programme_without_referrals_remembers_nobody(cafe: Core) -> None:
    await brings(cafe)
    async with cafe.database.read() as tx:
        assert await referrals.brought(tx, (await balance(cafe, ref("anna"))).member.id) == {}
