"""Why did I get this: the occasion, the consent, the rule."""

from dataclasses import replace
from datetime import datetime
from importlib.resources import files
from typing import Any

import pytest

from bot.conversation.commands import Why
from bot.conversation.concluding import conclude
from bot.conversation.understanding import understand
from bot.errors import NotFound
from bot.loyalty.document import parse
from tests.unit.conversation.talk import SATURDAY, anna, bence, only

FASHION = parse((files("config") / "presets" / "fashion.toml").read_text("utf-8"))
SENT = datetime.fromisoformat("2026-03-12T08:00:00+00:00")
MARKETING = {"at": SENT, "purpose": "marketing", "campaign": "birthday", "agreed": SATURDAY.replace(month=2, day=1)}
EARNED = {
    "kind": "earn",
    "points": 12,
    "wallet": "points",
    "rule": "spend",
    "at": SENT,
    "type": "purchase",
    "amount": 1299,
}


def told(message: Any = None, line: Any = None, locale: str = "en") -> list[str]:
    return only(conclude(anna(locale), Why(), {"message": message, "line": line})).text.splitlines()


def test_points_that_a_refund_took_back_are_told_without_the_rule_of_any_one_of_them() -> None:
    taken = {**EARNED, "kind": "refund", "points": -62, "type": "refund", "amount": None}
    assert told(line=taken) == [
        "-62 points on March 12, 2026: taken back for a refund.",
        "For everything that came and went, write: history",
    ]


@pytest.mark.parametrize("said", ["why", "why did i get this message", "why did i get these points"])
def test_anybody_may_ask_why(said: str) -> None:
    assert understand(anna(), said).command == Why()
    assert understand(bence(), said).command == Why()


def test_a_campaign_is_told_by_its_occasion_and_the_consent_behind_it() -> None:
    assert told(MARKETING) == [
        "Our message of March 12, 2026 came because it was your birthday.",
        "You agreed to news here on February 1, 2026. To get no more, write: STOP",
    ]


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("winback", "you had not been here for a while"),
        ("near_reward", "your next reward was near"),
        ("long_gone", "we had news for our members"),
    ],
)
def test_each_kind_of_campaign_has_its_reason(key: str, reason: str) -> None:
    assert told({**MARKETING, "campaign": key, "agreed": None}) == [
        f"Our message of March 12, 2026 came because {reason}."
    ]


def test_a_notice_came_with_the_membership() -> None:
    [line] = told({**MARKETING, "purpose": "notice"})
    assert line == "Our message of March 12, 2026 came because it is about your membership."


def test_points_are_told_with_their_purchase_and_rule() -> None:
    assert told(line=EARNED) == [
        "+12 points on March 12, 2026, for €12.99.",
        "The rule: 1 point for every €1 you spend",
        "For everything that came and went, write: history",
    ]


def test_points_without_a_rule_that_is_still_there_are_told_all_the_same() -> None:
    assert told(line={**EARNED, "kind": "adjust", "points": -5, "rule": "gone", "amount": None}) == [
        "-5 points on March 12, 2026: corrected by us.",
        "For everything that came and went, write: history",
    ]


def test_points_without_a_purchase_are_told_with_what_they_were_for() -> None:
    gift = {**EARNED, "kind": "gift_out", "points": -20, "rule": "gift", "amount": None}
    assert told(line=gift)[0] == "-20 points on March 12, 2026: a gift you gave."
    assert told(line={**gift, "kind": "unheard of"})[0] == "-20 points on March 12, 2026."


@pytest.mark.parametrize(
    ("type_", "what", "rule"),
    [
        ("referred", "a friend invited you", "A friend invited you: after your first purchase you get 100 points."),
        (
            "referral",
            "for inviting a friend",
            "After a friend's first purchase you get 200 points, and they get 100 points.",
        ),
    ],
)
def test_the_rule_of_an_invitation_is_told_to_each_side_as_it_reads_for_them(type_: str, what: str, rule: str) -> None:
    line = {**EARNED, "points": 100, "rule": "referrals", "type": type_, "amount": None}
    [reply] = conclude(replace(anna(), programme=FASHION), Why(), {"message": None, "line": line}).replies
    assert reply.text.splitlines()[:2] == [
        f"+100 points on March 12, 2026: {what}.",
        f"The rule: {rule}",
    ]


def test_nothing_yet_is_said_so() -> None:
    assert told() == ["There is nothing to explain yet: no news from us here, and no points."]
    assert "did not work" in only(conclude(anna(), Why(), NotFound())).text


@pytest.mark.parametrize("locale", ["hu", "ms", "zh-Hans", "zh-Hant"])
def test_the_reasons_are_told_in_every_language(locale: str) -> None:
    lines = told(MARKETING, EARNED, locale)
    assert len(lines) == 5
    assert not any("Our message" in line or "The rule" in line for line in lines)
