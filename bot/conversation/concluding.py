"""A command's result in, what to say about it out."""

from collections.abc import Callable, Mapping
from typing import Any

from bot.conversation import (
    achievements,
    checking_in,
    commands,
    donating,
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
    vouchers,
    why,
)
from bot.conversation.commands import Command
from bot.conversation.facts import Facts, Result, Turn


def conclude(facts: Facts, command: Command, result: Result) -> Turn:
    """What to say after ``command``; ``facts`` as they are now, ``result`` an error when it failed."""
    return CONCLUSIONS[type(command)](facts, command, result)


CONCLUSIONS: Mapping[type[Command], Callable[[Facts, Any, Result], Turn]] = {
    commands.Stop: stopping.stopped,
    commands.Resume: stopping.back,
    commands.Enrol: checking_in.welcomed,
    commands.CheckIn: checking_in.concluded,
    commands.Redeem: redeeming.conclude,
    commands.Wait: redeeming.waits,
    commands.ShowVouchers: vouchers.conclude,
    commands.ShowHistory: history.conclude,
    commands.Why: why.concluded,
    commands.TakeUp: achievements.taken_up,
    commands.SetGoal: goal.concluded,
    commands.Give: giving.conclude,
    commands.AskCauses: donating.listed,
    commands.Donate: donating.concluded,
    commands.RoundUp: donating.rounding,
    commands.Invite: inviting.concluded,
    commands.AskLink: linking.asked,
    commands.ProveLink: linking.proved,
    commands.SharePhone: linking.shared,
    commands.MakeLink: tokens.made,
    commands.OpenLink: tokens.asked,
    commands.TakeLink: tokens.taken,
    commands.Merge: merging.merged,
    commands.AskPerson: person.called,
    commands.SetLocale: language.concluded,
    commands.AskSettings: settings.concluded,
    commands.SetPreferred: settings.concluded,
    commands.SetQuietHours: settings.concluded,
    commands.SetConsent: settings.concluded,
    commands.ConfirmOptIn: opting_in.confirmed,
    commands.Export: privacy.exported,
    commands.Erase: privacy.erased,
}
