"""The conversation: one message in, one turn out; a command's result in, what to say about it out."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.conversation import (
    achievements,
    checking_in,
    confirming,
    donating,
    explaining,
    flow,
    giving,
    goal,
    history,
    inviting,
    joining,
    linking,
    merging,
    opting_in,
    paging,
    person,
    privacy,
    redeeming,
    settings,
    tiers,
    tokens,
    views,
    vouchers,
    why,
)
from bot.conversation.commands import (
    AskCauses,
    AskLink,
    AskPerson,
    AskSettings,
    CheckIn,
    Command,
    ConfirmOptIn,
    Donate,
    Enrol,
    Erase,
    Export,
    Give,
    Invite,
    MakeLink,
    Merge,
    OpenLink,
    ProveLink,
    Redeem,
    Resume,
    RoundUp,
    SetConsent,
    SetGoal,
    SetLocale,
    SetPreferred,
    SetQuietHours,
    SharePhone,
    ShowHistory,
    ShowVouchers,
    Stop,
    TakeLink,
    TakeUp,
    Wait,
    Why,
)
from bot.conversation.facts import Dialog, Facts, Reply, Result, Turn
from bot.conversation.intents import PERHAPS_STOP, Intent, language_named, read
from bot.conversation.replies import reply
from bot.errors import RegularsError

_WAKING = ("start", "join", "resume")
_ANSWERS = ("", "yes", "no", "number", "skip")
"""What makes no sense but as an answer to a question."""


def understand(facts: Facts, text: str) -> Turn:
    """What to answer, or to do first, when the person of ``facts`` says ``text``."""
    return confirming.guarded(facts, text, _understand(facts, text))


def _understand(facts: Facts, text: str) -> Turn:
    intent = _answerable(facts, read(text, facts.locale, facts.programme.languages))
    if facts.stopped:
        return Turn(command=Resume()) if _wakes(intent) else Turn()
    if intent.name == "stop":
        return Turn(command=Stop())
    if facts.person:
        return Turn(dialog=facts.dialog)
    if intent.name == PERHAPS_STOP:
        return Turn((views.perhaps_stop(facts),), facts.dialog)
    if turn := tokens.opened(text):
        return turn
    if turn := settings.pressed(facts, text) or confirming.late(facts, text) or opting_in.typed(facts, text):
        return turn
    if page := paging.pressed(text):
        return redeeming.turned(facts, page)
    if not intent.name and (turn := _pressed(facts, text)):
        return turn
    if not facts.dialog:
        return _fresh(facts, intent)
    if flow.lapsed(facts):
        answers = ("number",) if facts.dialog["flow"] == "list" else _ANSWERS
        return Turn((views.late(facts),)) if intent.name in answers else _fresh(facts, intent)
    return _in_dialog(facts, facts.dialog, intent)


def _answerable(facts: Facts, intent: Intent) -> Intent:
    """Words that no dialog knows what to do with are words not understood."""
    if intent.name == "more" and flow.current(facts) == "list":
        return intent
    known = intent.name in _SHOWS or intent.name in _BEGINS or intent.name in (*_ANSWERS, "stop", PERHAPS_STOP)
    return intent if known else replace(intent, name="")


def _pressed(facts: Facts, text: str) -> Turn | None:
    """A button that is tied to its question, or the counter's code."""
    return (
        redeeming.pressed(facts, text)
        or giving.pressed(facts, text)
        or donating.pressed(facts, text)
        or linking.pressed(facts, text)
        or checking_in.typed(facts, text)
    )


def conclude(facts: Facts, command: Command, result: Result) -> Turn:
    """What to say after ``command``; ``facts`` as they are now, ``result`` an error when it failed."""
    if told := _TOLD.get(type(command)):
        return told(facts, result)
    if concluded := _CONCLUDED.get(type(command)):
        return concluded(facts, command, result)
    return Turn((views.failed(facts) if isinstance(result, RegularsError) else _SAID[type(command)](facts),))


