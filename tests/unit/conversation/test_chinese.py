"""What Chinese speakers type: no spaces between words, full-width signs, two scripts."""

import re
from importlib.resources import files

import pytest
from babel.messages.pofile import read_po

from bot.conversation.commands import AskLink, ProveLink
from bot.conversation.intents import PERHAPS_STOP, Intent, language_named, read, without_opener
from bot.wording import negotiate, texts, translate
from tests.unit.conversation.talk import Talk, anna, bence

SIMPLIFIED, TRADITIONAL = ("en", "zh-Hans"), ("en", "zh-Hant")


def simplified(text: str) -> Intent:
    return read(text, "zh-Hans", SIMPLIFIED)


def traditional(text: str) -> Intent:
    return read(text, "zh-Hant", TRADITIONAL)


@pytest.mark.parametrize(
    ("text", "name"),
    [("我有多少积分？", "balance"), ("我有多少积分", "balance"), ("请问我还有多少积分呀", "balance"),
     ("积分", "balance"), ("余额", "balance"), ("查一下我的积分", "balance"),
     ("您好，我想看看我的积分，谢谢！", "balance"), ("集了几个章了？", "balance"), ("积分能换什么？", "rewards"),
     ("我能换什么", "rewards"), ("有哪些奖励", "rewards"), ("换咖啡要多少积分？", "rewards"), ("我想加入", "join"),
     ("怎么入会？", "join"), ("我要兑换", "redeem"), ("会员卡", "card"), ("我的优惠券", "vouchers"),
     ("有什么挑战", "challenges"), ("我的徽章", "badges"), ("我是什么等级？", "tier"), ("还差多少才能升级", "tier"),
     ("积分会过期吗？", "terms"), ("怎么攒积分？", "earn"), ("怎么玩？", "how"), ("消费记录", "history"),
     ("送积分", "gift"), ("捐款", "donate"), ("凑整", "round_up"), ("怎么邀请朋友", "invite"), ("帮助", "help"),
     ("你能做什么？", "help"), ("切换语言", "language"), ("我是会员", "link"), ("算了", "cancel"),
     ("好的！", "yes"), ("不用了", "no"), ("跳过", "skip"), ("目标", "goal"), ("多久才能换到咖啡", "goal"),
     ("设置", "settings"), ("你们知道我什么", "privacy"), ("导出我的数据", "export"), ("注销账号", "erase"),
     ("我有两张卡", "merge"), ("转人工", "person"), ("我要找店员", "person"), ("为什么", "why"),
     ("为什么给我发这个", "why"), ("这些积分怎么来的？", "why"), ("签到", "checkin"), ("你好！", "hello"),
     ("在吗？", "hello")],
)  # fmt: skip
def test_simplified_chinese_is_understood(text: str, name: str) -> None:
    assert simplified(text).name == name


@pytest.mark.parametrize(
    ("text", "name"),
    [("我有多少點數？", "balance"), ("請問我還有幾點", "balance"), ("點數", "balance"), ("餘額", "balance"),
     ("查點數", "balance"), ("您好，我想看看我的點數，謝謝！", "balance"), ("我有多少積分", "balance"),
     ("我集了幾個章", "balance"), ("點數可以換什麼？", "rewards"), ("有哪些好禮", "rewards"),
     ("有什麼獎勵", "rewards"), ("換咖啡要多少點？", "rewards"), ("我想加入會員", "join"), ("怎麼入會？", "join"),
     ("我要兌換", "redeem"), ("會員卡", "card"), ("我的兌換券", "vouchers"), ("有什麼挑戰", "challenges"),
     ("我的徽章", "badges"), ("我是什麼等級？", "tier"), ("點數會到期嗎？", "terms"), ("怎麼集點？", "earn"),
     ("怎麼玩？", "how"), ("消費紀錄", "history"), ("送點數", "gift"), ("捐款", "donate"), ("湊整", "round_up"),
     ("怎麼邀請朋友", "invite"), ("說明", "help"), ("你可以做什麼？", "help"), ("換語言", "language"),
     ("我是會員", "link"), ("算了", "cancel"), ("好！", "yes"), ("不用，謝謝", "no"), ("略過", "skip"),
     ("目標", "goal"), ("設定", "settings"), ("個資", "privacy"), ("匯出我的資料", "export"), ("刪除帳號", "erase"),
     ("合併帳號", "merge"), ("真人客服", "person"), ("為什麼", "why"), ("為什麼傳給我這個", "why"),
     ("簽到", "checkin"), ("哈囉", "hello")],
)  # fmt: skip
def test_traditional_chinese_is_understood(text: str, name: str) -> None:
    assert traditional(text).name == name


