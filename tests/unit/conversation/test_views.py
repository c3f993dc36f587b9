"""The answers word for word, in both languages."""

from dataclasses import replace
from importlib.resources import files

import pytest

from bot.conversation import rewards, views
from bot.conversation.facts import Facts
from bot.conversation.intents import read
from bot.conversation.replies import bar
from bot.conversation.understanding import understand
from bot.loyalty.document import parse
from tests.unit.conversation.talk import ANNA, CAFE, anna, bence, labels, only

GSM_7 = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)
"""The characters of an SMS that is not UCS-2 (3GPP TS 23.038, 6.2.1)."""


def answer(facts: Facts, text: str) -> list[str]:
    return understand(facts, text).replies[0].text.splitlines()


def test_the_balance_says_what_is_there_and_what_is_missing() -> None:
    assert answer(anna(), "balance") == [
        "You have 87 points.",
        "▰▰▰▰▰▰▰▰▱▱",
        "13 points to go to the next reward: Any drink.",
        "Coffee card: 8 of 10, 2 stamps to go.",
    ]
    assert answer(anna("hu"), "egyenleg") == [
        "Egyenleged: 87 pont.",
        "▰▰▰▰▰▰▰▰▱▱",
        "Már csak 13 pont hiányzik a következő jutalomig: Bármelyik ital.",
        "Kávékártya: 8/10, még 2 pecsét kell.",
    ]


def test_the_balance_tells_store_credit_where_there_is_any() -> None:
    rich = replace(ANNA, credit=1050)
    assert answer(replace(anna(), member=rich), "balance")[:2] == ["You have 87 points.", "Your store credit: €10.50"]
    told = answer(replace(anna("hu"), member=rich), "egyenleg")[1]
    assert told.replace("\u00a0", " ") == "Levásárolható egyenleged: 10,50 EUR"


def test_the_balance_says_what_can_be_had_already() -> None:
    assert answer(anna(points=1), "balance")[0] == "You have 1 point."
    assert answer(anna(points=12345), "balance")[:2] == ["You have 12,345 points.", "You can have now: Any drink."]
    assert answer(anna("hu", points=12345), "egyenleg")[:2] == [
        "Egyenleged: 12\u00a0345 pont.",
        "Most beválthatod: Bármelyik ital.",
    ]


def test_a_balance_below_zero_is_told_as_it_is() -> None:
    assert answer(anna(points=-5), "balance")[:3] == [
        "You have -5 points.",
        "▱▱▱▱▱▱▱▱▱▱",
        "105 points to go to the next reward: Any drink.",
    ]


def test_the_last_stamp_is_one_stamp() -> None:
    facts = replace(anna(), member=replace(ANNA, progress={"stamps": {"coffee": 9}}))
    assert answer(facts, "stamps")[-1] == "Coffee card: 9 of 10, 1 stamp to go."


def test_the_card_has_the_number_and_the_stamps() -> None:
    assert answer(anna(), "card") == ["Your member number: ANNA23", "Coffee card: 8 of 10, 2 stamps to go."]
    assert answer(anna("hu"), "kártya")[0] == "Tagsági számod: ANNA23"
    assert answer(bence(), "card")[0].startswith("You are not a member")


def test_a_new_member_has_an_empty_card() -> None:
    facts = replace(anna(), member=replace(ANNA, progress={}))
    assert answer(facts, "balance")[-1] == "Coffee card: 0 of 10, 10 stamps to go."


def test_the_rewards_are_shown_to_anyone() -> None:
    assert answer(anna(), "rewards") == ["1. Any drink: 100 points, 13 points to go"]
    assert answer(anna(points=100), "rewards") == [
        "1. Any drink: 100 points, you can have it now",
        "To redeem one, write redeem and its number, for example: redeem 1",
    ]
    assert answer(anna("hu", points=100), "jutalmak") == [
        "1. Bármelyik ital: 100 pont, most beválthatod",
        "Ha beváltanád valamelyiket, írd a sorszámát is, például: beváltom 1",
    ]
    assert answer(bence("hu"), "Mit kaphatok?") == [
        "1. Bármelyik ital: 100 pont",
        "Még nem vagy tag itt: Bean & Leaf. Ha csatlakoznál, írd: csatlakozom",
    ]


def test_what_is_within_reach_has_a_button() -> None:
    assert labels(rewards.shown(anna("hu", points=100))) == {"redeem free_drink": "Beváltom: Bármelyik ital"}
    assert labels(rewards.shown(anna(points=99))) == {}


def test_challenges_count_the_days_of_this_week() -> None:
    assert answer(anna(), "challenges") == [
        "Three visits in a week: 2 of 3 days this week. It brings the badge: Regular"
    ]
    assert answer(anna("hu"), "kihívások") == [
        "Három látogatás egy héten: ezen a héten 2/3 nap. A jelvény, amit ér: Törzsvendég"
    ]
    assert answer(bence(), "challenges")[0].startswith("Three visits in a week: 0 of 3 days")


