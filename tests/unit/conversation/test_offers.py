"""Rewards that not everybody can have: what is said of them, and how one waits for a place."""

from dataclasses import replace
from importlib.resources import files

import pytest

from bot.conversation.commands import Redeem, ShowVouchers, Wait
from bot.conversation.concluding import conclude
from bot.conversation.facts import Facts
from bot.errors import Conflict
from bot.loyalty.document import parse
from tests.actions.rewards import DOCUMENT
from tests.unit.conversation.talk import Talk, anna, bence

SHOP = parse(DOCUMENT)
FASHION = parse((files("config") / "presets" / "fashion.toml").read_text("utf-8"))


def shopper(points: int = 30, locale: str = "en", **refused: str) -> Facts:
    facts = anna(locale, points=points)
    assert facts.member is not None
    return replace(facts, programme=SHOP, member=replace(facts.member, refused={"birthday": "grant_only", **refused}))


def test_what_can_be_had_stands_first_then_what_is_near_then_what_is_refused() -> None:
    talk = Talk(shopper(one_only="sold_out", cinema="sold_out", richer="not_for_you"))
    lines = [line for page in ("rewards", "more") for line in talk.says(page).splitlines() if line[0].isdecimal()]
    assert lines[0] == "1. Tasting: free, you can have it now"
    assert [line.partition(". ")[2] for line in lines if "you can have" not in line][:5] == [
        "5 EUR in credit: 50 points, 20 points to go",
        "Any drink: 100 points, 70 points to go",
        "The last mug: 10 points, sold out",
        "Cinema: 10 points, sold out",
        "The club: 10 points, not for you at the moment",
    ]


@pytest.mark.parametrize(
    ("locale", "line"),
    [
        ("en", "Evening before the new collection opens: free, in tier Gold"),
        ("hu", "Előbemutató az új kollekció előtt: ingyen, ezen a szinten: Arany"),
        ("ms", "Malam pratonton koleksi baharu: percuma, bagi peringkat Emas"),
        ("zh-Hans", "新品系列前夜派对：免费，金卡会员"),
        ("zh-Hant", "新品系列搶先之夜：免費，金級會員"),
    ],
)
def test_what_a_tier_is_needed_for_names_the_tier_to_members_of_others_and_to_strangers(locale: str, line: str) -> None:
    facts = anna(locale)
    assert facts.member is not None
    refused = replace(facts.member, refused={"preview_evening": "other_tier", "fifteen_percent": "other_tier"})
    assert line in Talk(replace(facts, programme=FASHION, member=refused)).says("rewards")
    assert line in Talk(replace(bence(locale), programme=FASHION)).says("rewards")


def test_a_stranger_is_told_first_what_a_newcomer_may_have_and_then_what_needs_a_tier() -> None:
    listed = Talk(replace(bence(), programme=FASHION)).says("rewards").splitlines()
    assert [line.partition(": ")[0] for line in listed[:5]] == [
        "1. Free shipping",
        "2. 5 EUR off",
        "3. Canvas tote bag",
        "4. Evening before the new collection opens",
        "5. 15% off a whole order",
    ]


def test_what_is_only_given_is_not_listed_to_anybody() -> None:
    assert "A larger cup" not in Talk(shopper()).says("rewards")
    assert "A larger cup" not in Talk(replace(bence(), programme=SHOP)).says("rewards")


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("limit_reached", "you have had it as often as one may"),
        ("not_for_you", "not for you at the moment"),
        ("sold_out", "sold out"),
        ("no_longer", "no longer offered"),
    ],
)
def test_a_refused_reward_is_told_with_the_reason_and_asks_nothing(why: str, words: str) -> None:
    talk = Talk(shopper(one_only=why))
    assert talk.says("redeem one_only") == f"The last mug: {words}"
    assert (talk.asked, talk.commands) == ("", [])


