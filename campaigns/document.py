"""The programme document as a whole: what is promised and what is said about it, checked together."""

from collections.abc import Mapping

from bot.errors import BadInput, Fault
from bot.loyalty import document as loyalty
from bot.loyalty.programme import Programme
from campaigns import reading
from campaigns.campaign import Campaign


def check(text: str) -> tuple[Programme, tuple[Campaign, ...]]:
    """The programme and its campaigns.

    Raises:
        BadInput: with every fault of both.
    """
    try:
        programme = loyalty.parse(text)
    except BadInput as error:
        raise BadInput([*error.faults, *_campaign_faults(text)]) from error
    return programme, reading.parse(programme)


def _campaign_faults(text: str) -> list[Fault]:
    """Of a document whose other parts are wrong; nothing when not even its languages can be read."""
    try:
        tree = loyalty.read(text)
    except BadInput:
        return []
    heading, tables = tree.get("programme"), tree.get("campaigns", [])
    languages = heading.get("languages") if isinstance(heading, Mapping) else None
    if not isinstance(languages, list) or not languages or not isinstance(tables, list):
        return []
    if not all(isinstance(one, str) for one in languages):
        return []
    segments = tree.get("segments")
    keys = [one.get("key") for one in segments if isinstance(one, Mapping)] if isinstance(segments, list) else []
    return reading.read(tables, languages, keys)[1]
