"""Text to intent: what a customer means, by the words in each language's catalogue (``bot.wording``)."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import islice

from bot.conversation.folding import fold, unspaced
from bot.conversation.fuzzy import LONGEST as _LONGEST_WRONG
from bot.conversation.fuzzy import SHORTEST
from bot.conversation.meanings import CLEAR, clearer, meant
from bot.conversation.vocabulary import Vocabulary, opt_out, signatures, tables, vocabulary

__all__ = [
    "PERHAPS",
    "PERHAPS_STOP",
    "Intent",
    "fold",
    "gives",
    "language_named",
    "read",
    "refuses",
    "tables",
    "without_opener",
    "wonders",
]

PERHAPS_STOP = "perhaps_stop"
"""Opting out is meant, perhaps: a typing error, or a sentence about it. It is asked about, never done."""
PERHAPS = "perhaps"
"""One of the names in the argument is meant, but it is not clear which: they are offered."""
_FORGIVEN = frozenset((
    "hello", "balance", "rewards", "redeem", "vouchers", "challenges", "card", "history", "badges", "tier",
    "gift", "donate", "round_up", "invite", "help", "how", "earn", "terms", "language", "link", "cancel",
    "goal", "settings", "privacy", "why", "checkin",
))  # fmt: skip
"""What a typing error may mean: it shows something, or asks before it does something. All else needs exact words."""
_SAFE = _FORGIVEN | {"join", "erase", "export", "merge", "person", "thanks", "more"}
"""What may be wished for in a sentence: of these, too, each asks before it changes anything."""
_WISHED = frozenset((
    "redeem", "gift", "donate", "round_up", "goal", "join", "merge", "erase", "export", "person", "checkin",
))  # fmt: skip
"""What is not meant where a sentence says that it is not wished for: "don't give my points away"."""
_FORGIVEN_WITH_NUMBER = ("redeem", "gift", "donate")
_COURTESIES = ("hello", "thanks")
"""Said along with a wish."""
_LONGEST = 1000
"""What is longer is no command and no answer, and not worth the time of reading it."""
_LONGEST_QUESTION = 200
_MOST_WRONG_WORDS = 2
_ASKED = 100
"""A question in known words weighs more than all that a sentence names."""
_MOST_OFFERED = 3
_MOST_SENTENCES = 8
_SIGNATURE = re.compile(r"\n(?:-- ?|—|_{2,})\r?\n")
"""Where a mail's signature begins (RFC 3676, 4.3; phones write a dash or a line)."""
_PARAGRAPH_END = re.compile(r"\n[ \t\r]*\n")
_SENTENCE_END = re.compile(r"[.!?;…]+(?:\s|$)|[\n。！？；]+")
_WONDERING = re.compile("[?？؟❓❔🤔]")
_ADDRESSED = re.compile(r"^/(\w+)@\w+")
"""In a Telegram group a command names the bot: ``/balance@some_bot``."""


@dataclass(frozen=True, slots=True)
class Intent:
    """``name`` is a msgid of the words, ``number``, ``PERHAPS``, ``PERHAPS_STOP``, or empty: nothing was recognised."""

    name: str
    argument: str = ""
    text: str = ""
    """The message as it was said (its first paragraph), for answers such as a name."""
    sure: bool = True
    """False when the words may as well be something else: "Magyar" is a language and a family name, or a word was
    typed wrongly. Such an intent answers no question that was asked."""
    question: bool = False
    """Asked about in a sentence, not said as a word of command."""
    alone: bool = True
    """False when more paragraphs follow than a signature: "yes", and beneath it "but not today"."""


def read(text: str, language: str, offered: tuple[str, ...]) -> Intent:
    """What ``text`` means to someone who speaks ``language``, in a programme that offers ``offered``."""
    text = _ADDRESSED.sub(r"/\1", _SIGNATURE.split(text.strip(), maxsplit=1)[0])
    if opts_out(text):
        return Intent("stop", text=text)
    # Only what commits needs the message to be nothing else; a mail may well go on after its question.
    text, *further = map(str.strip, _PARAGRAPH_END.split(text, maxsplit=1))
    found = _read(text, language, offered)
    return found if _only_signed(further) else replace(found, alone=False)


