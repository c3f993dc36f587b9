"""What customers' mails say, from whatever client they come."""

from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import Inbound, Receipt
from channels.email.html import text_of
from channels.email.reading import Ignored, read_mail
from channels.email.said import LONGEST, said
from tests.channels.email_world import NOW, RULES, sample
from tests.fakes.mail import customer_mail


def read(raw: bytes, return_path: str | None = None) -> Inbound | Receipt | Ignored:
    return read_mail(raw, RULES, NOW, return_path)


def inbound(raw: bytes) -> Inbound:
    read_as = read(raw)
    assert isinstance(read_as, Inbound)
    return read_as


def test_a_plain_mail_becomes_what_the_customer_said() -> None:
    raw = customer_mail("egyenleg\n", sender="Árvai Anna <Anna@OK.test>", subject="Kérdés", message_id="<q1@ok.test>")
    assert read(raw) == Inbound(
        channel="email",
        address="anna@ok.test",
        id="<q1@ok.test>",
        text="egyenleg",
        at=NOW,
        name="Árvai Anna",
        subject="Kérdés",
        thread="<q1@ok.test>",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("balance", "balance"),
        ("balance\nAnna", "balance"),
        ("balance\n\nThanks,\nAnna", "balance"),
        ("Hi,\n\nhow many points do I\nhave?\n\nAnna", "how many points do I have?"),
        ("Hello!\nWhen does the last stop before the station close today, and\nmay I come?\n", None),
        ("Szia!\n\negyenleg\n", "egyenleg"),
        ("Hi", "Hi"),
        ("Hi, balance please\nAnna", "Hi, balance please Anna"),
        ("redeem 2\n-- \nAnna\nphone: 1", "redeem 2"),
        ("2\n\nSent from my iPhone", "2"),
        ("how many points do I have\nSent from my iPhone", "how many points do I have"),
        ("egyenleg\niPhone-omról küldve", "egyenleg"),
        ("balance\n\nOn Sat, 21 Nov 2026 at 20:00, Shop <hello@shop.test> wrote:\n\n> Hi\n> stop\n", "balance"),
        ("balance\nOn Sat, 21 Nov 2026 at 20:00, Bean & Leaf\n<hello@shop.test> wrote:\nHi", "balance"),
        ("stop\n\nBean & Leaf <hello@shop.test> ezt írta (időpont: 2026. nov. 21., Szo,\n20:05):\n\n> Hi", "stop"),
        ("redeem 2\nBean & Leaf <hello@shop.test> ezt írta (időpont: 2026. nov. 21. 20:05):\n> Hi", "redeem 2"),
        ("> How was it?\n\ngood\n", "good"),
        ("On Sat, 21 Nov 2026, Shop wrote:\n> 1 coffee\n> 2 cake\n\n2\n", "2"),
        ("stop\n\n-----Original Message-----\nFrom: Shop\nSubject: x\n\nhelp", "stop"),
        ("egyenleg\n\n-----Eredeti üzenet-----\nFeladó: Bolt", "egyenleg"),
        ("stop\n________________________________\nFrom: Shop <hello@shop.test>\nSent: Saturday", "stop"),
        ("help\n\nFrom: Shop <hello@shop.test>\nSent: Saturday\nTo: Anna\n\nHi", "help"),
        ("help\n\nFeladó: Bolt <hello@shop.test>\nKüldve: szombat\n\nSzia", "help"),
        ("余额\n\nBean & Leaf <hello@shop.test> 于2026年11月21日周六 20:05写道\uff1a\n\n> Hi", "余额"),
        ("On the last day I wrote a review. Did it count?", "On the last day I wrote a review. Did it count?"),
        ("x" * 5000, "x" * LONGEST),
        ("> only\n> quotes", ""),
        ("", ""),
    ],
)
def test_only_the_customers_own_first_words_count(text: str, words: str | None) -> None:
    joined = "When does the last stop before the station close today, and may I come?"
    assert said(text) == (joined if words is None else words)
    assert said(text.replace("\n", "\r\n")) == (joined if words is None else words)


