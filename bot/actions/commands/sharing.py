"""Points for others: gifts, causes, friends."""

from collections.abc import Mapping

from bot.actions import donate as donations
from bot.actions import give as gifts
from bot.actions import refs
from bot.actions.commands.said import Done, Said
from bot.actions.intake import MemberRef
from bot.conversation import commands as talk
from bot.storage import referrals
from bot.storage.donations import Total
from bot.storage.referrals import REFUSED


async def give(said: Said, command: talk.Give) -> Done:
    """Points for another member, who hears of it."""
    to = await refs.find_one(said.tx, MemberRef.model_validate({command.kind: command.to}), said.programme)
    done = await gifts.give_in(said.core, said.tx, said.programme, said.member_id, to, command.points, said.request)
    drafts = (
        [] if done.duplicate else await gifts.receipts(said.core, said.tx, said.programme, done.gift, to_giver=False)
    )
    return Done({"points_left": done.gift.points_left}, drafts)


async def donate(said: Said, command: talk.Donate) -> Done:
    """Points for a cause."""
    member_id = said.member_id
    await donations.donate_in(
        said.core, said.tx, said.programme, member_id, command.cause, command.points, said.request
    )
    return Done({})


async def round_up(said: Said, command: talk.RoundUp) -> Done:
    """Round purchases up for a cause from now on, or no longer."""
    await donations.choose_round_up_in(said.core, said.tx, said.programme, said.member_id, command.cause)
    return Done({})


async def show_causes(said: Said, command: talk.AskCauses) -> Done:
    """What the causes were given."""
    shown = await donations.giving_in(said.tx, said.programme, said.member_id)
    return Done({"totals": _sums(shown.totals), "mine": _sums(shown.mine), "round_up": shown.round_up})


async def invite(said: Said, command: talk.Invite) -> Done:
    """What to hand on to friends, and how many have come."""
    brought = await referrals.brought(said.tx, said.member_id)
    joined = sum(n for state, n in brought.items() if state != REFUSED)
    return Done({"joined": joined, "base": f"{said.core.public_url}/r/" if said.core.public_url else ""})


def _sums(totals: Mapping[str, Total]) -> dict[str, tuple[int, int]]:
    return {cause: (total.points, total.money) for cause, total in totals.items()}
