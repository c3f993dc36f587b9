"""What is told of a transfer to those who did not ask for it in this chat."""

from bot.conversation.facts import Reply
from bot.conversation.unasked import unasked
from bot.loyalty.programme import Programme
from bot.wording import negotiate, points, translate
from bot.wording.explaining.parts import Reader
from bot.wording.explaining.terms import inviters_bonus


def gift_got(programme: Programme, locale: str, giver: str, given: int, have: int) -> Reply:
    """To who was given points; of the giver they learn the first name alone."""
    language = negotiate(locale, programme.languages)
    t, much, now = translate(language), points(programme, given, language), points(programme, have, language)
    if first := first_name(giver):
        text = t.say("{name} has given you {points}. You now have {total}.", name=first, points=much, total=now)
    else:
        text = t.say("You have been given {points}. You now have {total}.", points=much, total=now)
    return _signed(programme, text, language)


def gift_made(programme: Programme, locale: str, given: int, left: int) -> Reply:
    """To who gave, so that nobody's points leave unnoticed."""
    language = negotiate(locale, programme.languages)
    text = translate(language).say(
        "You have given away {points}. You have {left} left.",
        points=points(programme, given, language),
        left=points(programme, left, language),
    )
    return _signed(programme, text, language)


def friend_came(programme: Programme, locale: str, *, voucher: bool) -> Reply:
    """To who invited a friend, now that it counts, with what it brought; of the friend nothing is told."""
    language = negotiate(locale, programme.languages)
    t, bonus = translate(language), inviters_bonus(Reader(programme, language))
    text = t.say("A friend you invited has made a first purchase. As a thank-you you get {bonus}.", bonus=bonus)
    where = "\n" + t.say("It is among your vouchers; write: vouchers") if voucher else ""
    return _signed(programme, text + where, language)


def first_name(name: str) -> str:
    """The first word of a name, fit to be shown to others."""
    return name.split()[0][:40] if name.strip() else ""


def _signed(programme: Programme, text: str, language: str) -> Reply:
    return unasked(programme, language, f"{programme.called(language)}: {text}")
