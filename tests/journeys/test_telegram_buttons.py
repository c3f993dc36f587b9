"""What Anna sees on Telegram when she talks by pressing: a real conversation, in one message while it can be."""

from bot.clock import system_clock
from bot.storage import programmes
from tests.fakes.telegram_replies import SentMessage
from tests.journeys.doors import Telegram
from tests.journeys.world import CAFE, Town

ANNA, BENCE = 7_400_000_001, 7_400_000_002
SWEET = """
[[rewards]]
key = "sweet_{n:02}"
kind = "free_product"
cost = {{ points = {n} }}
name = {{ en = "Sweet {n} <&>" }}
"""
SWEETS = "".join(SWEET.format(n=n) for n in range(1, 13))


async def test_anna_turns_pages_confirms_and_gets_her_code(town: Town) -> None:
    async with town.database.write() as tx:
        await programmes.publish(tx, CAFE + SWEETS, system_clock())
    telegram, anna = town.telegram, Telegram(town)

    async def until(message: int, text: str) -> SentMessage:
        """The message once it says so."""

        def found() -> list[SentMessage]:
            return [one for one in telegram.messages[ANNA] if one.id == message and text in one.text]

        await telegram.until(lambda: bool(found()))
        return found()[0]

    async with town.service():
        await anna.join()
        await town.sale(anna.ref, "1", "11.00")
        await anna.ask("/rewards")
        listed = telegram.messages[ANNA][-1]
        assert listed.text.startswith("1. Sweet 1 <&>: 1 point, you can have it now")
        assert listed.buttons["More"] == "rewards 2"

        telegram.press(ANNA, "rewards 2")
        second = await until(listed.id, "Page 2 of 2")
        assert "8. Sweet 8 <&>" in second.text
        telegram.press(ANNA, "redeem sweet_08")
        asked = await until(listed.id, "Redeem Sweet 8 <&> for 8 points?")
        assert asked.buttons == {"Yes": "yes sweet_08", "No": "no"}

        before = len(telegram.messages[ANNA])
        telegram.press(ANNA, "yes sweet_08")
        await telegram.until(lambda: len(telegram.messages[ANNA]) > before)
        assert "Show this code at the counter" in telegram.messages[ANNA][before].text
        await telegram.until(lambda: not next(one for one in telegram.messages[ANNA] if one.id == listed.id).rows)
        await telegram.until(lambda: len(telegram.answered) == 3)
    assert [one.reward for one in await town.rows("redemptions")] == ["sweet_08"]


async def test_a_friends_link_says_who_invited(town: Town) -> None:
    async with town.database.write() as tx:
        await programmes.publish(tx, CAFE + "\n[referrals]\nreferrer = { points = 100 }\n", system_clock())
    anna, bence = Telegram(town), Telegram(town, BENCE)
    async with town.service():
        welcome = await anna.join()
        code = welcome.partition("Your member number: ")[2].split()[0]
        assert "What is your name?" in await bence.ask(f"/start r_{code}")
        for text in ("Bence", "skip", "no"):
            await bence.ask(text)
        [friend] = [one for one in await town.rows("members") if one.name == "Bence"]
    [referral] = await town.rows("referrals")
    assert referral.friend_id == friend.id
