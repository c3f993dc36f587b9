"""Joining, asking and leaving at every door of a running service, by each channel's real protocol."""

from typing import Any

import pytest
from aiohttp import ClientSession

from tests.fakes.twilio import STARTED
from tests.journeys.doors import TELEGRAM_PROOF, Door, Mail, Sms, Telegram, at
from tests.journeys.world import TELEGRAM_SECRET, Town, until

DOORS = ["telegram", "telegram webhook", "sms", "mail", "posted mail", "web"]
CHANNELS = ["telegram", "sms", "mail", "web"]
TALK = "when does the last stop leave?"


def told(door: str) -> dict[str, Any]:
    """The settings that a door needs beyond the town's."""
    return {"telegram_mode": "webhook"} if door == "telegram webhook" else {}


def name(door: str) -> str:
    return door.removesuffix(" webhook")


@pytest.mark.parametrize("door", DOORS)
async def test_a_customer_joins_buys_and_hears_the_right_balance(town: Town, door: str) -> None:
    async with town.service(**told(door)), at(name(door))(town) as anna:
        assert "You have 0 points." in await anna.join()
        sold = await town.sale(anna.ref, "1", "12.99")
        assert sold["outcomes"][0] == {"type": "points_earned", "points": 12, "balance": 12}
        assert "You have 12 points." in await anna.ask("balance")
        assert "You have 12 points." in await anna.ask("How many points do I have?")


@pytest.mark.parametrize("door", DOORS)
async def test_a_hungarian_is_answered_in_hungarian(town: Town, door: str) -> None:
    async with town.service(**told(door)), at(name(door))(town) as anna:
        assert "Isten hozott!" in await anna.join("hu")
        await town.sale(anna.ref, "1", "31.50")
        assert "Egyenleged: 31 pont." in await anna.ask("egyenleg")


@pytest.mark.parametrize("door", CHANNELS)
async def test_after_stop_nothing_but_the_confirmation_leaves(town: Town, door: str) -> None:
    async with town.service(), at(door)(town) as anna:
        await anna.join()
        await leave(anna)
        said = len(await anna.heard(0))
        await anna.tell("balance")
        await town.sale(anna.ref, "1", "85.00")  # brings the next reward near
        await until(lambda: town.has("touches", 1))
        assert len(await anna.heard(0)) == said
        await until(town.settled)
        assert {message.state for message in await town.rows("messages")} == {"sent"}
        assert [touch.suppressed for touch in await town.rows("touches")] == ["stopped"]


@pytest.mark.parametrize("door", CHANNELS)
async def test_stop_in_a_sentence_stops_nothing(town: Town, door: str) -> None:
    async with town.service(), at(door)(town) as anna:
        await anna.join()
        assert "did not understand" in await anna.ask(TALK)
        assert "You have 0 points." in await anna.ask("balance")


@pytest.mark.parametrize("door", CHANNELS)
async def test_who_has_stopped_comes_back_by_start(town: Town, door: str) -> None:
    async with town.service(), at(door)(town) as anna:
        await anna.join()
        await leave(anna)
        if door == "sms":
            await anna.tell("START")
            assert town.twilio.own_answers[-1] == (anna.address, STARTED)
        else:
            assert "Welcome back!" in await anna.ask("START")
        assert "You have 0 points." in await anna.ask("balance")


async def test_a_telegram_update_told_twice_is_answered_once(town: Town) -> None:
    anna = Telegram(town)
    async with town.service(telegram_mode="webhook"):
        await anna.ask("join")
        update = town.telegram.says(7_400_000_001, "Anna")
        await anna.heard(2)
        assert await post_update(town, update) == 200
        assert "birthday" in (await anna.heard(2))[-1]
        await anna.ask("skip")
        assert len(await anna.heard(3)) == 3
        assert await town.count("inbound") == 3


async def test_an_sms_told_twice_is_answered_once(town: Town) -> None:
    anna = Sms(town)
    async with town.service():
        await anna.ask("join")
        for _ in range(2):
            heard = await town.twilio.says(anna.address, "Anna", to_url=town.url, sid="SM" + "7" * 32)
            assert heard.status == 200
        await anna.ask("skip")
        assert len(await anna.heard(3)) == 3


async def test_a_mail_brought_twice_is_answered_once(town: Town) -> None:
    anna = Mail(town)
    async with town.service():
        await anna.ask("join")
        for _ in range(2):
            await anna.bring(anna.written("Anna", "<the-same@ok.test>"))
        await anna.ask("skip")
        assert len(await anna.heard(3)) == 3


