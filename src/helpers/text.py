"""Numbers and dates as phrases: counts, lists, percentages, spoken dates."""

from collections.abc import Iterable

import pandas as pd

from helpers.tables import parse


def spoken_date(edtf: str) -> str:
    """An EDTF date in words for a reader.

    >>> spoken_date("2018-05"), spoken_date("../2024-07-04")
    ('May 2018', 'by 4 July 2024')
    >>> spoken_date("2016-08/2018-05")
    'between August 2016 and May 2018'
    >>> spoken_date("2025/2026")
    '2025 or 2026'
    """
    if not edtf:
        return ""
    if "/" in edtf:
        first, last = edtf.split("/", 1)
        if len(first) == len(last) == 4 and int(last) == int(first) + 1:
            return f"{first} or {last}"
        start = "by" if first == ".." else f"between {spoken_date(first)} and"
        return f"{start} {spoken_date(last)}"
    day, _ = parse.bounds(edtf)
    words = {4: f"{day.year}", 7: f"{day:%B} {day.year}", 10: f"{day.day} {day:%B} {day.year}"}
    return words[len(edtf)]  # a year, a month or a day


def percent(change: float) -> str:
    """A change in per cent in words.

    >>> percent(-26.6), percent(0.6), percent(-0.4)
    ('down 27%', 'up 1%', 'unchanged')
    """
    rounded = round(change)
    return f"{'up' if rounded > 0 else 'down'} {abs(rounded)}%" if rounded else "unchanged"


def quantity(value: float, high: float, out_of: float) -> str:
    """A figure's number with its range or its whole: '3 to 5', '4 of 5'; '' if it has none."""
    if pd.isna(value):
        return ""
    more = "" if pd.isna(high) else f" to {number(high)}"
    return number(value) + more + ("" if pd.isna(out_of) else f" of {number(out_of)}")


def number(value: float) -> str:
    """A number as a reader expects it.

    >>> number(4277), number(16.6)
    ('4,277', '16.6')
    """
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.10g}"


def listed(parts: Iterable[str]) -> str:
    """Words in a row, as a sentence has them; 'none' for nothing.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    *most, last = list(parts) or ["none"]
    return f"{', '.join(most)} and {last}" if most else last


def listed_apart(parts: list[str]) -> str:
    """Longer parts in a row, with a comma before the last.

    >>> listed_apart(["a", "b and c", "d"])
    'a, b and c, and d'
    """
    *most, last = parts
    return f"{', '.join(most)}, and {last}" if most else last


def count(number: int, one: str, many: str = "") -> str:
    """A count in words with its noun: 'six monitoring visits', '17 contacts'."""
    return f"{words(number)} {one if number == 1 else many or one + 's'}"


def words(number: int) -> str:
    """A whole number as running text has it: in words up to ten, none for zero.

    >>> words(10), words(0), words(11)
    ('ten', 'none', '11')
    """
    small = ["none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    return small[number] if number <= 10 else str(number)
