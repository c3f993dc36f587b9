"""What members decide about themselves."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from bot.actions import consent, opt_in
from bot.actions.commands.said import Done, Said
from bot.actions.consent import MARKETING, Consent
from bot.conversation import commands as talk
from bot.conversation.confirming import UNPROVEN
from bot.errors import NotAllowed, NotFound
from bot.storage import choices, members, opt_ins, outbox, standings
from bot.storage.members import Address

_BIRTHDAY_HOLDS = timedelta(days=365)
"""How long a birthday that was corrected in a chat cannot be again, for presents come with it."""


async def show(said: Said, command: talk.AskSettings) -> Done:
    """Look them up."""
    return Done(await _settings(said))


async def prefer(said: Said, command: talk.SetPreferred) -> Done:
    """Write there first, from now on."""
    await _on(said, command.channel)
    await members.change(said.tx, said.member_id, {"preferred_channel": command.channel})
    return Done(await _settings(said))


async def be_quiet(said: Said, command: talk.SetQuietHours) -> Done:
    """No news and reminders between these hours, in the member's own time."""
    await members.change(said.tx, said.member_id, {"quiet_hours": command.hours})
    return Done(await _settings(said))


async def be_called(said: Said, command: talk.SetName) -> Done:
    """Be called so from now on."""
    await members.change(said.tx, said.member_id, {"name": command.name})
    return Done(await _settings(said))


async def be_born(said: Said, command: talk.SetBirthday) -> Done:
    """Keep the day; one that was there before is corrected once a year. Campaigns give one present a year whatever."""
    await standings.lock(said.tx, [said.member_id])
    before = await _settings(said)
    if before["birthday_fixed"]:
        return Done({**before, "refused": True})
    await members.change(said.tx, said.member_id, {"birthday": command.birthday})
    if before["birthday"] not in (None, command.birthday):
        await choices.put(said.tx, said.member_id, choices.BIRTHDAY, command.birthday.isoformat(), said.now)
    return Done(await _settings(said))


async def agree(said: Said, command: talk.SetConsent) -> Done:
    """Have news or reminders come by a channel or not. News by mail only when the owner has confirmed."""
    if said.message.channel in UNPROVEN and command.granted and command.channel not in UNPROVEN:
        raise NotAllowed("what anybody can forge signs nobody up elsewhere")
    ways, purpose, drafts = await _on(said, command.channel), command.purpose, list[outbox.Draft]()
    asked = None
    if command.granted and purpose == MARKETING and command.channel in UNPROVEN:
        for way in ways:
            drafts += await opt_in.ask(
                said.core, said.tx, said.programme, said.member_id, way.address, command.words, said.now
            )
            asked = way.address
    else:
        wishes = [
            Consent(way.channel, way.address, command.granted, "settings", command.words or said.message.text, purpose)
            for way in ways
        ]
        await consent.change(said.tx, wishes, said.now)
    return Done({**await _settings(said), "asked": asked}, drafts)


async def confirm(said: Said, command: talk.ConfirmOptIn) -> Done:
    """The six digits of the mail: answered to it, or typed in another chat of the same member."""
    here = (said.message.channel, said.message.address)
    places = [here] if here[0] in UNPROVEN else await opt_ins.of_member(said.tx, said.member_id, said.now)
    address = await opt_in.confirm_code(said.tx, said.core.secret, places, command.code, said.now)
    return Done({"address": address})


async def _on(said: Said, channel: str) -> Sequence[Address]:
    """The member's addresses on a channel that STOP was not said on."""
    member = await members.get(said.tx, said.member_id)
    ways = [way for way in member.addresses if way.channel == channel and way.stopped_at is None]
    if not ways:
        raise NotFound("no address on this channel")
    return ways


async def _settings(said: Said) -> Mapping[str, Any]:
    """By channel, for nobody sees their web chat as several windows."""
    member = await members.get(said.tx, said.member_id)
    channels = dict.fromkeys([said.message.channel, *(way.channel for way in member.addresses)])
    ways = {channel: [way for way in member.addresses if way.channel == channel] for channel in channels}
    corrected = (await choices.chosen(said.tx, choices.BIRTHDAY, [said.member_id])).get(said.member_id)
    return {
        "name": member.name,
        "birthday": member.birthday,
        "birthday_fixed": corrected is not None and said.now - corrected.at < _BIRTHDAY_HOLDS,
        "preferred": member.preferred_channel if member.preferred_channel in ways else None,
        "quiet_hours": member.quiet_hours,
        "ways": [
            {
                "channel": channel,
                "marketing": any(way.marketing for way in there),
                "notices": any(way.notices is not False for way in there),
                "stopped": all(way.stopped_at is not None for way in there),
            }
            for channel, there in ways.items()
            if there
        ],
    }
