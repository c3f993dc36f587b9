"""A simulation as a picture: the points of each month, and how soon the first reward comes, under both programmes."""

from collections.abc import Mapping, Sequence
from itertools import accumulate
from xml.sax.saxutils import escape

from bot.loyalty.simulation import Tally

_WIDE, _HIGH, _LEFT, _TOP = 720, 260, 70, 60
_COLOURS = ("#8a8f98", "#b4531f")
_MOST_DAYS = 365
_MOST_LABELS = 9
_STYLE = (
    "text{font:13px system-ui,sans-serif;fill:#222}.h{font-weight:600;font-size:15px}.s{fill:#555;font-size:12px}"
    "line{stroke:#ddd}polyline{fill:none;stroke-width:2.5}@media (prefers-color-scheme:dark){svg{background:#16181c}"
    "text{fill:#eee}.s{fill:#aaa}line{stroke:#333}}"
)


def drawn(today: Tally, other: Tally) -> str:
    """An SVG; grey is today's programme, brown the simulated one."""
    months = sorted({*today.months, *other.months})
    parts = [
        _legend(),
        _bars("Points issued, by month", months, [today.months, other.months], 0),
        _lines("Members who could have had a reward by then, in %", [_reached(today), _reached(other)], 1),
    ]
    height = _TOP + 2 * (_HIGH + 80)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDE + _LEFT + 60} {height}" role="img">'
        f"<title>{escape(other.programme.name)}: today and simulated</title><style>{_STYLE}</style>"
        f"{''.join(parts)}</svg>\n"
    )


def _legend() -> str:
    marks = []
    for i, name in enumerate(("today", "simulated")):
        x = _LEFT + i * 110
        marks.append(f'<rect x="{x}" y="14" width="14" height="14" fill="{_COLOURS[i]}"/>')
        marks.append(f'<text x="{x + 20}" y="26">{name}</text>')
    return "".join(marks)


def _bars(title: str, names: Sequence[str], series: Sequence[Mapping[str, int]], place: int) -> str:
    top, most = _top(place), max((one.get(name, 0) for one in series for name in names), default=0) or 1
    step, every = _WIDE / max(1, len(names)), -(-len(names) // _MOST_LABELS)
    parts = [_frame(title, top, f"{most:,}")]
    for n, name in enumerate(names):
        for i, one in enumerate(series):
            high = one.get(name, 0) * _HIGH / most
            x, y = _LEFT + n * step + step * (0.1 + 0.4 * i), top + _HIGH - high
            parts.append(
                f'<rect x="{x:.1f}" y="{y:.1f}" width="{step * 0.38:.1f}" height="{high:.1f}" fill="{_COLOURS[i]}">'
                f"<title>{name}: {one.get(name, 0):,}</title></rect>"
            )
        if n % every == 0:
            parts.append(f'<text class="s" x="{_LEFT + n * step:.1f}" y="{top + _HIGH + 18}">{name}</text>')
    return "".join(parts)


def _reached(tally: Tally) -> list[float]:
    """For each day since the first activity, the share of members with a reward within reach, in per cent."""
    counts = [tally.first_days.get(day, 0) for day in range(_MOST_DAYS + 1)]
    return [100 * total / max(1, tally.members) for total in accumulate(counts)]


def _lines(title: str, series: Sequence[Sequence[float]], place: int) -> str:
    top = _top(place)
    most = max((max(one) for one in series), default=0) or 1
    parts = [_frame(title, top, f"{most:.0f} %")]
    for i, one in enumerate(series):
        points = " ".join(
            f"{_LEFT + day * _WIDE / _MOST_DAYS:.1f},{top + _HIGH - share * _HIGH / most:.1f}"
            for day, share in enumerate(one)
        )
        parts.append(f'<polyline points="{points}" stroke="{_COLOURS[i]}"/>')
    for day in range(0, _MOST_DAYS + 1, 60):
        x = _LEFT + day * _WIDE / _MOST_DAYS
        parts.append(f'<text class="s" x="{x:.1f}" y="{top + _HIGH + 18}">day {day}</text>')
    return "".join(parts)


def _frame(title: str, top: int, most: str) -> str:
    bottom = top + _HIGH
    return (
        f'<text class="h" x="{_LEFT}" y="{top - 12}">{escape(title)}</text>'
        f'<line x1="{_LEFT}" y1="{top}" x2="{_LEFT + _WIDE}" y2="{top}"/>'
        f'<line x1="{_LEFT}" y1="{bottom}" x2="{_LEFT + _WIDE}" y2="{bottom}"/>'
        f'<text class="s" x="{_LEFT - 8}" y="{top + 4}" text-anchor="end">{most}</text>'
        f'<text class="s" x="{_LEFT - 8}" y="{bottom + 4}" text-anchor="end">0</text>'
    )


def _top(place: int) -> int:
    return _TOP + 20 + place * (_HIGH + 80)