def _wakes(intent: Intent) -> bool:
    """The word alone: "join us for dinner" and "how do I join?" wake nobody. A deep link's payload is no speech."""
    alone = not intent.argument or intent.text.startswith("/")
    return intent.name in _WAKING and alone and not intent.question


def _in_dialog(facts: Facts, dialog: Dialog, intent: Intent) -> Turn:
    """An answer to what was asked, or a wish of its own; joining is not forgotten over the latter."""
    answer = confirming.answered(facts, dialog, intent)
    if isinstance(answer, Turn):
        return answer
    intent = answer
    turn, unfinished = _FLOWS[dialog["flow"]](facts, dialog, intent), _unfinished(facts, dialog)
    if turn is None:
        turn = _fresh(facts, intent)
        if dialog["flow"] == "list" and intent.name in ("", "more"):
            return replace(turn, dialog=dialog)
        if unfinished and intent.name in _ASIDES:
            again = joining.question(facts, unfinished)
            return Turn((*turn.replies, *again.replies), again.dialog)
    if unfinished and isinstance(turn.command, SetLocale):
        return replace(turn, dialog=unfinished)
    if unfinished and turn.dialog and turn.dialog["flow"] == "list":
        return replace(turn, dialog={**turn.dialog, "beneath": unfinished})
    return turn


def _unfinished(facts: Facts, dialog: Dialog) -> Dialog | None:
    """The joining that is under way, perhaps beneath a list of languages."""
    beneath: Dialog = dialog.get("beneath", dialog)
    return beneath if beneath["flow"] == joining.FLOW and facts.member is None else None


def _fresh(facts: Facts, intent: Intent) -> Turn:
    """As if nothing had been asked."""
    if show := _SHOWS.get(intent.name):
        return Turn((show(facts),))
    if begin := _BEGINS.get(intent.name):
        return begin(facts, intent)
    return Turn((views.lost(facts),))


def _rewards(facts: Facts, intent: Intent) -> Turn:
    return Turn((views.rewards(facts),), redeeming.listed(facts) if facts.member else None)


def _language(facts: Facts, intent: Intent) -> Turn:
    chosen = language_named(intent.argument, facts.locale, facts.programme.languages)
    if chosen:
        return Turn(command=SetLocale(chosen))
    return Turn((views.languages(facts),), flow.at(facts, "list", "language", keys=list(facts.programme.languages)))


def _language_set(facts: Facts, result: Result) -> Turn:
    """Say so in the new language, and go on with joining in it."""
    if isinstance(result, RegularsError):
        return Turn((views.failed(facts),))
    said = views.language_set(facts)
    unfinished = _unfinished(facts, facts.dialog) if facts.dialog and flow.current(facts) else None
    if unfinished:
        again = joining.question(facts, unfinished)
        return Turn((said, *again.replies), again.dialog)
    return Turn((said,))


def _setting(facts: Facts, intent: Intent) -> Turn:
    """One of a list of settings; of the language, those that there are."""
    return _language(facts, Intent("language")) if intent.argument == "language" else settings.chosen(facts, intent)


def _welcomed(facts: Facts, result: Result) -> Turn:
    return opting_in.noted(facts, checking_in.welcomed(facts, result), result)


def _from_list(facts: Facts, dialog: Dialog, intent: Intent) -> Turn | None:
    """A number answers the last numbered list, a word turns its page."""
    if page := paging.turned(facts, dialog, intent):
        return redeeming.turned(facts, page)
    if intent.name != "number":
        return Turn((views.nothing_done(facts),)) if intent.name == "cancel" else None
    keys, n = dialog["keys"], int(intent.argument)
    if not 1 <= n <= len(keys):
        text = flow.words(facts).say("There is no such number in the list.")
        return Turn((reply(facts, text),), dialog)
    return _LISTS[dialog["step"]](facts, Intent(dialog["step"], keys[n - 1]))


