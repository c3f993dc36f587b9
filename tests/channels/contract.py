"""What a channel promises to the service and to customers, whoever its provider is.

The tests of a channel are a class made of ``Contract``, which every channel keeps, and of those further promises that
it makes; in ``lacks`` it says of each other one why not. ``of`` is its ``World``: the channel with its provider's fake.
"""

import asyncio
import logging
import traceback
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import ClassVar
from urllib.parse import quote

import pytest
import structlog

from bot.errors import AddressGone, Rejected, RetryLater, SendError
from bot.messages import Button, InboundKind, Picture, Purpose
from tests.channels.worlds.world import KINDS, PNG, Called, Hearing, Listening, Refusing, World, eventually, sockets

LONG = "\n".join(f"{number}. The tea of day {number} of the year" for number in range(1, 366))
TEXTS = {
    "plain": "You have 12 points",
    "Hungarian": "Önnek 12 pontja van, gyűjtsön még őszibarackért",
    "Chinese": "您有 12 點，再喝兩杯咖啡就有一杯免費",
    "emoji": "Well done 🎉👩🏽‍🚀",
    "markup": "Bean <b>&</b> Leaf *says* _hello_ [here] &amp; {{ now }} %s",
    "line breaks": "Two coffees\n\nto go:\n- one\n- two",
}
CHOICES = (Button("Balance", "balance"), Button("Yes", "yes"), Button("Cancel it", "cancel"))
CARD = Picture("card", {"code": "K7M2-9QXA"}, "Your card: K7M2-9QXA")
CANNOT_BE_DRAWN = Picture("broken", {}, "Your card: K7M2-9QXA")
MARK = "zebra-42"
"""Stands in what is said and must stand in no log."""


def squeezed(text: str) -> str:
    return "".join(text.split())


