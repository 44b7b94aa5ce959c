"""What a source prints, as values: numbers in digits and words, grades, and dates.

Nothing is guessed. A text that is not understood raises ValueError, which says what was
found and what was expected.
"""

import calendar
import datetime as dt
import re
from decimal import Decimal
from typing import NamedTuple

GRADES = ("inadequate", "requires improvement", "good", "outstanding")

_GRADE_FORMS = {name: name for name in GRADES} | {
    f"{verb} improvement{end}": "requires improvement"  # "children's services … require …"
    for verb in ("requires", "require", "requiring") for end in ("", " to be good")}

_ONES = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
         "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen",
         "eighteen", "nineteen")
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_WORDS = {word: n for n, word in enumerate(_ONES)}
_WORDS |= {word: 10 * n for n, word in enumerate(_TENS, start=2)}
_WORDS |= {f"{ten}-{one}": 10 * i + j for i, ten in enumerate(_TENS, start=2)
           for j, one in enumerate(_ONES[1:10], start=1)}

# Words beside a number that weaken or bound it. The longest is tried first.
QUALIFIERS = ("approximately", "around", "about", "almost", "nearly", "over", "more than",
              "less than", "at least", "up to", "typically", "sometimes over", "some")

_MONTHS = {name.lower(): n for names in (calendar.month_name, calendar.month_abbr)
           for n, name in enumerate(names)}
_SPELLED = "|".join(sorted(_WORDS, key=len, reverse=True))
_ONE = rf"((?:£?\d{{1,3}}(?:,\d{{3}})+|£?\d+)(?:\.\d+)?%?|\b(?:{_SPELLED})\b)"


class Printed(NamedTuple):
    """A number as printed: value (the lower end of a range), its upper end, the whole that
    it is out of, and the word that qualifies it ('' if none)."""

    value: Decimal
    value_high: Decimal | None
    out_of: Decimal | None
    qualifier: str


def number(text: str) -> Printed:
    """Read one printed number, as '4,277', 'three to five year' or 'four out of five'.

    A unit may follow ('48 adoptions', '£700', '38%'); it is not read. Raises ValueError for
    anything else, such as two numbers that are no range.

    >>> found = number("around 130")
    >>> str(found[0]), found[3]
    ('130', 'around')
    """
    words = re.sub(r"[–—]", "-", " ".join(text.split())).lower()
    qualifier = next((q for q in sorted(QUALIFIERS, key=len, reverse=True)
                      if words.startswith(q + " ")), "")
    rest = words[len(qualifier):].strip()
    if whole := re.fullmatch(rf"{_ONE} (?:out of|in) {_ONE}\b[a-z -]*", rest):
        return Printed(_value(whole[1]), None, _value(whole[2]), qualifier)
    span = re.fullmatch(rf"(?:between )?{_ONE}(?: to | and |-){_ONE}\b[a-z -]*", rest)
    if span and _value(span[1]) < _value(span[2]):
        return Printed(_value(span[1]), _value(span[2]), None, qualifier)
    alone = re.fullmatch(rf"(?:a |the )?{_ONE}(?![\d.,])(?:[ -][a-z][a-z' -]*)?", rest)
    others = [word for word in re.split(r"[ -]", rest)[1:] if word in _WORDS or word == "to"]
    if alone and (not others or rest in _WORDS):
        return Printed(_value(alone[1]), None, None, qualifier)
    raise ValueError(f"found {text!r}, expected one number in digits grouped by threes or in words, a "
                     "range, or 'n out of m'")


def _value(text: str) -> Decimal:
    return Decimal(_WORDS[text]) if text in _WORDS else Decimal(text.strip("£%").replace(",", ""))


def grade(text: str) -> str:
    """The grade that a printed form stands for, one of GRADES.

    Raises ValueError for any other word: 'adequate' belongs to an older scale and is refused.

    >>> grade("Requires improvement to be good")
    'requires improvement'
    """
    form = " ".join(text.replace("…", " ").split()).lower()  # … where the layout broke the words
    if form not in _GRADE_FORMS:
        raise ValueError(f"found {text!r}, expected one of {', '.join(_GRADE_FORMS)}")
    return _GRADE_FORMS[form]


def grade_rank(name: str) -> int:
    """1 for inadequate to 4 for outstanding."""
    return GRADES.index(name) + 1