@pytest.mark.parametrize("proof", [None, "", "wrong", TELEGRAM_SECRET + "x"])
async def test_a_wrong_telegram_secret_changes_nothing(sqlite_town: Town, proof: str | None) -> None:
    async with sqlite_town.service():
        await Telegram(sqlite_town).join()
        update = {"update_id": 1, "message": {"message_id": 1, "chat": {"id": 1, "type": "private"}, "text": "join"}}
        await until(sqlite_town.settled)
        before = await sqlite_town.dump()
        assert await post_update(sqlite_town, update, proof) in (401, 403)
        assert await sqlite_town.dump() == before


@pytest.mark.parametrize("signature", [None, "wrong", "AAAAAAAAAAAAAAAAAAAAAAAAAAA="])
async def test_a_wrong_twilio_signature_changes_nothing(sqlite_town: Town, signature: str | None) -> None:
    async with sqlite_town.service():
        await Sms(sqlite_town).join()
        await until(sqlite_town.settled)
        before = await sqlite_town.dump()
        heard = await sqlite_town.twilio.says("+36301234567", "STOP", to_url=sqlite_town.url, sign=signature)
        assert heard.status in (401, 403)
        sid = (await sqlite_town.twilio.sent(1))[0].sid
        heard = await sqlite_town.twilio.status(sid, "failed", to_url=sqlite_town.url, sign=signature)
        assert heard.status in (401, 403)
        assert await sqlite_town.dump() == before


async def test_without_a_key_no_mail_is_taken_and_no_sale_recorded(sqlite_town: Town) -> None:
    anna = Mail(sqlite_town)
    async with sqlite_town.service(), ClientSession() as client:
        await anna.join()
        await until(sqlite_town.settled)
        before = await sqlite_town.dump()
        for headers in ({}, {"Authorization": "Bearer reg_" + "x" * 43}):
            for path in ("/webhooks/email", "/api/v1/activities"):
                async with client.post(sqlite_town.url + path, data=anna.written("stop"), headers=headers) as answer:
                    assert answer.status in (401, 403)
        assert await sqlite_town.dump() == before


@pytest.mark.parametrize("known_by", ["sms", "mail"])
async def test_a_visitor_proves_who_they_are_by_a_code_sent_to_their_own_address(town: Town, known_by: str) -> None:
    async with town.service(), at(known_by)(town) as anna, at("web")(town) as visitor:
        await anna.join()
        await town.sale(anna.ref, "1", "40.00")
        assert "phone number or e-mail address" in await visitor.ask("I am a member")
        heard = len(await anna.heard(0))
        assert "a code is on its way" in await visitor.ask(anna.address)
        message = (await anna.heard(heard + 1))[-1]
        code = next(word.strip(".") for word in message.split() if word.strip(".").isdecimal())
        wrong = f"{(int(code) + 1) % 1_000_000:06}"
        assert "wrong or too old" in await visitor.ask(wrong)
        assert "Hello Anna Kiss!" in await visitor.ask(code)
        assert "You have 40 points." in await visitor.ask("balance")


async def test_nobody_learns_at_the_web_chat_who_is_a_member(sqlite_town: Town) -> None:
    async with sqlite_town.service(), at("web")(sqlite_town) as visitor:
        await visitor.ask("link")
        assert "If it belongs to a member" in await visitor.ask("stranger@ok.test")
        assert not await sqlite_town.mail.received(0)


@pytest.mark.parametrize("door", ["telegram", "sms", "mail"])
async def test_a_conversation_goes_on_after_a_restart(town: Town, door: str) -> None:
    anna = door_of(town, door)
    async with town.service():
        await anna.ask("join")
        assert "birthday" in await anna.ask("Anna Kiss")
    async with town.service():
        assert "news and gifts" in await anna.ask("14 March 1990")
        assert "You are now a member" in await anna.ask("no")
    [member] = await town.rows("members")
    assert (member.name, member.birthday) == ("Anna Kiss", "1990-03-14")


async def leave(customer: Door) -> None:
    if customer.channel == "sms":  # the network itself confirms, and would refuse a message of ours
        await customer.tell("STOP")
    else:
        assert "no more messages" in await customer.ask("STOP")


def door_of(town: Town, door: str) -> Door:
    kinds: dict[str, type[Telegram] | type[Sms] | type[Mail]] = {"telegram": Telegram, "sms": Sms, "mail": Mail}
    return kinds[door](town)


async def post_update(town: Town, update: dict[str, Any], proof: str | None = TELEGRAM_SECRET) -> int:
    """Tell the webhook something, and what status it answers."""
    headers = {} if proof is None else {TELEGRAM_PROOF: proof}
    async with ClientSession() as client:
        async with client.post(town.url + "/webhooks/telegram", json=update, headers=headers) as answer:
            return answer.status
