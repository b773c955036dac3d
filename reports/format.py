"""Numbers as people read them: three significant digits, a unit that fits, and never a rounding
that hides something (99.9996 % is not 100 %, a count of 3 is not 0)."""

import math

NBSP = "\N{NO-BREAK SPACE}"
UNKNOWN = "\N{EN DASH}"
INFINITE = "\N{INFINITY}"
UNITS = (("h", 3600), ("min", 60), ("s", 1), ("ms", 1e-3), ("µs", 1e-6))


def significant(value: float, digits: int = 3) -> str:
    """1234.5 → 1235, 12.345 → 12.3, 0.012345 → 0.0123: rounds behind the point only."""
    if value == 0 or not math.isfinite(value):
        return INFINITE if math.isinf(value) else "0" if value == 0 else UNKNOWN
    # Through the exponent of the rounded number, so that 9.996 becomes 10.0 and not 10.00.
    magnitude = int(f"{value:.{digits - 1}e}".split("e")[1])
    return f"{value:.{max(0, digits - 1 - magnitude)}f}"


def scaled(value: float, unit: str, prefixes: str) -> str:
    """`value` with the first prefix that leaves fewer than four digits before the point."""
    for prefix in ("", *prefixes):
        if abs(value) < 999.5:
            break
        if prefix != prefixes[-1]:
            value /= 1000
    return f"{significant(value)}{NBSP}{prefix}{unit}".rstrip(NBSP)


def count(value: float) -> str:
    """Counts are exact as long as they are short."""
    if abs(value) < 10_000 and value == int(value):
        return exact(value)
    return scaled(value, "", "kMGT")


def exact(value: float) -> str:
    """All digits, in groups of three."""
    text = f"{value:,.0f}" if value == int(value) else f"{value:,}"
    return text.replace(",", NBSP)


def size(value: float) -> str:
    """Bytes, in powers of 1000 as links are sold."""
    return scaled(value, "B", "kMGT")


def rate(value: float) -> str:
    return size(value) + "/s"


def bits(bits_per_s: float) -> str:
    """A bandwidth, as links are sold."""
    return scaled(bits_per_s, "bit/s", "kMGT")


def duration(seconds: float) -> str:
    """850 ms, 17.3 s, 10m04s, 2h05m."""
    if math.isinf(seconds):
        return INFINITE
    if seconds < 0:
        return "\N{MINUS SIGN}" + duration(-seconds)
    if seconds == 0:
        return f"0{NBSP}s"
    if seconds < 0.9995e-3:
        return f"{significant(seconds * 1e6)}{NBSP}µs"
    if seconds < 0.9995:
        return f"{significant(seconds * 1e3)}{NBSP}ms"
    if seconds < 119.95:
        return f"{significant(seconds)}{NBSP}s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}m{rest:02}s" if rest else f"{minutes}m"
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours}h{minutes:02}m" if minutes else f"{hours}h"


def clock(seconds: float, step: float) -> str:
    """A round time, in the unit of `step`, the distance to the next one: 90 s, 5 min, 2 h."""
    unit, length = next(((unit, length) for unit, length in UNITS if step >= length), UNITS[-1])
    return f"{seconds / length:g}{NBSP}{unit}".replace("-", "\N{MINUS SIGN}")


def percent(share: float) -> str:
    """A share of 1 in percent; 100 % and 0 % mean all and none."""
    if share in (0, 1):
        return f"{share * 100:.0f}{NBSP}%"
    if 0.9995 <= share < 1:
        # As many nines as there are, and one digit more: 99.97 %, 99.9996 %.
        places = max(1, math.ceil(-math.log10((1 - share) * 100)))
        return f"{share * 100:.{places}f}{NBSP}%"
    return f"{significant(share * 100)}{NBSP}%"


def ratio(value: float) -> str:
    """0.42×, 3.15×, 27.3×, 0.028×."""
    return f"{significant(value, 2 if value < 1 else 3)}×"


def listing(words: list[str]) -> str:
    """a; a and b; a, b and c."""
    if len(words) < 2:
        return "".join(words)
    return ", ".join(words[:-1]) + " and " + words[-1]


def plural(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
