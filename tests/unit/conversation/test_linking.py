from datetime import timedelta

import pytest

from bot.conversation.commands import AskLink, ProveLink
from bot.conversation.linking import code_message
from bot.conversation.understanding import understand
from bot.errors import BadInput, NotAllowed, NotFound, RegularsError, bad_field
from tests.unit.conversation.talk import ANNA, CAFE, Talk, bence, labels, only

ASKED = "If it belongs to a member, a code is on its way there. Write the 6 digits here."


def asked(text: str = "anna@example.org") -> Talk:
    talk = Talk(bence(channel="web"))
    talk.says("I am a member")
    talk.says(text)
    return talk


def test_a_member_links_the_web_chat_with_a_code() -> None:
    talk = asked()
    assert talk.commands == [AskLink("anna@example.org")]
    assert talk.then({}) == ASKED
    talk.says("123 456")
    assert talk.commands[-1] == ProveLink("123456")
    assert talk.then({}, member=ANNA).startswith("Hello Anna!\nYou have 87 points.")
    assert talk.asked == ""


def test_the_answer_does_not_tell_who_is_a_member() -> None:
    assert asked().then({}) == asked().then(NotFound()) == ASKED


@pytest.mark.parametrize("text", ["+36 30 123 4567", "(06-30) 123-4567", "anna@example.org", "123456"])
def test_a_phone_number_or_an_address_is_taken_as_it_is_written(text: str) -> None:
    assert asked(text).commands == [AskLink(text)]


@pytest.mark.parametrize("text", ["Anna", "12", "anna@", "yes", "1-2-3-"])
def test_anything_else_is_asked_again(text: str) -> None:
    talk = Talk(bence(channel="web"))
    talk.says("link")
    assert talk.says(text).startswith("That does not look like")
    assert talk.asked == "link claim"


def test_an_address_that_cannot_be_is_asked_again() -> None:
    talk = asked("+99 999 999 999")
    assert talk.then(bad_field("phone", "no such number")).startswith("That does not look like")
    assert talk.asked == "link claim"


@pytest.mark.parametrize("error", [NotAllowed(), BadInput(())])
def test_a_wrong_or_old_code_may_be_typed_again(error: RegularsError) -> None:
    talk = asked()
    talk.then({})
    talk.says("111111")
    assert talk.then(error) == "That code is wrong or too old. Write it again, or for a new one write: link"
    talk.says("222222")
    assert talk.commands[-1] == ProveLink("222222")
    talk.then(error)
    assert talk.says("link").startswith("Which phone number")


def test_what_is_no_code_is_asked_again() -> None:
    talk = asked()
    talk.then({})
    assert talk.says("12345").startswith("The code has 6 digits.")
    assert talk.says("Anna").startswith("The code has 6 digits.")
    assert talk.asked == "link code"


def test_linking_can_be_left_for_anything_else() -> None:
    talk = asked()
    talk.then({})
    assert talk.says("help").startswith("You can write: join")
    assert talk.asked == ""
    talk = asked()
    talk.then({})
    assert talk.says("cancel") == "All right, nothing was changed."


def test_a_code_typed_an_hour_later_is_not_taken() -> None:
    talk = asked()
    talk.then({})
    talk.waits(timedelta(hours=1))
    assert talk.says("123456").startswith("Sorry, that was a while ago")
    assert len(talk.commands) == 1


@pytest.mark.parametrize("channel", ["telegram", "sms", "whatsapp", "email", "web"])
def test_the_way_in_for_members_is_offered_on_every_channel(channel: str) -> None:
    stranger = bence(channel=channel)
    assert labels(only(understand(stranger, "balance"))) == {"join": "Join", "link": "I am a member"}


def test_on_telegram_the_own_number_may_be_shared_instead() -> None:
    assert [button.shares_phone for button in only(understand(bence(), "link")).buttons] == [True, False]
    assert [button.shares_phone for button in only(understand(bence(channel="web"), "link")).buttons] == [False]


def test_the_owner_of_the_claimed_address_gets_the_code_in_their_language() -> None:
    assert "123456" in code_message(CAFE, "hu", "123456").text
    assert code_message(CAFE, "hu", "123456").text != code_message(CAFE, "en", "123456").text
