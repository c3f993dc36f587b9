"""By mail, where anybody can write in Anna's name, only the code that was sent to her means yes."""

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.conversation import confirming
from bot.conversation.commands import Command, Donate, Give, Merge, Redeem, RoundUp, SetConsent, SetName, TakeLink, Wait
from bot.conversation.facts import Turn
from bot.conversation.understanding import understand
from tests.unit.conversation.talk import Talk, anna, labels, only

CODE = "424242"


def asked(points: int = 500) -> Talk:
    talk = Talk(anna(channel="email", points=points))
    assert CODE in talk.says("redeem 1")
    return talk


def test_elsewhere_a_yes_is_enough_and_no_code_is_asked_for() -> None:
    talk = Talk(anna(points=500))
    assert talk.says("redeem 1").endswith("Answer yes or no.")
    talk.says("yes")
    assert [type(command) for command in talk.commands] == [Redeem]


def test_by_mail_the_code_of_our_answer_redeems() -> None:
    talk = asked()
    talk.says(CODE)
    assert [type(command) for command in talk.commands] == [Redeem]


def test_the_button_of_the_mail_says_the_code() -> None:
    assert labels(only(understand(anna(channel="email", points=500), "redeem 1"))) == {CODE: "Yes", "no": "No"}


@pytest.mark.parametrize("text", [f" {CODE}.", "424 242", "４２４２４２", f"Yes, {CODE}", f"code: {CODE}"])
def test_the_code_may_be_written_as_people_write(text: str) -> None:
    talk = asked()
    talk.says(text)
    assert talk.commands


@pytest.mark.parametrize(
    "text",
    ["yes", "YES!", "ok", "igen", "yes free_drink", "redeem 1", "1", "424243", "42424", "4242420", f"000000 {CODE}",
     f"{CODE} {CODE}", "no", "", f"my order number was {CODE} and it came late, so what do I get for it?"],
)  # fmt: skip
def test_nothing_else_spends(text: str) -> None:
    talk = asked()
    talk.says(text)
    assert talk.commands == []


def test_a_mere_yes_is_told_what_is_missing_and_the_code_still_counts() -> None:
    talk = asked()
    assert "a yes is not enough" in talk.says("yes")
    talk.says(CODE)
    assert talk.commands


def test_four_slips_are_forgiven_and_the_fifth_drops_the_question() -> None:
    talk = asked()
    for slip in range(confirming.TRIES - 1):
        assert "That code is wrong" in talk.says(f"00000{slip}")
    assert "too often" in talk.says("000009")
    talk.says(CODE)
    assert Redeem not in map(type, talk.commands)


def test_the_dialog_keeps_no_code() -> None:
    dialog = understand(anna(channel="email", points=500), "redeem 1").dialog
    assert dialog is not None
    assert dialog["proof"] == {"hash": f"hash of {CODE}", "tries": 5}
    assert CODE not in str({**dialog, "proof": ""})


def test_a_code_that_comes_too_late_changes_nothing() -> None:
    talk = asked()
    talk.facts = replace(talk.facts, now=talk.facts.now + timedelta(hours=2))
    assert "Nothing was changed" in talk.says(CODE)
    assert talk.commands == []


def test_without_codes_to_give_out_nothing_can_be_asked_or_guessed() -> None:
    none_left = replace(anna(channel="email", points=500), codes=None)
    assert "By e-mail this cannot be done now" in only(understand(none_left, "redeem 1")).text
    waiting = asked().facts
    assert "cannot be done now" in only(understand(replace(waiting, codes=None), CODE)).text


@pytest.mark.parametrize(
    "command",
    [Redeem("free_drink"), Wait("free_drink"), Give(5, "code", "X"), Donate("trees", 5), RoundUp("trees"), Merge(2),
     TakeLink("hash"), SetName("Eve"), SetConsent("marketing", "sms", granted=True)],
)  # fmt: skip
def test_no_way_to_a_command_that_commits_leads_past_the_gate(command: Command) -> None:
    turn = Turn(command=command)
    facts = asked().facts
    assert confirming.guarded(facts, "yes", turn).command is None
    assert confirming.guarded(facts, "000000", turn).command is None
    assert confirming.guarded(replace(facts, dialog=None), CODE, turn).command is None
    assert confirming.guarded(facts, CODE, turn) is turn
    assert confirming.guarded(anna(), "yes", turn) is turn


@pytest.mark.parametrize(
    "command",
    [RoundUp(None), SetConsent("marketing", "sms", granted=False), SetConsent("marketing", "email", granted=True)],
)
def test_what_takes_something_back_needs_no_code(command: Command) -> None:
    turn = Turn(command=command)
    assert confirming.guarded(anna(channel="email"), "yes", turn) is turn


def test_gifts_are_confirmed_in_the_same_way() -> None:
    talk = Talk(anna(channel="email"))
    assert CODE in talk.says("gift 5 to +36 30 222 2222")
    talk.says("yes")
    assert talk.commands == []
    talk.says(CODE)
    assert [type(command) for command in talk.commands] == [Give]