_TOLD: Mapping[type[Command], Callable[[Facts, Result], Turn]] = {
    Enrol: _welcomed,
    CheckIn: checking_in.concluded,
    ShowVouchers: vouchers.conclude,
    ShowHistory: history.conclude,
    Why: why.concluded,
    Invite: inviting.concluded,
    AskLink: linking.asked,
    ProveLink: linking.proved,
    MakeLink: tokens.made,
    OpenLink: tokens.asked,
    TakeLink: tokens.taken,
    Merge: merging.merged,
    AskPerson: person.called,
    SetLocale: _language_set,
    ConfirmOptIn: opting_in.confirmed,
    Export: privacy.exported,
    Erase: privacy.erased,
}
"""What to say when the result alone tells."""
_CONCLUDED: Mapping[type[Command], Callable[[Facts, Any, Result], Turn]] = {
    AskSettings: settings.concluded,
    SetPreferred: settings.concluded,
    SetQuietHours: settings.concluded,
    SetConsent: settings.concluded,
    Redeem: redeeming.conclude,
    Wait: redeeming.waits,
    SetGoal: goal.concluded,
    TakeUp: achievements.taken_up,
    Give: giving.conclude,
    AskCauses: donating.listed,
    Donate: donating.concluded,
    RoundUp: donating.rounding,
    SharePhone: linking.shared,
}
_SAID: Mapping[type[Command], Callable[[Facts], Reply]] = {Stop: views.stopped, Resume: views.back}
_SHOWS: Mapping[str, Callable[[Facts], Reply]] = {
    "hello": views.greeting,
    "resume": views.greeting,
    "balance": views.balance,
    "card": views.card,
    "badges": achievements.badges,
    "tier": tiers.tier,
    "help": views.help_,
    "cancel": views.help_,
}
_BEGINS: Mapping[str, Callable[[Facts, Intent], Turn]] = {
    "start": checking_in.start,
    "checkin": checking_in.begin,
    "join": joining.begin,
    "challenges": achievements.show,
    "rewards": _rewards,
    "redeem": redeeming.begin,
    "vouchers": vouchers.begin,
    "history": history.begin,
    "goal": goal.begin,
    "why": why.begin,
    "gift": giving.begin,
    "donate": donating.begin,
    "round_up": donating.round_up,
    "invite": inviting.begin,
    "settings": settings.begin,
    "privacy": privacy.begin,
    "export": privacy.export,
    "erase": privacy.erase,
    "language": _language,
    "link": linking.begin,
    "merge": linking.begin_merging,
    "person": person.begin,
    "how": explaining.begin,
    "earn": explaining.earn,
    "terms": explaining.terms,
}
_LISTS: Mapping[str, Callable[[Facts, Intent], Turn]] = {
    redeeming.FLOW: redeeming.begin,
    explaining.LIST: explaining.begin,
    goal.LIST: goal.begin,
    "language": _language,
    settings.LIST: _setting,
    settings.CHANNELS: settings.first,
    privacy.LIST: privacy.chosen,
}
"""What a number chooses from, by the step of the list."""
_FLOWS: Mapping[str, Callable[[Facts, Dialog, Intent], Turn | None]] = {
    joining.FLOW: joining.proceed,
    redeeming.FLOW: redeeming.proceed,
    linking.FLOW: linking.proceed,
    giving.FLOW: giving.proceed,
    donating.FLOW: donating.proceed,
    settings.FLOW: settings.proceed,
    opting_in.FLOW: opting_in.proceed,
    privacy.FLOW: privacy.proceed,
    "list": _from_list,
}
_ASIDES = (
    "hello",
    "resume",
    "balance",
    "rewards",
    "challenges",
    "badges",
    "tier",
    "help",
    "redeem",
    "how",
    "earn",
    "terms",
)
"""Asked while joining, these are answered and the open question is put again."""
