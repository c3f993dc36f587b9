"""The campaigns of the programme document: what is read, and what is told to the person who wrote it."""

from datetime import time
from pathlib import Path

import pytest

from bot.errors import BadInput
from campaigns.campaign import Birthday, NearReward, Winback, text_in
from campaigns.document import check

CAFE = (Path(__file__).parents[3] / "config/presets/cafe.toml").read_text("utf-8")
HEAD = CAFE[: CAFE.index("[[campaigns]]")]
SID = "HX" + "0" * 32
BIRTHDAY = '[[campaigns]]\nkey = "b"\nkind = "birthday"\nat = "09:00"\ntext = "Hello {{ member.first_name }}"\n'


def faults(text: str) -> dict[str, str]:
    with pytest.raises(BadInput) as caught:
        check(text)
    return {fault.at: fault.message for fault in caught.value.faults}


def faults_of(*lines: str) -> dict[str, str]:
    """Of the birthday campaign with other lines in place of its own."""
    kept = [
        line for line in BIRTHDAY.splitlines() if line.split(" = ")[0] not in {new.split(" = ")[0] for new in lines}
    ]
    return faults(HEAD + "\n".join((*kept, *lines)))


def test_the_cafe_has_its_three_campaigns() -> None:
    _, (birthday, winback, near) = check(CAFE)
    assert isinstance(birthday, Birthday)
    assert (birthday.key, birthday.at, birthday.bonus and birthday.bonus.points) == ("birthday", time(9), 50)
    assert isinstance(winback, Winback)
    assert (winback.days, winback.late_days, winback.at) == (60, 7, time(10))
    assert isinstance(near, NearReward)
    assert (near.within.percent, near.within.stamps) == (20, 2)


def test_a_text_written_once_is_for_every_language_and_a_missing_one_falls_back_to_the_first() -> None:
    programme, (once,) = check(HEAD + BIRTHDAY)
    context = {"member": {"first_name": "Anna"}}
    assert text_in(once.text, programme, "hu").render(context) == "Hello Anna"
    programme, (first,) = check(
        HEAD + BIRTHDAY.replace('text = "Hello', 'text = { en = "Hello').replace('}}"', '}}" }')
    )
    assert text_in(first.text, programme, "hu").render(context) == "Hello Anna"


@pytest.mark.parametrize("kind", ['"birthday"', '"winback"\ndays = 60', '"expiring"'])
def test_whatever_may_be_for_a_segment_is_told_when_there_is_none_such(kind: str) -> None:
    table = BIRTHDAY.replace('"birthday"', kind) + 'segment = "nobody"\n'
    assert faults(HEAD + table) == {"campaigns.0.segment": 'there is no segment "nobody"'}


@pytest.mark.parametrize(
    ("line", "at", "words"),
    [
        ('at = "9:00"', "at", "09:00"),
        ('at = "25:00"', "at", "09:00"),
        ("at = 9", "at", "09:00"),
        ('kind = "bithday"', "kind", '"bithday" is no kind of campaign; use birthday, winback, expiring, near_reward'),
        ("bonus = { points = 0 }", "bonus.points", "greater than or equal to 1"),
        ('bonsu = "5"', "bonsu", "unknown key"),
        ('text = ""', "text", "is empty"),
        ("text = 5", "text", "dictionary"),
        ("text = {}", "text", "is empty"),
        ('text = "Hi {{ member.first_name"', "text", "not valid Liquid"),
        ('text = "Hi {{ member.firstname }}"', "text", '"member.firstname" is not known here'),
        ('text = "You get {{ bonus }}"', "text", '"bonus" is not known here'),
        ('text = "{{ reward.name }}"', "text", '"reward.name" is not known here'),
        ('text = "{{ balance | shout }}"', "text", "unknown filter 'shout'"),
        ("text = \"{% include 'x' %}\"", "text", "not valid Liquid"),
        ('text = "{% for i in (1..1000000) %}x{% endfor %}"', "text", "loop iteration limit"),
        ('text = { hu = "Szia" }', "text", 'the first language "en" is missing'),
        ('text = { en = "Hi", de = "Hallo" }', "text.de", '"de" is none of the languages'),
        ('text = { en = "Hi", hu = "{{ nev }}" }', "text.hu", '"nev" is not known here'),
        ('subject = "{{ x }}"', "subject", '"x" is not known here'),
        ('whatsapp = { variables = ["x"] }', "whatsapp.template", "is missing"),
        ('whatsapp = { template = "HX12" }', "whatsapp.template", "is no content SID; write one as Twilio names"),
        (f'whatsapp = {{ template = {{ hu = "{SID}" }} }}', "whatsapp.template", 'the first language "en" is missing'),
        (
            f'whatsapp = {{ template = {{ en = "{SID}", de = "{SID}" }} }}',
            "whatsapp.template.de",
            "none of the languages",
        ),
        (f'whatsapp = {{ template = {{ en = "{SID}", hu = "12" }} }}', "whatsapp.template.hu", "is no content SID"),
        (
            f'whatsapp = {{ template = "{SID}", variables = ["Hi", "{{{{ x }}}}"] }}',
            "whatsapp.variables.1",
            '"x" is not',
        ),
        (f'whatsapp = {{ template = "{SID}", body = "Hi" }}', "whatsapp.body", "unknown key"),
    ],
)
def test_a_fault_names_its_path_and_says_what_is_wrong(line: str, at: str, words: str) -> None:
    told = faults_of(line)
    assert list(told) == [f"campaigns.0.{at}"]
    assert words in told[f"campaigns.0.{at}"]


def test_what_is_missing_is_told() -> None:
    assert faults(HEAD + '[[campaigns]]\nkind = "winback"\n') == dict.fromkeys(
        (f"campaigns.0.{name}" for name in ("key", "text", "days", "at")), "is missing"
    )
    assert faults(HEAD + '[[campaigns]]\nkey = "b"\n') == {
        "campaigns.0.kind": "is missing; use birthday, winback, expiring, near_reward"
    }


def test_a_key_that_is_there_twice_is_told() -> None:
    assert faults(HEAD + BIRTHDAY * 2) == {"campaigns.1.key": '"b" is there twice'}


def test_near_has_to_say_how_near() -> None:
    near = '[[campaigns]]\nkey = "n"\nkind = "near_reward"\nwithin = {}\ntext = "{{ to_go }} to {{ reward.name }}"\n'
    assert faults(HEAD + near) == {"campaigns.0.within": "name percent, stamps or both"}


def test_how_much_is_to_go_has_no_number_of_its_own_for_it_may_be_points_or_stamps() -> None:
    near = '[[campaigns]]\nkey = "n"\nkind = "near_reward"\nwithin = { stamps = 2 }\ntext = "{{ to_go.stamps }} more"\n'
    assert '"to_go.stamps" is not known here' in faults(HEAD + near)["campaigns.0.text"]


def test_faults_of_the_programme_and_of_its_campaigns_are_told_together() -> None:
    text = (
        (HEAD + BIRTHDAY)
        .replace('timezone = "Europe/Budapest"', 'timezone = "Budapest"')
        .replace('09:00"\ntext', '9"\ntext')
    )
    assert set(faults(text)) == {"programme.timezone", "campaigns.0.at"}


@pytest.mark.parametrize("text", ["[programme", "campaigns = 5", '[programme]\nlanguages = "en"', "programme = 1"])
def test_a_document_that_cannot_be_read_at_all_still_gets_its_faults(text: str) -> None:
    assert faults(text)
