"""One message in, one turn out."""

from collections.abc import Iterable
from dataclasses import replace

from bot.conversation import confirming, flow, joining, stopping, views
from bot.conversation.facts import Dialog, Facts, Turn
from bot.conversation.features import ASIDES, FLOWS, PRESSED, WISHES, WORDLESS, Recognise
from bot.conversation.intents import PERHAPS, PERHAPS_STOP, Intent, read
from bot.conversation.vocabulary import opt_out, signatures, vocabulary


def prepare(languages: tuple[str, ...]) -> None:
    """Build what is known of these languages' words, so that nobody's first message waits for it: 0.4 s for five."""
    opt_out()
    signatures()
    for language in languages:
        vocabulary(language, languages)


def understand(facts: Facts, text: str) -> Turn:
    """What to answer, or to do first, when the person of ``facts`` says ``text``."""
    return confirming.guarded(facts, text, _understand(facts, text))


def _understand(facts: Facts, text: str) -> Turn:
    intent = _answerable(facts, read(text, facts.locale, facts.programme.languages))
    if turn := stopping.heard(facts, intent):
        return turn
    if facts.person:
        return Turn(dialog=facts.dialog)
    if intent.name == PERHAPS_STOP:
        return stopping.perhaps(facts)
    if turn := _first(PRESSED, facts, text) or (None if _in_words(intent) else _first(WORDLESS, facts, text)):
        return turn
    if not facts.dialog:
        return _fresh(facts, intent)
    if flow.lapsed(facts):
        answers = ("number",) if facts.dialog["flow"] == flow.LIST else flow.ANSWERS
        return Turn((views.late(facts),)) if intent.name in answers else _fresh(facts, intent)
    return _in_dialog(facts, facts.dialog, intent)


def _answerable(facts: Facts, intent: Intent) -> Intent:
    """Words that no dialog knows what to do with are words not understood."""
    if intent.name == "more" and flow.current(facts) == flow.LIST:
        return intent
    if intent.name == PERHAPS and flow.current(facts) not in ("", flow.LIST):
        return replace(intent, name="")
    known = intent.name in WISHES or intent.name in (*flow.ANSWERS, "stop", PERHAPS_STOP)
    return intent if known else replace(intent, name="")


def _in_words(intent: Intent) -> bool:
    """Whether known words say it: what a sentence is only guessed to be about may as well be known by its form."""
    return bool(intent.name) and (intent.sure or not intent.question)


def _first(known: Iterable[Recognise], facts: Facts, text: str) -> Turn | None:
    return next((turn for recognise in known if (turn := recognise(facts, text))), None)


def _in_dialog(facts: Facts, dialog: Dialog, intent: Intent) -> Turn:
    """An answer to what was asked, or a wish of its own; joining is not forgotten over the latter."""
    answer = confirming.answered(facts, dialog, intent)
    if isinstance(answer, Turn):
        return answer
    turn, unfinished = FLOWS[dialog["flow"]](facts, dialog, answer), joining.unfinished(facts)
    if turn is None:
        turn = _fresh(facts, answer)
        if dialog["flow"] == flow.LIST and answer.name in ("", "more"):
            return replace(turn, dialog=dialog)
        only_told = turn.dialog is None and turn.command is None
        if unfinished and (answer.name in ASIDES or only_told):
            return joining.resumed(facts, unfinished, turn)
    return joining.kept(unfinished, turn) if unfinished else turn


def _fresh(facts: Facts, intent: Intent) -> Turn:
    """As if nothing had been asked."""
    begin = WISHES.get(intent.name)
    return begin(facts, intent) if begin else Turn((views.lost(facts),))
