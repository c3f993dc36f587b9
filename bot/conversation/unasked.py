"""What is told to people who said nothing just now: in their language, in the name of the business."""

from bot.conversation.facts import Reply
from bot.loyalty.programme import Programme
from bot.wording import typeset


def unasked(programme: Programme, language: str, text: str, subject: str = "") -> Reply:
    """The message; without a subject of its own it comes under the name of the business."""
    return Reply(typeset(text, language), subject=subject or programme.called(language), language=language)