def _read(text: str, language: str, offered: tuple[str, ...]) -> Intent:
    if len(text) > _LONGEST:
        return Intent("", text=text[:_LONGEST])
    said, words = fold(text), vocabulary(language, offered)
    if said in opt_out():
        return Intent(PERHAPS_STOP, text=text)
    if name := words.whole.get(said):
        return Intent("" if name == "yes" and wonders(text) else name, text=text)
    if number := _number(said, words):
        return Intent("number", number, text)
    return _with_argument(text, said, words) or _loosely(text, said, words)


def opts_out(text: str) -> bool:
    """Whether it is an opt-out word of any language and nothing else, but for how a mail is signed."""
    if len(text) > _LONGEST:
        return False
    if fold(text) in opt_out():
        return True
    first, *rest = text.splitlines() or [""]
    return fold(first) in opt_out() and _only_signed(rest)


def _only_signed(parts: Iterable[str]) -> bool:
    lines = (line for part in parts for line in part.splitlines() if line.strip())
    return all(signatures().find(fold(line)) for line in lines)


def wonders(text: str) -> bool:
    """Whether it asks: "yes?" agrees to nothing."""
    return bool(_WONDERING.search(text))


def refuses(text: str, language: str, offered: tuple[str, ...]) -> bool:
    """Whether something is not wished for: "don't give 5 to Bence"."""
    return bool(vocabulary(language, offered).refusals.find(fold(text)))


def gives(text: str, language: str, offered: tuple[str, ...]) -> bool:
    """Whether it says that something is to be given, and nothing else: "please send … to …"."""
    return vocabulary(language, offered).gifts.fits(text)


def _number(said: str, words: Vocabulary) -> str:
    return said if said.isdecimal() and len(said) <= 9 else words.numbers.get(said, "")


def _with_argument(text: str, said: str, words: Vocabulary) -> Intent | None:
    head, *rest = text.split(maxsplit=1) or [""]
    word, argument = fold(head), rest[0] if rest else ""
    if head.startswith("/"):
        # Telegram's deep links arrive as /start with a payload.
        name = words.whole.get(word, "")
        if name and name != "stop" and (not argument or name == "start" or word in words.leading):
            return Intent(name, argument, text)
        return None
    name = words.leading.get(word, "")
    return Intent(name, _counted(name, argument, words), text) if name and fold(argument) else None


def _counted(name: str, argument: str, words: Vocabulary) -> str:
    """In digits when it is a number, unless it is a name. Full-width letters and digits become plain ones."""
    argument = unicodedata.normalize("NFKC", argument)
    return argument if name == "join" else _number(fold(argument), words) or argument


def _loosely(text: str, said: str, words: Vocabulary) -> Intent:
    if tongue := words.tongues.get(said):
        return Intent("language", tongue, text, sure=False)
    found = _phrased(said, words) if len(said) <= _LONGEST_QUESTION else Intent("")
    if not found.name:
        found = _among(_sentences(text), words)
    if found.name in _WISHED and words.refusals.find(said):
        found = Intent("")
    return replace(found, text=text) if found.name else Intent("", text=text)


def _phrased(said: str, words: Vocabulary) -> Intent:
    run_on = _unspaced(said, words)
    found = run_on if run_on and run_on.sure else _asked(said, words) or run_on
    return found or _wish(said, words) or _mistyped(said, words)


def _sentences(text: str) -> list[str]:
    parts = filter(None, map(fold, _SENTENCE_END.split(text)))
    return [said for said in islice(parts, _MOST_SENTENCES) if len(said) <= _LONGEST_QUESTION]


def _among(sentences: list[str], words: Vocabulary) -> Intent:
    """The wish among several sentences: the first that is put in known words, else the clearest by what it names."""
    if len(sentences) > 1:
        phrased = (_asked(said, words) or _word(words.politeness.stripped(said), words) for said in sentences)
        if found := next((one for one in phrased if one and one.name not in _COURTESIES), None):
            return found
    told = [_about(said, words) for said in sentences]
    clearest = max((weight for weight, _ in told), default=0)
    names = tuple(dict.fromkeys(name for weight, some in told if weight == clearest for name in some))
    if PERHAPS_STOP in names or (clearest >= CLEAR and len(names) == 1):
        return Intent(PERHAPS_STOP if PERHAPS_STOP in names else names[0], sure=False, question=True)
    return Intent(PERHAPS, " ".join(names[:_MOST_OFFERED]), sure=False, question=True) if names else Intent("")