def date(text: str) -> str:
    """A printed date or span of dates in EDTF, exactly as precise as printed.

    'May 2018' → '2018-05'; '18 July 2014' → '2014-07-18'; '13 to 24 March 2023' →
    '2023-03-13/2023-03-24'; '1/06/2015' (the day first) → '2015-06-01'. Fieldwork in two parts
    gives the first day of all and the last: '5 to 9 December 2022 and 14 to 15 February 2023' →
    '2022-12-05/2023-02-15'. Raises ValueError for what is no date, 31 February included.
    """
    words = re.sub(r"\s*[─–—-]\s*", " to ", " ".join(text.split())).lower()
    words = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", words)
    parts = words.split(" and ")
    if len(parts) == 2 and all(" to " in part and re.search(r"\b\d{4}$", part) for part in parts):
        (started, paused), (resumed, ended) = (date(part).split("/") for part in parts)
        if paused >= resumed:
            raise ValueError(f"found {text!r}, expected the earlier span first")
        return f"{started}/{ended}"
    if " to " in words or " and " in words:
        first, last = re.split(r" to | and ", words, maxsplit=1)
        last_parts, first_parts = last.split(), first.split()
        # '13 to 24 March 2023': the first date borrows what it lacks from the last.
        first = " ".join(first_parts + last_parts[len(first_parts):])
        start, end = _one_date(first, text), _one_date(last, text)
        if start > end:
            raise ValueError(f"found {text!r}, expected the earlier date first")
        return f"{start}/{end}"
    return _one_date(words, text)


def _one_date(words: str, text: str) -> str:
    if figures := re.fullmatch(r"(\d{1,2})/(0?[1-9]|1[0-2])/(\d{4})", words.strip()):
        words = f"{figures[1]} {calendar.month_name[int(figures[2])].lower()} {figures[3]}"
    match = re.fullmatch(r"(?:(?:(\d{1,2}) )?([a-z]+) )?(\d{4})", words.strip())
    if not match or (match[2] and match[2] not in _MONTHS):
        raise ValueError(f"found {text!r}, expected a date such as '18 July 2014' or 'May 2018'")
    if not match[2]:
        return match[3]
    if not match[1]:
        return f"{match[3]}-{_MONTHS[match[2]]:02d}"
    try:
        return dt.date(int(match[3]), _MONTHS[match[2]], int(match[1])).isoformat()
    except ValueError:
        raise ValueError(f"found {text!r}, expected a day that the month has") from None


def bounds(edtf: str) -> tuple[dt.date, dt.date]:
    """The first and the last day that an EDTF date may mean.

    '2018-05' → 1 to 31 May 2018. An open start ('../2024-07-04') gives its end twice, since
    nothing earlier is known. Raises ValueError for what is no such date.
    """
    if "/" in edtf:
        first, last = edtf.split("/", 1)
        end = bounds(last)[1]
        start = end if first == ".." else bounds(first)[0]
        if start > end:
            raise ValueError(f"found {edtf!r}, expected the earlier date first")
        return start, end
    match = re.fullmatch(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", edtf)
    if not match:
        raise ValueError(f"found {edtf!r}, expected a date such as 2018-05-14, 2018-05 or 2014")
    year, month, day = match.groups()
    try:
        first_day, last_month = dt.date(int(year), int(month or 1), int(day or 1)), int(month or 12)
        last_day = int(day or calendar.monthrange(first_day.year, last_month)[1])
        return first_day, dt.date(first_day.year, last_month, last_day)
    except (ValueError, IndexError):
        raise ValueError(f"found {edtf!r}, expected a day that the calendar has") from None


def within(edtf: str, first_day: str, last_day: str) -> bool:
    """Whether a date lies in a span of EDTF days, as precise as these are; no last day is open.

    >>> within("2022-12-31", "2018-01", "2022-12"), within("2023", "2018-01", "2022-12")
    (True, False)
    """
    begins, ends = bounds(edtf)
    return bounds(first_day)[0] <= begins and (not last_day or ends <= bounds(last_day)[1])


def middle(edtf: str) -> dt.date:
    """The middle of what a date may mean.

    >>> middle("2022-04-01/2023-03-31").isoformat()
    '2022-09-30'
    """
    first, last = bounds(edtf)
    return first + (last - first) / 2