@pytest.mark.parametrize(
    "text",
    ["退订", "取消订阅", "TD", "ｔｄ", "td。", "不要再发了", "不要再发了！", "“退订”", "停止", "别再给我发消息了",
     "拒收", "退訂", "取消訂閱", "「退訂」", "不要再傳了", "別再寄了", "請不要再傳了。", "ＳＴＯＰ"],
)  # fmt: skip
def test_opting_out_is_understood_whoever_reads(text: str) -> None:
    for language, offered in (("zh-Hans", SIMPLIFIED), ("zh-Hant", TRADITIONAL), ("en", ("en", "hu"))):
        assert read(text, language, offered).name == "stop"


@pytest.mark.parametrize(
    "text",
    [
        "停止营业了吗",
        "这个活动停止了吗？",
        "我不要再发胖了",
        "怎么退订？",
        "取消",
        "退",
        "不要",
        "別再傳八卦了",
        "什麼時候停止供應早餐",
        "t",
    ],
)
def test_other_words_never_opt_out(text: str) -> None:
    assert "stop" not in (simplified(text).name, traditional(text).name)


@pytest.mark.parametrize("text", ["怎么退订？", "我想退订", "帮我取消订阅", "退订吧", "如何取消訂閱", "我想退訂"])
def test_a_sentence_about_opting_out_is_asked_about(text: str) -> None:
    assert simplified(text).name == traditional(text).name == PERHAPS_STOP


@pytest.mark.parametrize("text", ["兑换1", "兑换 1", "兑换１", "兑换　１", "兑换：1", "我要兑换1", "兑换一"])
def test_a_word_needs_no_space_before_its_number(text: str) -> None:
    assert (simplified(text).name, simplified(text).argument) == ("redeem", "1")


def test_what_follows_a_word_is_kept() -> None:
    assert (traditional("兌換咖啡").name, traditional("兌換咖啡").argument) == ("redeem", "咖啡")
    assert (traditional("挑戰2").name, traditional("挑戰2").argument) == ("challenges", "2")
    assert (simplified("加入 K7M29QXA").name, simplified("加入 K7M29QXA").argument) == ("join", "K7M29QXA")


@pytest.mark.parametrize(("text", "number"), [("2", "2"), ("２", "2"), ("二", "2"), ("第二个", "2"), ("2。", "2")])
def test_numbers_answer_a_list(text: str, number: str) -> None:
    assert simplified(text) == Intent("number", number, text)


@pytest.mark.parametrize(
    "text", ["李明", "欧阳娜娜", "咖啡真好喝", "你们几点关门？", "周末有位子吗", "我明天来拿", "点一杯拿铁"]
)
def test_ordinary_talk_means_nothing_here(text: str) -> None:
    assert simplified(text).name == ""


@pytest.mark.parametrize("text", ["嗯", "好像不对", "要不算了吧", "是吗？", "可以再看看吗", "不是不要", "好贵"])
def test_what_is_no_clear_yes_is_none(text: str) -> None:
    assert simplified(text).name not in ("yes", "redeem", "gift", "donate", "join", "erase")


def test_a_name_is_taken_without_what_people_say_before_it() -> None:
    assert without_opener("我叫王小明", "zh-Hans", SIMPLIFIED) == "王小明"
    assert without_opener("我的名字是 王小明", "zh-Hant", TRADITIONAL) == "王小明"
    assert without_opener("王小明", "zh-Hans", SIMPLIFIED) == "王小明"


@pytest.mark.parametrize(
    ("text", "tag"),
    [("繁體中文", "zh-Hant"), ("繁体中文", "zh-Hant"), ("简体中文", "zh-Hans"), ("簡體中文", "zh-Hans"),
     ("zh-hant", "zh-Hant"), ("Traditional Chinese", "zh-Hant"), ("Chinese (Simplified)", "zh-Hans"),
     ("中文", "zh-Hans"), ("Chinese", "zh-Hans"), ("egyszerűsített kínai", "zh-Hans"), ("英文", "en"),
     ("英语", "en")],
)  # fmt: skip
def test_the_scripts_are_called_by_their_names(text: str, tag: str) -> None:
    assert language_named(text, "en", ("en", "hu", "zh-Hans", "zh-Hant")) == tag


