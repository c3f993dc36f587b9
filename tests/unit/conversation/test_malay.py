"""What Malay speakers say, and what their answers ask them to type."""

import re
from datetime import date

import pytest

from bot.conversation.dates import birthday
from bot.conversation.intents import read, without_opener
from bot.wording import day, translate
from tests.unit.conversation.talk import Talk, anna, bence

OFFERED = ("en", "hu", "ms", "zh-Hans", "zh-Hant")
TODAY = date(2026, 11, 21)


def meant(text: str) -> str:
    return read(text, "ms", OFFERED).name


@pytest.mark.parametrize(
    ("intent", "texts"),
    [
        ("balance", ("baki", "MATA SAYA", "berapa mata saya", "Berapa mata saya ada?", "brp mata", "nak cek baki",
                     "mata saya berapa", "saya ada berapa cop?", "tunjukkan baki saya")),
        ("rewards", ("ganjaran", "Apa ganjaran yang ada?", "boleh dapat apa", "macam mana nak tebus?", "hadiah apa?")),
        ("redeem", ("tebus", "nak tebus", "Saya mahu tebus mata")),
        ("join", ("sertai", "nak daftar", "saya nak jadi ahli", "macamana nak daftar?", "Bagaimana menjadi ahli?")),
        ("link", ("saya ahli", "Saya dah jadi ahli")),
        ("earn", ("kumpul mata", "mcm mana nak kumpul mata", "cara dapat mata")),
        ("terms", ("terma dan syarat", "bila mata saya luput?", "berapa nilai mata saya")),
        ("how", ("cara", "cara 3", "macam mana ia berfungsi?")),
        ("tier", ("peringkat saya", "macam mana nak naik peringkat")),
        ("gift", ("hadiahkan 50", "hantar 50 mata kepada +60123456789")),
        ("invite", ("jemput kawan", "boleh saya ajak kawan?")),
        ("checkin", ("daftar masuk", "macam mana nak daftar masuk")),
        ("person", ("khidmat pelanggan", "boleh saya cakap dengan staf?")),
        ("why", ("kenapa saya dapat mesej ini?", "dari mana mata ini datang")),
        ("goal", ("sasaran", "bila saya boleh dapat kopi percuma?")),
        ("erase", ("padam data saya",)),
        ("language", ("tukar bahasa", "boleh awak cakap melayu?")),
        ("help", ("tolong", "apa yang boleh saya tanya?")),
        ("cancel", ("batal", "tak jadi")),
        ("yes", ("ya", "Ya, terima kasih!", "boleh")),
        ("no", ("tak nak", "tidak, terima kasih")),
        ("skip", ("langkau",)),
        ("", ("kedai buka pukul berapa?", "saya nak order kopi", "di mana kedai anda")),
        ("thanks", ("terima kasih", "tq")),
    ],
)  # fmt: skip
def test_malay_is_understood_as_people_type_it(intent: str, texts: tuple[str, ...]) -> None:
    assert {text: meant(text) for text in texts} == dict.fromkeys(texts, intent)


@pytest.mark.parametrize(
    "text",
    ["Berhenti.", "HENTI!", "jangan hantar lagi", "Jangan hantar mesej lagi!", "nyahlanggan", "batalkan langganan"],
)
@pytest.mark.parametrize("language", OFFERED)
def test_a_malay_opt_out_word_alone_opts_out_whatever_is_offered(text: str, language: str) -> None:
    assert read(text, language, ("en",)).name == "stop"


@pytest.mark.parametrize(
    "text",
    ["perhentian bas di mana?", "Saya nak berhenti kerja", "hujan belum berhenti", "berhenti minum kopi? tak mungkin",
     "jangan hantar lagi kopi sejuk", "macam mana nak berhenti melanggan?", "batal", "jangan", "tak nak"],
)  # fmt: skip
def test_a_malay_opt_out_word_within_a_message_opts_nobody_out(text: str) -> None:
    assert meant(text) != "stop"


@pytest.mark.parametrize(
    ("source", "intent"),
    [
        ("cancel", "cancel"),
        ("back", "cancel"),
        ("When is your birthday? Write it like this: {example}. If you would rather not say, write: skip", "skip"),
        ("That code is wrong or too old. Write it again, or for a new one write: link", "link"),
        ("To join, write: join", "join"),
        ("To redeem one, write redeem and its number, for example: redeem 1", "redeem"),
        ("To take part, write: challenge {number}", "challenges"),
        ("To round your purchases up instead, write: round up", "round_up"),
        ("How many points, and to whom? For example: gift 50 to {code}", "gift"),
        ("{programme}: a place came free: {reward}. The first to redeem it has it. Write: rewards", "rewards"),
    ],
)
def test_what_an_answer_asks_to_type_is_understood(source: str, intent: str) -> None:
    asked = str(translate("ms").say(source)).rpartition(": ")[2].rstrip(".)").format(number=2, code="K7M29QXA")
    assert meant(asked) == intent


def test_every_word_of_the_help_is_understood() -> None:
    for talk in (Talk(anna("ms")), Talk(bence("ms"))):
        [listed] = re.findall(r"taip: (.*)", talk.says("bantuan"))
        assert "" not in {meant(word) for word in listed.split(", ")}


def test_a_member_asks_and_redeems_in_malay() -> None:
    talk = Talk(anna("ms", points=120))
    assert "120 mata" in talk.says("berapa mata saya ada?")
    assert "1. Sebarang minuman: 100 mata, boleh ditebus sekarang" in talk.says("apa ganjaran yang ada?")
    assert talk.says("tebus 1") == "Tebus Sebarang minuman dengan 100 mata? Jawab ya atau tidak."
    assert talk.says("tidak") == "Baiklah, tiada apa-apa yang berubah."


def test_a_malay_name_is_freed_of_what_stands_before_it() -> None:
    for said in ("Nama saya Siti Aminah", "nama saya ialah Siti Aminah", "Saya Siti Aminah", "Siti Aminah"):
        assert without_opener(said, "ms", OFFERED) == "Siti Aminah"


@pytest.mark.parametrize(
    "text",
    ["12 Mac 1990", "12/3/1990", "12hb Mac 1990", "12 haribulan 3 1990", "saya lahir pada 12 mac 1990", "12-Mac-1990"],
)
def test_a_birthday_is_read_as_malaysians_write_it(text: str) -> None:
    assert birthday(text, TODAY, ("ms",), "MY") == date(1990, 3, 12)


@pytest.mark.parametrize(
    ("month", "names"),
    [(1, "Januari Jan"), (2, "Februari Feb"), (3, "Mac"), (4, "April Apr"), (5, "Mei"), (6, "Jun"), (7, "Julai Jul"),
     (8, "Ogos Ogo"), (9, "September Sep"), (10, "Oktober Okt"), (11, "November Nov"), (12, "Disember Dis")],
)  # fmt: skip
def test_every_malay_month_is_known_whole_and_shortened(month: int, names: str) -> None:
    born = date(1990, month, 9)
    assert {birthday(f"9 {name} 1990", TODAY, ("ms", "en"), "MY") for name in names.split()} == {born}
    assert day(born, "ms") == f"9 {names.split()[0]} 1990"
