"""Every way out of an address: it is silent for the week, what waited for it is said nowhere, the others go on."""

from collections.abc import Awaitable, Callable, Mapping

from bot.actions import consent, give
from bot.errors import AddressGone
from bot.messages import Outbound, Purpose, Receipt, ReceiptState
from bot.storage import members, outbox
from bot.storage.ids import new_id
from bot.storage.members import Address
from bot.storage.tables import messages
from tests.journeys.week import CAMPAIGNS, Person, Week, heard, week

OFFER = "A coffee for you"


async def says_stop(shop: Week, anna: Person) -> None:
    await shop.say(heard(anna, "stop", shop.clock()))


async def unsubscribes(shop: Week, anna: Person) -> None:
    await consent.unsubscribe(shop.core, *anna.place)


async def opted_out_with_the_carrier(shop: Week, anna: Person) -> None:
    """Told when something is sent to her (Twilio's 21610)."""
    shop.channels[anna.channel].answers.append(AddressGone("opted out", code="21610", opted_out=True))
    await queued(shop, anna)
    await shop.delivery.deliver_due()


async def complains(shop: Week, anna: Person) -> None:
    await reported(shop, anna, opted_out=True)


async def bounces(shop: Week, anna: Person) -> None:
    await reported(shop, anna, address_gone=True)


async def reported(shop: Week, anna: Person, **what: bool) -> None:
    """The provider tells it of something that was sent a moment ago."""
    sent = await queued(shop, anna, Purpose.NOTICE)
    await shop.delivery.deliver_due()
    told = Receipt(anna.channel, f"{anna.channel}:{sent}", ReceiptState.FAILED, "reported", **what)
    await shop.delivery.settle_receipts([told])


async def queued(shop: Week, anna: Person, purpose: Purpose = Purpose.MARKETING) -> int:
    offer = Outbound(new_id(), *anna.place, purpose, OFFER)
    async with shop.core.database.write() as tx:
        await outbox.add(tx, [outbox.Draft(offer, anna.id, to_member=True)], shop.clock())
    return offer.id


WAYS: Mapping[str, tuple[str, Callable[[Week, Person], Awaitable[None]]]] = {
    "the word, on Telegram": ("telegram", says_stop),
    "the word, by mail": ("email", says_stop),
    "the carrier's word": ("sms", says_stop),
    "the link in the mail": ("email", unsubscribes),
    "21610": ("sms", opted_out_with_the_carrier),
    "a complaint": ("email", complains),
}


async def join(shop: Week, *people: Person) -> None:
    """With a second address on the web, where offers are agreed to as well, and the first preferred."""
    await shop.join(people)
    async with shop.core.database.write() as tx:
        for one in people:
            await members.put_address(tx, one.id, Address("web", f"window-{one.id}", True))
            await members.change(tx, one.id, {"preferred_channel": one.channel})


async def test_who_left_one_address_is_written_to_where_they_did_not_and_old_offers_do_not_follow_them(
    database_url: str,
) -> None:
    people = {way: Person(number, channel, "") for number, (way, (channel, _)) in enumerate(WAYS.items(), 2)}
    donor = Person(1, "whatsapp", "")
    async with week(database_url) as shop:
        await join(shop, *people.values(), donor)
        for way, (_, leaves) in WAYS.items():
            await queued(shop, people[way])
            await leaves(shop, people[way])
        shop.forget()

        async def noon(day: int) -> None:
            if day == 1:
                for one in people.values():
                    await give.give(shop.core, donor.ref, one.ref, 1, f"gift:{one.id}")
            if day == 6:
                await shop.buy(list(people.values()), "1.00")

        await shop.passes(noon)
        told = {one: await campaigns_told(shop, one) for one in people.values()}
    for way, one in people.items():
        here, there = told[one].get(one.place, []), told[one]["web", f"window-{one.id}"]
        # The link ends offers; what of theirs is going to end is none.
        assert here == (["ending"] if way == "the link in the mail" else []), way
        assert sorted(here + there) == sorted(CAMPAIGNS), way
    assert OFFER not in [text for texts in shop.sent().values() for text in texts]


async def campaigns_told(shop: Week, one: Person) -> dict[tuple[str, str], list[str]]:
    """Those that reached a person, by address."""
    told: dict[tuple[str, str], list[str]] = {}
    for row in await shop.rows(messages):
        if row.member_id == one.id and row.state == "sent" and row.campaign:
            told.setdefault((row.channel, row.address), []).append(row.campaign)
    return told


async def test_what_bounces_for_good_is_said_once_where_it_was_agreed_to_and_the_address_is_silent(
    database_url: str,
) -> None:
    anna = Person(2, "email", "")
    async with week(database_url) as shop:
        await join(shop, anna)
        await bounces(shop, anna)
        await shop.delivery.deliver_due()
        assert shop.sent()["web", "window-2"] == [OFFER]
        shop.forget()
        await shop.passes(_nothing)
        assert set(shop.sent()) == {("web", "window-2")}


async def _nothing(day: int) -> None:
    """Nobody does anything."""


async def test_stop_then_start_brings_answers_and_no_offers(database_url: str) -> None:
    people = [Person(n, channel, "") for n, channel in enumerate(("telegram", "sms", "whatsapp", "email", "web"), 2)]
    donor = Person(9, "web", "")
    async with week(database_url) as shop:
        await shop.join([*people, donor])
        for text in ("stop", "start", "balance"):
            shop.forget()
            await shop.say(*(heard(one, text, shop.clock()) for one in people))
        assert {place: len(texts) for place, texts in shop.sent().items()} == {one.place: 1 for one in people}
        shop.forget()
        for one in people:
            await give.give(shop.core, donor.ref, one.ref, 1, f"gift:{one.id}")
        await shop.passes(_nothing)
        sent = shop.sent()
        told = {row.campaign for row in await shop.rows(messages) if row.member_id != donor.id and row.state == "sent"}
        # That points are going to end is a reminder, as that somebody gave some.
        assert told == {None, "ending"}
        assert {one.place: len(sent[one.place]) for one in people} == {one.place: 2 for one in people}
