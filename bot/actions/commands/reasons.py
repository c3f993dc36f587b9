"""What a member saves for, and why things happened to them."""

from datetime import timedelta

from bot.actions.commands.said import Done, Said
from bot.conversation import commands as talk
from bot.storage import members, reasons

_PACE = timedelta(days=90)
_LEAST = timedelta(days=7)
"""The pace of who joined yesterday would promise too much."""


async def set_goal(said: Said, command: talk.SetGoal) -> Done:
    """Save for a reward (or for none), and tell what came lately."""
    if command.reward != said.chat.goal:
        await members.change(said.tx, said.member_id, {"goal": command.reward or None})
    joined = said.chat.profile.joined_at if said.chat.profile else said.now
    within = min(_PACE, max(_LEAST, said.now - joined))
    return Done({"earned": await reasons.earned(said.tx, said.member_id, said.now, within), "days": within.days})


async def why(said: Said, command: talk.Why) -> Done:
    """The last message and the last points."""
    message, member_id = said.message, said.chat.member_id
    return Done(
        {
            "message": await reasons.last_message(said.tx, message.channel, message.address),
            "line": await reasons.last_line(said.tx, member_id) if member_id else None,
        }
    )