GREETINGS = {
    "en": ["Hi there", "To whom it may concern,", "Dear Bean & Leaf team,", "Good day!"],
    "hu": ["Üdv!", "Üdvözlöm!", "Szép napot!", "Heló!", "Tisztelt Hölgyem/Uram!", "Jó napot kívánok!"],
    "ms": ["Selamat pagi,", "Selamat tengah hari,", "Salam sejahtera,", "Tuan/Puan,", "Kepada Bean & Leaf,"],
    "zh-Hans": ["您好\uff1a", "早上好\uff0c", "嗨", "哈喽", "尊敬的客服\uff1a", "亲爱的Bean & Leaf\uff1a"],
    "zh-Hant": ["早安\uff0c", "晚安\uff01", "哈囉", "親愛的客服\uff1a", "敬啟者\uff1a"],
}


@pytest.mark.parametrize("line_break", ["\n", "\n\n"])
@pytest.mark.parametrize("greeting", [one for those in GREETINGS.values() for one in those])
def test_a_greeting_is_no_wish(greeting: str, line_break: str) -> None:
    assert said(f"{greeting}{line_break}balance\n") == "balance"
    assert said(greeting) == greeting


@pytest.mark.parametrize(
    "text", ["您好我想查积分", "尊敬的客服我有多少积分", "Selamat datang", "Kedvesem hol a pontom?"]
)
def test_a_wish_that_begins_like_a_greeting_is_heard(text: str) -> None:
    assert said(f"{text}\n\nAnna") == text


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ('<div dir="ltr">balance</div><br><div class="gmail_quote">On Sat Shop &lt;a@b&gt; wrote:<br>'
         '<blockquote>Reply <b>stop</b><blockquote>x</blockquote> to end</blockquote></div>', "balance"),
        ("<html><head><title>T</title><style>p{color:red}</style></head><p>&#201;n &amp; te</p>", "Én & te"),
        ("<!-- a > b --><p>redeem\n  2</p><p>Anna</p>", "redeem 2"),
        ("<p>stop</p><hr><b>From:</b> Shop<br><b>Sent:</b> Saturday<br>", "stop"),
        ("2 < 3 <br>x", "2 < 3"),
        ("help<style>never closed", "help"),
    ],
)  # fmt: skip
def test_an_html_mail_is_read_as_its_reader_sees_it(html: str, words: str) -> None:
    message = EmailMessage()
    message["From"] = "anna@ok.test"
    message.set_content(html, subtype="html")
    assert inbound(message.as_bytes()).text == words


def test_plain_text_wins_over_html_unless_it_is_empty() -> None:
    for plain, words in (("balance", "balance"), (" ", "rewards")):
        message = EmailMessage()
        message["From"] = "anna@ok.test"
        message.set_content(plain)
        message.add_alternative("<p>rewards</p>", subtype="html")
        message.add_attachment("stop", filename="note.txt")
        assert inbound(message.as_bytes()).text == words


def test_an_enclosed_mail_is_not_what_the_customer_said() -> None:
    enclosed = EmailMessage()
    enclosed.set_content("stop")
    message = EmailMessage()
    message["From"], message["Subject"] = "anna@ok.test", "help"
    message.add_attachment(enclosed)
    assert inbound(message.as_bytes()).text == "help"


@pytest.mark.parametrize(
    ("subject", "expected"), [("balance", "balance"), ("=?utf-8?q?egyenleg=21?=", "egyenleg!"), ("Re: stop", None)]
)
def test_an_empty_mail_says_its_subject_but_not_that_of_an_answer(subject: str, expected: str | None) -> None:
    raw = f"From: anna@ok.test\r\nSubject: {subject}\r\n\r\n> stop\r\n".encode()
    read_as = read(raw)
    assert read_as == Ignored("no words") if expected is None else getattr(read_as, "text", "") == expected