def test_a_full_experience_is_waited_for_after_a_yes() -> None:
    talk = Talk(shopper(tasting="sold_out"))
    assert talk.says("redeem tasting") == "Tasting is full. Shall we put you on the waiting list? Answer yes or no."
    talk.says("yes")
    assert talk.commands == [Wait("tasting")]
    assert talk.then({"place": 2}).startswith("You are number 2 in the line for: Tasting.")


def test_a_place_that_came_free_meanwhile_is_offered() -> None:
    talk = Talk(shopper(tasting="sold_out"))
    talk.says("redeem tasting")
    talk.says("yes")
    member = shopper().member
    assert talk.then(Conflict("there are seats", why="not_full"), member) == (
        "Take Tasting? It costs you nothing. Answer yes or no."
    )
    talk.says("yes")
    assert talk.commands[-1] == Redeem("tasting")


def test_what_sold_out_between_question_and_answer_is_told() -> None:
    talk = Talk(shopper())
    talk.says("redeem one_only")
    talk.says("yes")
    assert talk.then(Conflict("sold out", why="sold_out")) == "The last mug: sold out"


@pytest.mark.parametrize(
    ("reward", "result", "words"),
    [
        ("credit", {}, "€5 went into your credit."),
        ("plant", {}, "Thank you! You gave: Plant a tree"),
        ("cinema", {"partners_code": "A1"}, "Your code: A1\nIt is good for: Cinema"),
        ("one_only", {"link": "https://bean.example/v/7KQ2"}, "Or open it as a picture: https://bean.example/v/7KQ2"),
    ],
)
def test_what_was_had_is_told_by_its_kind(reward: str, result: dict[str, str], words: str) -> None:
    talk = Talk(shopper(points=100))
    talk.says(f"redeem {reward}")
    talk.says("yes")
    assert words in talk.then({"voucher": "7KQ2", "reward": reward, "points_left": 50, **result})


def test_the_balance_names_only_what_the_member_may_have() -> None:
    told = Talk(shopper(points=60, one_only="sold_out", tasting="limit_reached", free_drink="not_for_you")).says(
        "balance"
    )
    assert "mug" not in told
    assert "Tasting" not in told
    assert "next reward" not in told


def test_vouchers_are_listed_with_their_end_in_the_members_language() -> None:
    talk = Talk(shopper(locale="hu"))
    assert talk.says("kuponok") == ""
    assert talk.commands == [ShowVouchers()]
    good = {"code": "7KQ2", "names": {"en": "Mug", "hu": "Bögre"}, "until": "2026-12-01T12:00:00+00:00"}
    assert talk.then({"vouchers": [good, {**good, "until": None}]}).splitlines() == [
        "Bögre: 7KQ2, eddig érvényes: 2026. december 1.",
        "Bögre: 7KQ2",
    ]
    assert talk.then({"vouchers": []}) == "Most nincs kuponod."


def test_a_voucher_that_was_redeemed_before_can_still_be_scanned() -> None:
    link = "https://bean.example/v/7KQ2"
    mug = {"reward": "one_only", "code": "7KQ2", "names": {"en": "Mug"}, "until": None, "link": link}
    [alone] = conclude(shopper(), ShowVouchers(), {"vouchers": [mug]}).replies
    assert alone.text == f"Mug: 7KQ2\nOr open it as a picture: {link}"
    assert alone.picture and alone.picture.data["code"] == "7KQ2"
    [both] = conclude(shopper(), ShowVouchers(), {"vouchers": [mug, {**mug, "reward": "gone"}]}).replies
    assert both.text.count(link) == 2 and both.picture is None
    [withdrawn] = conclude(shopper(), ShowVouchers(), {"vouchers": [{**mug, "reward": "gone"}]}).replies
    assert withdrawn.picture is None


def test_a_stranger_has_no_vouchers() -> None:
    talk = Talk(bence())
    assert "not a member" in talk.says("vouchers")
    assert talk.commands == []
