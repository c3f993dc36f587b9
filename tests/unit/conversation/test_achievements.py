"""Challenges, streaks and badges as they are told in a chat."""

from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from bot.conversation.commands import TakeUp
from bot.conversation.concluding import conclude
from bot.conversation.facts import Facts
from bot.conversation.understanding import understand
from bot.errors import NotFound
from bot.loyalty.member import Profile
from tests.unit.conversation.talk import ANNA, SATURDAY, labels, only
from tests.unit.loyalty.play import programme

BUDAPEST = ZoneInfo("Europe/Budapest")
JOINED = Profile(datetime(2026, 11, 16, 9, tzinfo=UTC), BUDAPEST)
RULES = """
[[challenges]]
key = "spender"
name = { en = "Big spender", hu = "Nagy költő" }
on = "purchase"
goal = { sum = "amount", reach = "100.00" }
window = "month"
then = { points = 50, badge = "explorer", level = 2 }

[[challenges]]
key = "tasting"
name = { en = "Tasting", hu = "Kóstoló" }
on = "purchase"
goal = { set = ["latte", "mocha"], of = "sku" }
join = "opt_in"
then = { reward = "drink" }

[[challenges]]
key = "start"
name = { en = "Good start", hu = "Jó kezdet" }
on = "purchase"
goal = { count = 5 }
window = { days_after_joining = 14 }
levels = [{ reach = 2, then = { points = 5 } }, { reach = 5, then = { points = 20 } }]

[[streaks]]
key = "daily"
name = { en = "Daily", hu = "Naponta" }
on = "purchase"
freezes = 2
levels = [{ reach = 5, then = { points = 10 } }]
"""
PROGRESS = {
    "challenges": {"spender": {"2026-11#sum:amount": 3550}, "start": {"#count": 3}, "tasting": {"#set:sku": ["latte"]}},
    "badges": {"explorer": {":1": "2026-03-12"}},
    "streaks": {
        "daily": {
            "base": [0, 0, 0, 0, {}, []],
            "numbers": [],
            "head": [3, datetime(2026, 11, 20, tzinfo=UTC).toordinal(), 1, 4, {}, []],
            "lost": [],
            "unit": "day",
            "zone": "Europe/Budapest",
            "paid": {},
        }
    },
}


def anna(locale: str = "en", now: datetime = SATURDAY, **progress: object) -> Facts:
    member = replace(ANNA, progress={**PROGRESS, **progress}, profile=JOINED)
    return Facts(programme(RULES), "telegram", locale, now, member)


def lines(facts: Facts, text: str) -> list[str]:
    return only(understand(facts, text)).text.splitlines()


def test_every_challenge_tells_how_far_until_when_and_what_it_brings() -> None:
    assert lines(anna(), "challenges") == [
        "Big spender: €35.50 of €100. It brings: 50 points, the badge Explorer, Silver. Until November 30, 2026.",
        "Tasting: 1 of 2 different kinds. It brings: Any drink. To take part, write: challenge 1",
        "Good start: 3 of 5 times. It brings: 20 points. 1 level done. Until November 30, 2026.",
        "Daily: 3 days in a row. 1 freeze left. 2 more bring: 10 points.",
    ]


def test_the_same_in_hungarian() -> None:
    assert [line.replace("\u00a0", " ") for line in lines(anna("hu"), "kihívások")] == [
        "Nagy költő: 35,50 EUR / 100 EUR. Amit ér: 50 pont, jelvény: Explorer, Silver. Utolsó nap: 2026. november 30.",
        "Kóstoló: 1 / 2 különböző fajta. Amit ér: Any drink. Ha részt veszel, írd: kihívás 1",
        "Jó kezdet: 3 / 5 alkalom. Amit ér: 20 pont. 1 szint megvan. Utolsó nap: 2026. november 30.",
        "Naponta: 3 nap egymás után. 1 kihagyás még belefér. Még 2, és a tiéd: 10 pont.",
    ]


def test_what_is_done_says_so_and_what_is_over_is_not_shown() -> None:
    december = datetime(2026, 12, 24, 12, tzinfo=UTC)
    done = anna(now=december, challenges={"spender": {"2026-12#sum:amount": 10_000}})
    said = lines(done, "challenges")
    assert said[0] == "Big spender: done!"
    assert not any(line.startswith("Good start") for line in said)


def test_a_streak_that_ended_says_which_day_was_missed() -> None:
    later = anna(now=datetime(2026, 11, 24, 12, tzinfo=UTC))
    assert lines(later, "challenges")[-1] == (
        "Daily: 0 days in a row. The last one, of 3 days, ended because of November 21, 2026. "
        "1 freeze left. 5 more bring: 10 points."
    )


def test_a_stranger_sees_what_there_is_but_cannot_take_it_up() -> None:
    stranger = replace(anna(), member=None)
    assert lines(stranger, "challenges")[1] == "Tasting: 0 of 2 different kinds. It brings: Any drink."
    assert lines(stranger, "challenge 1")[0].startswith("You are not a member")


def test_a_challenge_is_taken_up_by_its_number_or_its_button() -> None:
    assert "challenge tasting" in labels(only(understand(anna(), "challenges")))
    for text in ("challenge 1", "Challenge TASTING", "kihívás 1"):
        assert understand(anna("hu" if text[0] == "k" else "en"), text).command == TakeUp("tasting")


def test_what_cannot_be_taken_up_shows_the_list_instead() -> None:
    for text in ("challenge 2", "challenge spender", "challenge 0", "challenge nothing", "challenge 99999"):
        assert lines(anna(), text)[0].startswith("Big spender")


def test_after_taking_it_up_it_is_told_without_the_offer() -> None:
    joined = anna(challenges_joined={"tasting": int(SATURDAY.timestamp())})
    said = only(conclude(joined, TakeUp("tasting"), {})).text
    assert said == "You are in. Good luck!\nTasting: 1 of 2 different kinds. It brings: Any drink."
    assert only(conclude(anna(), TakeUp("tasting"), NotFound("gone"))).text.startswith("Sorry")


def test_badges_tell_the_highest_level_and_the_next_one() -> None:
    assert lines(anna(), "badges") == [
        "You have: Explorer, Bronze (March 12, 2026)",
        "Still to win: Explorer, Silver",
        "Still to win: Regular",
    ]
    assert lines(replace(anna(), locale="hu"), "jelvények")[0] == "Megvan: Explorer, Bronze (2026. március 12.)"