@pytest.mark.parametrize(
    ("charset", "raw"),
    [
        ("iso-8859-2", "tükörfúrógép ő".encode("iso-8859-2")),
        ("us-ascii", "tükörfúrógép ő".encode()),
        ("no-such-charset", "tükörfúrógép ő".encode()),
        ("utf-8", "tükörfúrógép ő".encode("cp1250")),
        ("unicode_escape", "tükörfúrógép ő".encode()),
        ('"', "tükörfúrógép ő".encode()),
    ],
)
def test_a_wrong_charset_is_forgiven(charset: str, raw: bytes) -> None:
    head = f"From: anna@ok.test\r\nContent-Type: text/plain; charset={charset}\r\n\r\n".encode()
    assert inbound(head + raw).text == "tükörfúrógép ő"


def test_raw_utf8_headers_and_half_encoded_names_are_read() -> None:
    raw = "From: Árvai =?utf-8?q?=C5=90rs?= <ors@ok.test>\r\nSubject: Kérdés\r\n\r\nhelp".encode()
    assert (inbound(raw).name, inbound(raw).subject) == ("Árvai Őrs", "Kérdés")


def test_without_a_usable_message_id_the_bytes_name_the_mail() -> None:
    first, again = inbound(customer_mail("help", message_id="")), inbound(customer_mail("help", message_id=""))
    assert first.id == again.id != inbound(customer_mail("help!", message_id="")).id
    assert first.thread == ""


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"Auto-Submitted": "auto-generated (vacation)"}, "auto-submitted"),
        ({"Return-Path": "<>"}, "null return path"),
        ({"Precedence": "Bulk"}, "precedence"),
        ({"List-Id": "<news.ok.test>"}, "mailing list"),
        ({"List-Unsubscribe": "<https://ok.test/u>"}, "mailing list"),
        ({"X-Auto-Response-Suppress": "DR, AutoReply"}, "answers suppressed"),
        ({"X-Autoreply": "yes"}, "auto-submitted"),
        ({"Precedence": "auto_reply"}, "precedence"),
        ({"List-Post": "<mailto:news@ok.test>"}, "mailing list"),
        ({"X-Autorespond": "yes"}, "auto-submitted"),
        ({"X-Autoreply-From": "anna@ok.test"}, "auto-submitted"),
        ({"X-FC-MachineGenerated": "true"}, "auto-submitted"),
        ({"X-Precedence": "bulk"}, "precedence"),
        ({"Preference": "auto_reply"}, "precedence"),
        ({"X-Auto-Response-Suppress": "All"}, "answers suppressed"),
    ],
)
def test_what_a_machine_wrote_is_not_answered(headers: dict[str, str], reason: str) -> None:
    assert read(customer_mail("help", headers=headers)) == Ignored(reason)


@pytest.mark.parametrize(
    ("sender", "reason"),
    [
        ("Hello@Shop.test", "own address"),
        ("MAILER-DAEMON@ok.test", "sent by a robot"),
        ("no-reply@ok.test", "sent by a robot"),
        ("donotreply+7@ok.test", "sent by a robot"),
        ("bounces-12@ok.test", "sent by a robot"),
    ],
)
def test_robots_and_ourselves_are_not_answered(sender: str, reason: str) -> None:
    assert read(customer_mail("help", sender=sender)) == Ignored(reason)


def test_a_person_who_says_so_is_answered() -> None:
    by_hand = customer_mail("help", headers={"Auto-Submitted": "no", "Return-Path": "<anna@ok.test>"})
    assert inbound(by_hand).address == "anna@ok.test"
    assert inbound(customer_mail("help", sender="nora.reply@ok.test")).address == "nora.reply@ok.test"


def test_the_null_envelope_sender_is_not_answered() -> None:
    assert read(customer_mail("help"), return_path="<>") == Ignored("null return path")