def test_the_week_is_that_of_the_programmes_zone() -> None:
    # 23:30 UTC on Sunday is Monday in Budapest.
    monday = replace(anna(), now=anna().now.replace(day=22, hour=23, minute=30))
    assert "0 of 3 days" in answer(monday, "challenges")[0]


def test_a_challenge_that_is_done_says_so() -> None:
    days = {"challenges": {"three_visits": {"2026-W47": ["2026-11-16", "2026-11-17", "2026-11-18"]}}}
    done = replace(anna(), member=replace(ANNA, progress=days))
    assert answer(done, "challenges") == ["Three visits in a week: done this week! It brings the badge: Regular"]
    assert answer(replace(done, locale="hu"), "challenges") == [
        "Három látogatás egy héten: ezen a héten teljesítetted! A jelvény, amit ér: Törzsvendég"
    ]
    assert "已獲得徽章：" in answer(replace(done, locale="zh-Hant"), "challenges")[0]
    assert "已获得徽章：" in answer(replace(done, locale="zh-Hans"), "challenges")[0]


def test_badges_are_shown_with_their_day_or_how_to_win_them() -> None:
    assert answer(anna(), "badges") == ["You have: Regular (March 12, 2026)"]
    assert answer(anna("hu"), "jelvények") == ["Megvan: Törzsvendég (2026. március 12.)"]
    assert answer(bence(), "badges") == ["Still to win: Regular (Three visits in one week)"]
    assert answer(bence("hu"), "jelvények") == ["Megszerezhető: Törzsvendég (Három látogatás egy héten belül)"]


def test_a_badge_that_the_programme_dropped_is_not_shown() -> None:
    facts = replace(anna(), programme=replace(CAFE, parts={}))
    assert answer(facts, "badges") == ["There are no badges at the moment."]
    assert answer(facts, "challenges") == ["There are no challenges at the moment."]
    assert answer(facts, "rewards") == answer(facts, "redeem") == ["There are no rewards at the moment."]


def test_a_stranger_is_told_how_to_join() -> None:
    assert answer(bence(), "balance") == ["You are not a member of Bean & Leaf yet. To join, write: join"]
    assert answer(bence("hu"), "egyenleg") == ["Még nem vagy tag itt: Bean & Leaf. Ha csatlakoznál, írd: csatlakozom"]


def test_a_member_is_greeted_by_name() -> None:
    assert answer(anna(), "hello")[:2] == ["Hello Anna!", "You have 87 points."]
    assert answer(replace(anna("hu"), member=replace(ANNA, name="")), "szia")[:2] == ["Szia!", "Egyenleged: 87 pont."]


@pytest.mark.parametrize("facts", [anna(), anna("hu"), bence(), bence("hu")])
def test_every_word_that_the_help_names_is_understood(facts: Facts) -> None:
    _, _, words = views.help_(facts).text.partition(": ")
    assert len(words.split(", ")) >= 6
    for word in words.split(", "):
        assert read(word, facts.locale, ("en", facts.locale)).name, word


@pytest.mark.parametrize("text", ["balance", "rewards", "redeem 1", "challenges", "badges", "help", "??"])
@pytest.mark.parametrize("points", [87, 1234])
def test_an_english_sms_stays_within_the_cheap_alphabet(text: str, points: int) -> None:
    reply = understand(anna(channel="sms", points=points), text).replies[0]
    assert set(reply.text) <= GSM_7


def test_an_sms_has_no_bar() -> None:
    assert "▰" not in only(understand(anna(channel="sms"), "balance")).text


@pytest.mark.parametrize("price", ["free = true", 'cost = { credit = "5.00" }'])
def test_who_owes_points_may_have_what_costs_none(price: str) -> None:
    document = (files("config") / "presets" / "cafe.toml").read_text("utf-8")
    sticker = f'name = "A sticker"\nkind = "free_product"\nproduct = "sticker"\nper_member = 1\n{price}'
    programme = parse(f'{document}\n[[rewards]]\nkey = "sticker"\n{sticker}\n')
    facts = replace(anna(points=-5), programme=programme)
    told = only(understand(facts, "balance")).text
    assert "105 points to go to the next reward: Any drink." in told
    assert "You can have now: A sticker." in told
    assert only(understand(facts, "rewards")).text.splitlines()[0].endswith(", you can have it now")
    assert only(understand(facts, "redeem 1")).text.endswith("Answer yes or no.")


def test_a_mail_has_a_subject() -> None:
    assert only(understand(anna("hu", "email"), "egyenleg")).subject == "Bean & Leaf: Az egyenleged"
    assert only(understand(anna(channel="email"), "hm?")).subject == "Bean & Leaf"
    assert only(understand(anna(), "balance")).subject == ""


@pytest.mark.parametrize(
    ("have", "shown"), [(-1, "▱" * 10), (0, "▱" * 10), (99, "▰" * 9 + "▱"), (100, "▰" * 10), (900, "▰" * 10)]
)
def test_the_bar_is_full_only_when_the_goal_is_reached(have: int, shown: str) -> None:
    assert bar(have, 100) == shown
