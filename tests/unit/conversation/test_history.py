from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.conversation.commands import ShowHistory
from bot.conversation.history import what_for
from bot.loyalty.challenges import Challenge
from bot.loyalty.ledger import Ending
from tests.unit.conversation.talk import ANNA, SATURDAY, Talk, anna, bence

AT = datetime(2026, 3, 4, 23, 30, tzinfo=UTC)
"""5 March in Budapest."""


def line(kind: str, points: int, rule: str = "", wallet: str = "points", done: str | None = None) -> dict[str, object]:
    return {"kind": kind, "points": points, "wallet": wallet, "rule": rule, "at": AT, "type": done}


@pytest.mark.parametrize(
    ("locale", "word", "expected"),
    [
        (
            "en",
            "history",
            [
                "March 5, 2026: -100 points, Any drink",
                "March 5, 2026: +12 points, earned",
                "March 5, 2026: +€5.50, corrected by us",
                "March 5, 2026: +1 point",
            ],
        ),
        (
            "hu",
            "ELŐZMÉNYEK",
            [
                "2026. március 5.: -100 pont, Bármelyik ital",
                "2026. március 5.: +12 pont, szerzett",
                "2026. március 5.: +5,50 EUR, általunk módosítva",
                "2026. március 5.: +1 pont",
            ],
        ),
    ],
)
def test_the_last_lines_are_told_in_words(locale: str, word: str, expected: list[str]) -> None:
    talk = Talk(anna(locale))
    assert talk.says(word) == ""
    assert talk.commands == [ShowHistory()]
    lines = [line("redeem", -100, "free_drink"), line("earn", 12, "spend"), line("adjust", 550, "adjust", "credit")]
    assert talk.then({"lines": [*lines, line("later", 1)]}).replace("\xa0", " ").splitlines()[:4] == expected


@pytest.mark.parametrize(
    ("locale", "inviting", "invited"),
    [
        ("en", "for inviting a friend", "a friend invited you"),
        ("hu", "meghívtál egy barátot", "egy barátod meghívott"),
        ("ms", "kerana menjemput rakan", "dijemput oleh rakan"),
        ("zh-Hans", "邀请朋友奖励", "受朋友邀请奖励"),
        ("zh-Hant", "邀請朋友獎勵", "受朋友邀請獎勵"),
    ],
)
def test_who_invited_and_who_was_invited_each_read_their_own_side(locale: str, inviting: str, invited: str) -> None:
    facts = anna(locale)
    assert what_for(facts, line("earn", 50, "referrals", done="referral")) == inviting
    assert what_for(facts, line("earn", 50, "referrals", done="referred")) == invited


@pytest.mark.parametrize("locale", ["en", "hu"])
def test_points_say_what_they_were_earned_for_where_the_rule_tells(locale: str) -> None:
    facts = anna(locale)
    name = facts.programme.text(facts.programme.of(Challenge)["three_visits"].names, locale)
    assert what_for(facts, line("earn", 50, "challenges:three_visits")) == name
    assert what_for(anna(), line("earn", 50, "challenges:gone")) == "earned"
    assert what_for(anna(), line("refund", -50, "referrals")) == "taken back for a refund"


def test_without_any_line_that_is_said() -> None:
    talk = Talk(anna())
    talk.says("history")
    assert talk.then({"lines": []}) == "Nothing came or went yet."


def test_a_stranger_is_told_how_to_join() -> None:
    talk = Talk(bence())
    assert "not a member" in talk.says("history")
    assert talk.commands == []


def test_the_balance_says_what_ends_next() -> None:
    ending = Ending(20, SATURDAY + timedelta(days=100))
    facts = anna()
    talk = Talk(replace(facts, member=replace(ANNA, ending=ending)))
    assert "20 points will expire after March 1, 2027." in talk.says("balance")
    assert "expire" not in Talk(facts).says("balance")