def test_a_program_that_unsubscribes_is_heard_whatever_it_writes_and_answered_only_as_a_person() -> None:
    by_hand = customer_mail("I press the button of my program", subject="Stop")
    assert (inbound(by_hand).text, inbound(by_hand).answered) == ("STOP", False)
    by_itself = customer_mail("Unsubscribe", subject="STOP", headers={"Auto-Submitted": "auto-generated"})
    assert (inbound(by_itself).text, inbound(by_itself).answered) == ("STOP", True)


def test_an_out_of_office_answer_is_not_answered() -> None:
    assert read(sample("email-inbound-ooo.eml")) == Ignored("auto-submitted")


@pytest.mark.parametrize(
    "subject",
    [
        "Automatic reply: Your points",
        "Out of Office: Your points",
        "Auto-Reply: x",
        "Automatikus válasz: Pontjaid",
        "Házon kívül",
        "Balasan automatik: Mata anda",
        "自动回复: 您的积分",
        "自動回覆：您的點數",
        "[Auto-Reply] Your points",
        "Out of Office AutoReply: Your points",
        "I am out of office",
        "Távolléti értesítés: Pontjaid",
        "Luar pejabat",
        "外出时自动回复",
        "Abwesenheitsnotiz: Punkte",
        "Respuesta automática: Puntos",
    ],
)
def test_a_vacation_program_that_says_so_in_the_subject_alone_is_not_answered(subject: str) -> None:
    assert read(customer_mail("I am away until Monday.", subject=subject)) == Ignored("away")
    assert inbound(customer_mail("help", subject=f"Re: {subject}")).text == "help"


def test_an_invitation_and_the_answer_to_one_are_a_calendars_talk() -> None:
    message = EmailMessage()
    message["From"], message["Subject"] = "anna@ok.test", "Accepted: Coffee"
    message.set_content("When: Saturday")
    message.add_alternative("BEGIN:VCALENDAR", subtype="calendar")
    assert read(message.as_bytes()) == Ignored("calendar")


def test_a_date_attached_to_a_question_is_in_nobodys_way() -> None:
    message = EmailMessage()
    message["From"] = "anna@ok.test"
    message.set_content("balance")
    message.add_attachment("BEGIN:VCALENDAR", subtype="calendar", filename="coffee.ics")
    assert inbound(message.as_bytes()).text == "balance"


def test_a_mail_without_a_sender_is_ignored() -> None:
    for raw in (b"", b"\x00\xff", b"From: \r\n\r\nhelp", b"From: nobody\r\n\r\nhelp", b"From: <a@b@c>\r\n\r\nhelp"):
        assert read(raw) == Ignored("no sender")


def test_deep_nesting_is_given_up_not_crashed_on() -> None:
    raw = b"From: anna@ok.test\r\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (depth, depth) for depth in range(2000)
    )
    assert isinstance(read(raw), Ignored)


MAILS = [
    customer_mail("Árvíztűrő", headers={"List-Post": "x"}),
    *(map(sample, ("dsn-hard-5.1.1-postfix.eml", "email-arf-complaint.eml", "email-inbound-ooo.eml"))),
]


@settings(deadline=None)
@given(st.sampled_from(MAILS), st.data())
def test_a_broken_mail_never_raises(raw: bytes, data: Any) -> None:
    at = data.draw(st.integers(0, len(raw)))
    noise = data.draw(
        st.binary(max_size=30) | st.sampled_from([b"=?x?b?\xff", b'; charset="\x00"', b"\r\n\r\n", b"--b1"])
    )
    assert isinstance(read(raw[:at] + noise + raw[at + len(noise) :]), Inbound | Receipt | Ignored)
    assert isinstance(read(raw[:at]), Inbound | Receipt | Ignored)


@settings(deadline=None)
@given(st.text())
def test_any_text_is_read(text: str) -> None:
    assert len(said(text)) <= LONGEST
    assert isinstance(text_of(text), str)