def test_who_writes_the_other_script_is_understood_too() -> None:
    assert read("我有多少点数", "zh-Hant", TRADITIONAL).name == "balance"
    assert read("兑换1", "zh-Hant", TRADITIONAL).name == "redeem"
    assert read("兌換 1", "zh-Hans", SIMPLIFIED).name == "redeem"


@pytest.mark.parametrize(
    "text", ["送50积分给K7M2-9QXF", "赠送 50 K7M2-9QXF", "把50积分送给K7M29QXF", "赠送５０给Ｋ７Ｍ２９ＱＸＦ"]
)
def test_a_gift_is_read_without_spaces(text: str) -> None:
    talk = Talk(anna("zh-Hans"))
    assert talk.says(text).startswith("将50积分赠送给K7M2-9QXF吗？")


def test_a_receiver_by_mail_or_phone_is_told_apart_from_the_words_around_it() -> None:
    talk = Talk(anna("zh-Hant"))
    assert talk.says("送20點給bence@example.com").startswith("要將20點贈送給bence@example.com嗎？")
    assert talk.says("送20點給+886912345678").startswith("要將20點贈送給+886912345678嗎？")


def test_a_full_width_code_proves_an_address() -> None:
    talk = Talk(bence("zh-Hans"))
    talk.says("我是会员")
    talk.says("ｂｅｎｃｅ＠example.com")
    talk.then({})
    talk.says("１２３　４５６")
    assert talk.commands == [AskLink("bence@example.com"), ProveLink("123456")]


def test_anna_redeems_in_chinese() -> None:
    talk = Talk(anna("zh-Hant", points=120))
    assert talk.says("兌換1").startswith("要用100點兌換「任選飲品一杯」嗎？")
    assert talk.says("嗯").startswith("要用100點兌換")
    assert not talk.commands
    talk.says("好！")
    assert len(talk.commands) == 1


def _asked_to_type(language: str) -> set[str]:
    """Every word that a message asks to write: in quotation marks, or after "write:"."""
    with (files("bot.wording.catalogues") / f"{language}.po").open("rb") as po:
        said = [str(m.string) for m in read_po(po, locale=language.replace("-", "_")) if not m.context]
    quoted = {word for text in said for word in re.findall("[“「]([^{}”」]+)[”」]", text)} - {"Start"}
    after = [
        words for text in said for words in re.findall("(?:回[复覆]|发送|我们|输入|輸入|給我們)：(.+?)[。）]?$", text)
    ]
    return quoted | {word for words in after for word in words.split("、") if not re.fullmatch(r"{\w+}", words)}


@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_every_word_that_an_answer_asks_to_write_is_understood(language: str) -> None:
    asked = {word.format(number=2, code="K7M29QXF") for word in _asked_to_type(language)}
    assert len(asked) > 20
    assert {word for word in asked if not read(word, language, ("en", language)).name} == set()


@pytest.mark.parametrize("chip", ["chip balance", "chip rewards", "chip join", "chip help"])
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant"])
def test_what_the_chat_page_suggests_is_understood(language: str, chip: str) -> None:
    assert read(texts("web chat", language)[chip], language, ("en", language)).name == chip.removeprefix("chip ")


@pytest.mark.parametrize(
    ("tags", "language", "says"),
    [(("zh", "zh-CN", "zh-SG", "zh-hans", "zh_Hans_CN", "zh-cn,en;q=0.8"), "zh-Hans", "奖励"),
     (("zh-TW", "zh-HK", "zh-mo", "zh-hant", "zh-Hant-TW", "zh-hant-hk", "zh-HK,en;q=0.8"), "zh-Hant", "獎勵")],
)  # fmt: skip
def test_a_client_is_answered_in_its_own_script(tags: tuple[str, ...], language: str, says: str) -> None:
    assert {negotiate(tag, ("en", "hu", "ms", "zh-Hant", "zh-Hans")) for tag in tags} == {language}
    assert {translate(tag).say("Rewards") for tag in tags} == {says}
