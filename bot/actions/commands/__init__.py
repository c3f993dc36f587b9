"""Carrying out what a conversation decided, inside its transaction: a handler for each command."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot.actions.commands import chatting, joining, linking, personal, reasons, rewards, sharing, wishes
from bot.actions.commands.said import Done, Said
from bot.conversation import commands as talk
from bot.errors import RegularsError

__all__ = ["Done", "Result", "Said", "carry_out"]
Result = Mapping[str, Any] | RegularsError

_HANDLERS: Mapping[type, Callable[[Said, Any], Awaitable[Done]]] = {
    talk.Enrol: joining.enrol,
    talk.CheckIn: joining.check_in,
    talk.Redeem: rewards.redeem,
    talk.Wait: rewards.wait,
    talk.TakeUp: rewards.take_up,
    talk.ShowVouchers: rewards.show_vouchers,
    talk.ShowHistory: rewards.show_history,
    talk.SetGoal: reasons.set_goal,
    talk.Why: reasons.why,
    talk.Give: sharing.give,
    talk.Donate: sharing.donate,
    talk.AskCauses: sharing.show_causes,
    talk.RoundUp: sharing.round_up,
    talk.Invite: sharing.invite,
    talk.SetLocale: chatting.set_locale,
    talk.AskSettings: wishes.show,
    talk.SetPreferred: wishes.prefer,
    talk.SetQuietHours: wishes.be_quiet,
    talk.SetConsent: wishes.agree,
    talk.ConfirmOptIn: wishes.confirm,
    talk.Export: personal.export,
    talk.Erase: personal.erase,
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