class Door:
    """What holds for each way in; enough for a further one of a channel that keeps the whole contract."""

    of: ClassVar[type[World]]
    lacks: ClassVar[Mapping[type, str]] = {}

    @pytest.fixture
    def unopened(self, request: pytest.FixtureRequest) -> World:
        return self.of()

    @pytest.fixture
    async def unstarted(self, unopened: World) -> AsyncIterator[World]:
        """With its provider there, and its routes served."""
        async with unopened as world:
            yield world

    @pytest.fixture
    async def world(self, unstarted: World) -> World:
        await unstarted.start()
        return unstarted

    @pytest.fixture
    def logged(self, caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
        """Everything that is logged, by whatever library."""
        lines: list[str] = []

        def keep(logger: object, method: str, event: structlog.typing.EventDict) -> str:
            lines.append(str(event))
            raise structlog.DropEvent

        before = structlog.get_config()
        structlog.configure(processors=[structlog.processors.format_exc_info, keep])
        caplog.set_level(logging.INFO)
        caplog.handler.setFormatter(logging.Formatter("%(message)s"))
        yield lines
        structlog.configure(**before)

    def test_each_promise_is_made_or_declared_to_be_lacking(self) -> None:
        assert set(PROMISES) - set(type(self).__mro__) == set(self.lacks)
        assert all(self.lacks.values())

    async def test_closing_gives_everything_back(self, unopened: World) -> None:
        tasks, opened = asyncio.all_tasks(), sockets()
        async with unopened as world:
            await world.start()
            await world.send(world.message())
            await world.seen(1)
        await eventually(lambda: asyncio.all_tasks() <= tasks)
        await eventually(lambda: sockets() <= opened)

    async def test_closing_twice_or_without_a_start_does_no_harm(self, unstarted: World) -> None:
        await unstarted.channel.close()
        await unstarted.channel.close()


class Contract(Door):
    """What every channel keeps."""

    async def test_it_has_a_name_a_sender_that_is_no_secret_and_a_rate(self, world: World) -> None:
        channel = world.channel
        assert channel.name == world.name
        assert channel.sender
        assert channel.rate > 0
        assert not any(secret in channel.sender for secret in world.secrets)

    async def test_contact_tells_what_customers_write_to(self, world: World) -> None:
        await eventually(lambda: world.channel.contact == world.contact)

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
    async def test_a_text_arrives_as_it_was_written(self, world: World, text: str) -> None:
        assert await world.send(world.message(text))
        assert [one.text for one in await world.seen(1)] == [text]

    async def test_a_very_long_text_arrives_whole_and_in_order(self, world: World) -> None:
        await world.send(world.message(LONG))
        assert squeezed("".join(one.text for one in await world.seen(1))) == squeezed(LONG)

    async def test_every_message_has_its_own_id_at_the_provider(self, world: World) -> None:
        sent = {await world.send(world.message(number=number)) for number in (1, 2, 3)}
        assert len(sent) == 3

    async def test_choices_reach_the_customer_and_say_what_they_mean(self, world: World) -> None:
        await world.send(world.message("What now?", buttons=CHOICES[:2]))
        [seen] = await world.seen(1)
        assert seen.text.startswith("What now?")
        assert [says.casefold() for says in seen.choices.values()] == ["balance", "yes"]

    async def test_a_choice_that_asks_for_the_phone_costs_no_word(self, world: World) -> None:
        asks = (Button("Share my number", "phone", shares_phone=True), Button("Skip", "skip"))
        await world.send(world.message("Your number, please", buttons=asks))
        assert [one.text.partition("\n")[0] for one in await world.seen(1)] == ["Your number, please"]

    @pytest.mark.parametrize("picture", [CARD, CANNOT_BE_DRAWN], ids=["drawn", "not to be drawn"])
    async def test_a_picture_alone_reaches_as_an_image_or_in_words(self, world: World, picture: Picture) -> None:
        await world.send(world.message("", picture=picture))
        [seen] = await world.seen(1)
        assert seen.image == PNG or picture.alt in seen.text
        assert seen.image in (b"", PNG)

    @pytest.mark.parametrize("text", ["Show this", LONG], ids=["short", "long"])
    @pytest.mark.parametrize("picture", [CARD, CANNOT_BE_DRAWN], ids=["drawn", "not to be drawn"])
    async def test_a_picture_costs_none_of_the_words(self, world: World, picture: Picture, text: str) -> None:
        await world.send(world.message(text, picture=picture))
        assert squeezed(text) in squeezed("".join(one.text for one in await world.seen(1)))

    @pytest.mark.parametrize("old", ["", "99999", "never-was-one", "<r9.0123456789abcdef@shop.test>"])
    async def test_a_message_in_the_place_of_another_is_never_lost(self, world: World, old: str) -> None:
        first = await world.send(world.message("first"))
        await world.send(world.message("second", number=2, replaces=old or first))
        assert [one.text for one in await world.seen(1)][-1] == "second"

    @pytest.mark.parametrize("purpose", Purpose)
    async def test_a_message_of_each_purpose_leaves(self, world: World, purpose: Purpose) -> None:
        await world.send(world.message(purpose=purpose))
        assert len(await world.seen(1)) == 1

    async def test_many_messages_at_once_all_arrive(self, world: World) -> None:
        texts = [f"message {number} of many" for number in range(1, 21)]
        messages = [world.message(text, number=number) for number, text in enumerate(texts, 1)]
        await asyncio.gather(*map(world.send, messages))
        assert {one.text for one in await world.seen(20)} == set(texts)

    async def test_after_closing_a_message_waits_for_another_time_and_opens_nothing(self, world: World) -> None:
        await world.send(world.message())
        await world.channel.close()
        if world.connects:
            with pytest.raises(RetryLater) as raised:
                await world.channel.send(world.message(number=2))
            assert raised.value.code
        else:
            await world.channel.send(world.message(number=2))

    async def test_what_is_sent_is_not_logged(
        self, world: World, logged: list[str], caplog: pytest.LogCaptureFixture
    ) -> None:
        await world.send(world.message(MARK, buttons=CHOICES, picture=CANNOT_BE_DRAWN))
        await world.seen(1)
        keep_private(world, logged, caplog)


class Hears:
    """Customers talk by it."""

    of: ClassVar[type[Hearing]]

    async def test_what_is_said_arrives_with_all_that_is_known(self, world: Hearing) -> None:
        assert await world.says("how many points do I have?")
        [said] = world.hub.heard
        assert (said.channel, said.address) == (world.channel.name, world.address)
        assert (said.text, said.kind) == ("how many points do I have?", InboundKind.TEXT)
        assert said.id
        assert said.at.utcoffset() is not None

    @pytest.mark.parametrize("text", [TEXTS[name] for name in ("Hungarian", "Chinese", "emoji", "markup")])
    async def test_it_is_heard_as_it_was_written(self, world: Hearing, text: str) -> None:
        assert await world.says(text)
        assert [said.text for said in world.hub.heard] == [text]

    async def test_two_sayings_of_the_same_words_are_two(self, world: Hearing) -> None:
        assert await world.says("balance")
        assert await world.says("balance")
        assert len({said.id for said in world.hub.heard}) == 2

    async def test_the_provider_hears_ok_only_after_the_commit_and_what_it_repeats_is_the_same(
        self, world: Hearing
    ) -> None:
        world.hub.broken = True
        assert not await world.says("balance")
        world.hub.broken = False
        assert await world.repeats()
        assert {(said.address, said.text) for said in world.hub.heard} == {(world.address, "balance")}
        assert len({said.id for said in world.hub.heard + world.hub.refused}) == 1

    async def test_every_choice_comes_back_as_what_it_says(self, world: Hearing) -> None:
        await world.send(world.message("What now?", buttons=CHOICES[:2]))
        [seen] = await world.seen(1)
        for label in seen.choices:
            assert await world.chooses(seen, label)
        assert [said.text.casefold() for said in world.hub.heard] == ["balance", "yes"]
        assert {said.address for said in world.hub.heard} == {world.address}

    async def test_what_is_heard_is_not_logged(
        self, world: Hearing, logged: list[str], caplog: pytest.LogCaptureFixture
    ) -> None:
        assert await world.says(MARK)
        world.hub.broken = True
        assert not await world.says(MARK)
        keep_private(world, logged, caplog)


class Webhook:
    """The provider calls us, and proves who it is."""

    of: ClassVar[type[Called]]

    async def test_whoever_is_not_the_provider_is_refused_and_nothing_is_heard(self, world: Called) -> None:
        statuses = await world.forged()
        assert statuses
        assert set(statuses) <= {401, 403}
        assert [*world.hub.heard, *world.hub.refused, *world.hub.receipts] == []

    async def test_nothing_is_taken_while_the_service_is_not_there(self, unstarted: Called) -> None:
        assert not await unstarted.says("balance")
        assert unstarted.hub.heard == []

    async def test_without_proof_no_route_answers_while_the_service_is_not_there(self, unstarted: Called) -> None:
        answers = {path: status for path, status in await unstarted.knocks() if path not in unstarted.public}
        assert answers
        assert all(status >= 400 for status in answers.values()), answers


class Listens:
    """It fetches what customers say, or opens a door of its own."""

    of: ClassVar[type[Listening]]

    async def test_it_listens_only_when_it_is_to(self, unstarted: Listening) -> None:
        await unstarted.start(listen=False)
        await unstarted.send(unstarted.message())
        assert not unstarted.is_listening()

    async def test_it_listens_when_it_is_to(self, world: Listening) -> None:
        await eventually(world.is_listening)


class Opens:
    """A choice can open a page."""

    async def test_a_choice_that_opens_a_page_shows_where(self, world: World) -> None:
        opens = Button("Your card", "card", opens="https://shop.example/v/K7M2?a=1&b=2")
        await world.send(world.message("Here it is", buttons=(opens,)))
        [seen] = await world.seen(1)
        assert seen.links == {"Your card": "https://shop.example/v/K7M2?a=1&b=2"}


class Refuses:
    """The provider may not take a message."""

    of: ClassVar[type[Refusing]]

    async def refused(self, world: Refusing, kind: str) -> SendError:
        await world.refuse(kind)
        with pytest.raises(SendError) as raised:
            await world.send(world.message(MARK))
        return raised.value

    async def test_a_fault_of_the_providers_means_to_try_again_later(self, world: Refusing) -> None:
        error = await self.refused(world, "busy")
        assert isinstance(error, RetryLater)
        assert not error.whole_sender

    async def test_no_answer_means_to_try_again_later(self, world: Refusing) -> None:
        assert isinstance(await self.refused(world, "silent"), RetryLater)

    async def test_flood_control_holds_up_the_whole_sender(self, world: Refusing) -> None:
        error = await self.refused(world, "flood")
        assert isinstance(error, RetryLater)
        assert (error.whole_sender, error.after) == (True, world.flood_pause)

    async def test_an_address_that_is_gone_is_told_from_a_message_that_is_not_taken(self, world: Refusing) -> None:
        assert isinstance(await self.refused(world, "gone"), AddressGone)
        await world.relents()
        assert isinstance(await self.refused(world, "rejected"), Rejected)

    @pytest.mark.parametrize("kind", KINDS)
    async def test_a_refusal_has_a_code_and_a_reason_and_gives_nothing_away(
        self, world: Refusing, kind: str, logged: list[str], caplog: pytest.LogCaptureFixture
    ) -> None:
        error = await self.refused(world, kind)
        assert error.code
        assert error.reason
        logged += traceback.format_exception(error)
        keep_private(world, logged, caplog)

    @pytest.mark.parametrize("kind", KINDS)
    async def test_after_a_refusal_the_next_message_leaves(self, world: Refusing, kind: str) -> None:
        await self.refused(world, kind)
        await world.relents()
        await world.send(world.message("again", number=2))
        assert [one.text for one in await world.seen(1)][-1] == "again"


class Unsubscribes:
    """Offers can be ended by a click that the customer's program knows of."""

    async def test_what_is_not_wanted_can_be_ended_by_a_click(self, world: World) -> None:
        leave = "https://shop.example/u/TOKEN"
        await world.send(world.message(purpose=Purpose.MARKETING, unsubscribe_url=leave))
        await world.send(world.message(purpose=Purpose.REPLY, number=2))
        assert [one.unsubscribe for one in await world.seen(2)] == [leave, ""]


PROMISES = (Hears, Webhook, Listens, Opens, Refuses, Unsubscribes)


def keep_private(world: World, logged: list[str], caplog: pytest.LogCaptureFixture) -> None:
    """Neither who it was nor what was said nor a secret stands in what was logged."""
    lines = "\n".join([*logged, caplog.text])
    private = (world.address, quote(world.address), quote(world.address, safe=""), MARK, *world.secrets)
    assert [one for one in private if one in lines] == [], lines
