"""A command's result in, what to say about it out."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from bot.conversation import (
    achievements,
    checking_in,
    commands,
    donating,
    flow,
    giving,
    goal,
    history,
    inviting,
    language,
    linking,
    merging,
    opting_in,
    person,
    privacy,
    redeeming,
    settings,
    stopping,
    tokens,
    views,
    vouchers,
    why,
)
from bot.conversation.commands import Command
from bot.conversation.facts import Facts, Outcome, Result, Turn
from bot.conversation.features import FLOWS
from bot.conversation.intents import Intent
from bot.errors import RegularsError


def conclude(facts: Facts, command: Command, result: Result) -> Turn:
    """What to say after ``command``; ``facts`` as they are now, ``result`` an error when it failed."""
    if ended := ENDED.get(type(command)):
        return ended(facts, command, result)
    if isinstance(result, RegularsError):
        return Turn((views.failed(facts),))
    return DONE[type(command)](facts, command, result)


def _in_another_language(facts: Facts, command: commands.SetLocale, result: Outcome) -> Turn:
    """The open question is put once more, in the new language; the numbers of a list hold as they are."""
    said, dialog = language.concluded(facts, command, result), facts.dialog
    if said.dialog or not dialog or not flow.current(facts):
        return said
    again = FLOWS[dialog["flow"]](facts, dialog, Intent(""))
    if again and not again.command:
        return Turn((*said.replies, *again.replies), again.dialog)
    return said if dialog["step"] == language.LIST else replace(said, dialog=dialog)


ENDED: Mapping[type[Command], Callable[[Facts, Any, Result], Turn]] = {
    commands.Enrol: checking_in.welcomed,
    commands.CheckIn: checking_in.concluded,
    commands.Redeem: redeeming.conclude,
    commands.Wait: redeeming.waits,
    commands.Give: giving.conclude,
    commands.Donate: donating.concluded,
    commands.AskLink: linking.asked,
    commands.ProveLink: linking.proved,
    commands.SharePhone: linking.shared,
    commands.OpenLink: tokens.asked,
    commands.TakeLink: tokens.taken,
    commands.ConfirmOptIn: opting_in.confirmed,
    commands.Export: privacy.exported,
}
"""What to say of commands that may be refused for a reason which the person can do something about."""
DONE: Mapping[type[Command], Callable[[Facts, Any, Outcome], Turn]] = {
    commands.Stop: stopping.stopped,
    commands.Resume: stopping.back,
    commands.ShowVouchers: vouchers.conclude,
    commands.ShowHistory: history.conclude,
    commands.Why: why.concluded,
    commands.TakeUp: achievements.taken_up,
    commands.SetGoal: goal.concluded,
    commands.AskCauses: donating.listed,
    commands.RoundUp: donating.rounding,
    commands.Invite: inviting.concluded,
    commands.MakeLink: tokens.made,
    commands.Merge: merging.merged,
    commands.AskPerson: person.called,
    commands.SetLocale: _in_another_language,
    commands.AskSettings: settings.concluded,
    commands.SetPreferred: settings.concluded,
    commands.SetQuietHours: settings.concluded,
    commands.SetConsent: settings.concluded,
    commands.SetName: settings.concluded,
    commands.SetBirthday: settings.concluded,
    commands.Erase: privacy.erased,
}
"""Of the others, once they are done; when one fails, nothing was changed, and that is said."""
