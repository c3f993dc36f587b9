"""Who says STOP hears nothing for a week in which there was every reason to write to them; the others hear it all."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import cycle

import pytest

from bot.actions import give, handing_over, redeem, vouchers, waiting
from bot.conversation.commands import Stop
from bot.conversation.facts import Turn
from bot.conversation.understanding import understand
from bot.errors import Conflict
from bot.messages import InboundKind
from bot.storage.tables import messages, touches
from channels.twilio.words import STOP_WORDS
from tests.journeys.week import CAMPAIGNS, CHANNELS, MONDAY, Person, Week, heard, week
from tests.unit.conversation import talk
from tests.unit.conversation.test_opting_out import SENTENCES, WORDS

DONOR = 1
"""Gives points away, and holds the seat that others wait for."""
ANSWERED, NOTICES = 1, 6
"""What is said to those with whom more happens: gifts before and after, a voucher, a seat, staff who came and not."""


SHAPES: tuple[Callable[[str], str], ...] = (str, str.upper, "{}!".format, "„{}.”".format)


def leavers(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every word, over all channels and shapes; and what the carriers' networks hear."""
    yield from (
        (channel, shape(word)) for word, channel, shape in zip(words, cycle(CHANNELS), cycle(SHAPES), strict=False)
    )
    yield from (("sms", said) for word in sorted(STOP_WORDS) for said in (word, f" {word.lower()}\n"))


def stayers(words: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Every word within a sentence; in one line, because what a mail says first is all it says."""
    sentences, channels = cycle(one for one in SENTENCES if "\n" not in one), cycle(CHANNELS)
    yield from ((next(channels), next(sentences).format(word)) for word in words)


def people(said: Iterator[tuple[str, str]], first: int) -> list[Person]:
    return [Person(number, channel, text) for number, (channel, text) in enumerate(said, first)]


def some_of(those: Sequence[Person]) -> list[Person]:
    """Two of each channel, for what is done one by one."""
    return [one for channel in CHANNELS for one in [one for one in those if one.channel == channel][2:4]]


@pytest.mark.parametrize("channel", CHANNELS)
def test_an_opt_out_word_alone_is_one_on_every_channel_in_any_shape(channel: str) -> None:
    anna = Person(2, channel, "")
    for word in WORDS:
        for said in (heard(anna, shape(word), MONDAY) for shape in SHAPES):
            assert said.kind is InboundKind.STOPPED or understand(talk.anna(), said.text) == Turn(command=Stop()), said


async def has_reasons_to_hear(week: Week, donor: Person, those: Sequence[Person]) -> None:
    """A gift of which they were not told yet, a voucher that ends soon, and staff who owe them an answer."""
    for one in those:
        await give.give(week.core, donor.ref, one.ref, 40, f"before:{one.id}")
        await redeem.redeem(week.core, one.ref, "monthly", f"before:{one.id}")
    await week.say(*(heard(one, "person", week.clock()) for one in those))
    assert {len(texts) for texts in week.sent().values()} == {1}
    week.forget()


async def seat_comes_free(week: Week, donor: Person, first: Person) -> None:
    """What others wait for was the donor's, who gives it back."""
    taken = await redeem.redeem(week.core, donor.ref, "latte_art", f"seat:{first.id}")
    await waiting.join(week.core, first.ref, "latte_art")
    await vouchers.cancel(week.core, taken.voucher, "cannot come")


async def goes_on(week: Week, day: int, donor: Person, left: Sequence[Person], stayed: Sequence[Person]) -> None:
    """What the others and the shop do at noon of each day."""
    few_left, few_stayed = some_of(left), some_of(stayed)
    if day == 1:
        for one in (*few_left, *few_stayed):
            await give.give(week.core, donor.ref, one.ref, 40, f"during:{one.id}")
    if day == 2:
        for one in (*few_left, *few_stayed):
            await seat_comes_free(week, donor, one)
        await week.say(*(heard(one, "balance", week.clock()) for one in few_left))
    if day == 3:
        for one in few_left:
            with pytest.raises(Conflict, match="they said STOP"):
                await handing_over.answer(week.core, *one.place, "We are open till six.", f"staff:{one.id}", "Dóra")
        for one in few_stayed:
            await handing_over.answer(week.core, *one.place, "We are open till six.", f"staff:{one.id}", "Dóra")
    if day == 6:
        await week.buy([one for one in left if one not in few_left], "80.00")
        await week.buy([one for one in stayed if one not in few_stayed], "1.00")


async def test_after_an_opt_out_word_nothing_leaves_for_a_week_and_within_a_sentence_it_is_only_a_word(
    database_url: str,
) -> None:
    words = WORDS if database_url.startswith("sqlite") else WORDS[::7]
    async with week(database_url) as shop:
        donor = Person(DONOR, "telegram", "")
        left = people(leavers(words), 2)
        stayed = people(stayers(words), 2 + len(left))
        few_left, few_stayed = some_of(left), some_of(stayed)
        await shop.join([donor, *left, *stayed])
        await shop.buy([donor], "20000.00")
        await has_reasons_to_hear(shop, donor, [*few_left, *few_stayed])

        told = {one: heard(one, one.says, shop.clock()) for one in (*left, *stayed)}
        await shop.say(*told.values())
        answers = Counter({place: len(texts) for place, texts in shop.sent().items()})
        assert {one.says: answers[one.place] for one in left if answers[one.place] != (not told[one].answered)} == {}
        shop.forget()

        await shop.passes(lambda day: goes_on(shop, day, donor, left, stayed))
        sent = shop.sent()
        assert {one.says: sent[one.place] for one in left if one.place in sent} == {}
        held_back = {(row.member_id, row.campaign): row.suppressed for row in await shop.rows(touches)}
        for one in left:
            if one not in few_left:
                assert {key: held_back.get((one.id, key)) for key in CAMPAIGNS} == dict.fromkeys(CAMPAIGNS, "stopped")
        sent_rows = [row for row in await shop.rows(messages) if row.state == "sent"]
        reached = {(row.member_id, row.campaign) for row in sent_rows}
        for one in stayed:
            assert one in few_stayed or {key for key in CAMPAIGNS if (one.id, key) in reached} == set(CAMPAIGNS)
        notices = Counter(row.member_id for row in sent_rows if not row.campaign)
        for one in few_stayed:
            # What staff say on the fourth day is too late for WhatsApp.
            assert notices[one.id] == ANSWERED + NOTICES - (one.channel == "whatsapp")
