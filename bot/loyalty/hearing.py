"""Which activities a programme has rules about."""

from functools import lru_cache

from bot.loyalty.programme import Programme


@lru_cache(64)
def heard(programme: Programme) -> frozenset[str]:
    """The types of activity that some rule names in ``on``."""
    told = [getattr(rule, "on", ()) for rules in programme.parts.values() for rule in rules.values()]
    return frozenset(kind for on in told for kind in ((on,) if isinstance(on, str) else on))