def _about(said: str, words: Vocabulary) -> tuple[int, tuple[str, ...]]:
    """What it asks or names once its wrong words are put right, as far as a typing error may mean that."""
    right = _corrected(said, words)
    if name := _unsure(words.questions.find(right)).name:
        return _ASKED, (name,)
    weight, names = meant(words.concepts.heard(right))
    known = names and all(_unsure(name).name for name in names)
    return (weight, names) if known else meant(words.concepts.heard(said))


def _asked(said: str, words: Vocabulary) -> Intent | None:
    """ "When does my coupon expire" is a question about expiry in its words, and about vouchers by what it names."""
    name = words.questions.find(said)
    if name and (rather := clearer(name, words.concepts.heard(said))):
        return Intent(rather, sure=False, question=True)
    return Intent(name, question=True) if name else None


def _unspaced(said: str, words: Vocabulary) -> Intent | None:
    """兑换1; a name after joining needs its space, because much else may follow, as it may after a single sign (送)."""
    for word, name in words.unspaced.items():
        if said.startswith(word) and name != "join" and (rest := fold(said[len(word) :])):
            argument = _counted(name, rest, words)
            if len(word) > 1 or any(map(str.isdecimal, argument)):
                return Intent(name, argument, sure=argument.isdecimal())
    return None


def _wish(said: str, words: Vocabulary) -> Intent | None:
    """The word alone but for politeness around it: "hi, my rewards please"."""
    bare = words.politeness.stripped(said)
    if bare == said:
        return None
    if bare in opt_out():
        return Intent(PERHAPS_STOP)
    if number := _number(bare, words):
        return Intent("number", number)
    return _word(bare, words)


def _word(said: str, words: Vocabulary) -> Intent | None:
    name = words.whole.get(said, "")
    return Intent(name, question=True) if name in _SAFE else None


def _mistyped(said: str, words: Vocabulary) -> Intent:
    if SHORTEST <= len(said) <= _LONGEST_WRONG:
        if name := words.near.find(said):
            return _unsure(PERHAPS_STOP if name == "stop" else name)
        head, _, argument = said.partition(" ")
        if argument.isdecimal() and (name := words.near_leading.find(head)):
            return _unsure(name if name in _FORGIVEN_WITH_NUMBER else "", argument)
    return Intent("")


def _unsure(name: str, argument: str = "") -> Intent:
    known = name in _FORGIVEN or name == PERHAPS_STOP
    return Intent(name, argument, sure=False) if known else Intent("")


def _corrected(said: str, words: Vocabulary) -> str:
    """With its few wrong words put right; empty when there are none, or more than a few."""
    spoken, known = said.split(), words.near_words.meaning
    right = [len(word) < SHORTEST or word in known or words.concepts.known(word) for word in spoken]
    wrong = [i for i, is_right in enumerate(right) if not is_right]
    if not 1 <= len(wrong) <= _MOST_WRONG_WORDS:
        return ""
    for i in wrong:
        spoken[i] = words.near_words.find(spoken[i]) or spoken[i]
    return " ".join(spoken)


def language_named(text: str, language: str, offered: tuple[str, ...]) -> str | None:
    """The offered language that ``text`` names, by tag or by name."""
    said = fold(text)
    by_tag = {fold(tag): tag for tag in offered}
    return by_tag.get(said) or vocabulary(language, offered).tongues.get(said)


def without_opener(text: str, language: str, offered: tuple[str, ...]) -> str:
    """A name without what people say around it: "My name is Anna" → "Anna", "Anna vagyok" → "Anna", 我叫小明 → 小明."""
    words = vocabulary(language, offered)
    parts = _without_ending(text.split(), words.after_name)
    for opener in words.before_name:
        size = len(opener.split())
        if len(parts) > size and fold(" ".join(parts[:size])) == opener:
            return " ".join(parts[size:])
        if unspaced(opener) and parts and parts[0].startswith(opener):
            return " ".join(parts).removeprefix(opener) or opener
    return " ".join(parts)


def _without_ending(parts: list[str], endings: tuple[str, ...]) -> list[str]:
    for ending in endings:
        size = len(ending.split())
        if len(parts) > size and fold(" ".join(parts[-size:])) == ending:
            return parts[:-size]
    return parts
