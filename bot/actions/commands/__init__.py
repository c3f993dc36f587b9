"""Carrying out what a conversation decided, inside its transaction: a handler for each command."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.actions.commands import chatting, joining, linking, looking, privacy, rewards, settings, sharing
from bot.actions.commands.said import Done, Said
from bot.conversation import commands as talk

__all__ = ["Done", "Said", "carry_out"]

_HANDLERS: Mapping[type[talk.Command], Callable[[Said, Any], Awaitable[Done]]] = {
    talk.Enrol: joining.enrol,
    talk.CheckIn: joining.check_in,
    talk.Redeem: rewards.redeem,
    talk.Wait: rewards.wait,
    talk.TakeUp: rewards.take_up,
    talk.ShowVouchers: looking.show_vouchers,
    talk.ShowHistory: looking.show_history,
    talk.SetGoal: looking.set_goal,
    talk.Why: looking.why,
    talk.Give: sharing.give,
    talk.Donate: sharing.donate,
    talk.AskCauses: sharing.show_causes,
    talk.RoundUp: sharing.round_up,
    talk.Invite: sharing.invite,
    talk.AskSettings: settings.show,
    talk.SetPreferred: settings.prefer,
    talk.SetQuietHours: settings.be_quiet,
    talk.SetConsent: settings.agree,
    talk.SetName: settings.be_called,
    talk.SetBirthday: settings.be_born,
    talk.ConfirmOptIn: settings.confirm,
    talk.Export: privacy.export,
    talk.Erase: privacy.erase,
    talk.SetLocale: chatting.set_locale,
    talk.Stop: chatting.stop,
    talk.Resume: chatting.resume,
    talk.AskPerson: chatting.ask_person,
    talk.AskLink: linking.ask_link,
    talk.ProveLink: linking.prove_link,
    talk.MakeLink: linking.make_link,
    talk.OpenLink: linking.open_link,
    talk.TakeLink: linking.take_link,
    talk.SharePhone: linking.share_phone,
    talk.Merge: linking.merge,
}


async def carry_out(said: Said, command: talk.Command) -> Done:
    """Do what the person asked for.

    Raises:
        RegularsError: when it cannot be done; nothing was changed then.
    """
    return await _HANDLERS[type(command)](said, command)
