"""What campaigns' texts cost where they leave as text messages: a part of checking and of linting a programme."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from bot.cli.common import settings
from bot.loyalty.linting.findings import Finding, warning

if TYPE_CHECKING:
    from campaigns.campaign import Campaign
    from channels.twilio.segments import Segments

MOST = 2
"""Segments that a text may take before it is warned of."""
_NAMED = 3


def dear_texts(campaigns: "Sequence[Campaign]") -> Iterator[Finding]:
    """A warning for each text that takes more than two segments, filled in as for an example."""
    from campaigns.campaign import example_of
    from channels.twilio.segments import cost, smart

    accents = settings().sms_accents
    for index, campaign in enumerate(campaigns):
        for language, template in campaign.text.items():
            price = cost(smart(template.render(example_of(campaign)), accents))
            if price.segments > MOST:
                yield warning(f"campaigns.{index}.text.{language}".removesuffix("."), _words(price))


def _words(price: "Segments") -> str:
    text = f"as a text message this takes {price.segments} segments"
    if price.encoding == "GSM-7":
        return f"{text}: {price.units} characters, where {MOST * 153} fit into {MOST}"
    dear = [*dict.fromkeys(char for char, _ in price.dear)]
    more = f" and {len(dear) - _NAMED} more" if len(dear) > _NAMED else ""
    room = f"{MOST * 67} characters fit into {MOST}"
    return f"{text}: with {' '.join(dear[:_NAMED])}{more} it leaves as UCS-2, of which {room}"
