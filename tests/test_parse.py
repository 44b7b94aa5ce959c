"""What a source prints, as values."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpers import text
from helpers.tables import parse

NUMBERS = {
    "4,277": (4277, None, None, ""),
    "12,183,016": (12183016, None, None, ""),
    "around 130": (130, None, None, "around"),
    "Approximately 88,911": (88911, None, None, "approximately"),
    "three to five year": (3, 5, None, ""),
    "five year": (5, None, None, ""),
    "between 30 and 39": (30, 39, None, ""),
    "29 to 45": (29, 45, None, ""),
    "typically 100 to 110": (100, 110, None, "typically"),
    "four out of five": (4, None, 5, ""),
    "approximately one in three": (1, None, 3, "approximately"),
    "sometimes over 40": (40, None, None, "sometimes over"),
    "over £700": (700, None, None, "over"),
    "Almost 40%": (40, None, None, "almost"),
    "16.6%": (Decimal("16.6"), None, None, ""),
    "48 adoptions": (48, None, None, ""),
    "Twenty-two": (22, None, None, ""),
    "2013–2014": (2013, 2014, None, ""),
}


@pytest.mark.parametrize(("text", "expected"), NUMBERS.items())
def test_number(text: str, expected: tuple[object, ...]) -> None:
    assert tuple(parse.number(text)) == expected


@pytest.mark.parametrize("text", ["", "many", "4,27O", "427O", "4,27", "42,77", "4,2777", "5 3", "1.2.3",
                                  "five to three", "4,277 and 431 and 3", "n out of 5", "12 or 13",
                                  "#REF!", "=1+1", "dramatic increase", "1 000", "4.277,0", "-3"])
def test_number_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        parse.number(text)


@given(st.text(max_size=12))
def test_number_never_fails_otherwise(text: str) -> None:
    try:
        assert isinstance(parse.number(text).value, Decimal)
    except ValueError as error:
        assert "expected" in str(error)


@pytest.mark.parametrize(("text", "expected"), [
    ("Requires improvement to be good", "requires improvement"),
    ("Requires … improvement", "requires improvement"),
    ("requiring  improvement", "requires improvement"),
    ("INADEQUATE", "inadequate"), ("Good", "good"), ("outstanding", "outstanding")])
def test_grade(text: str, expected: str) -> None:
    assert parse.grade(text) == expected
    assert parse.GRADES[parse.grade_rank(expected) - 1] == expected


@pytest.mark.parametrize("text", ["", "adequate", "satisfactory", "requires improvements", "poor",
                                  "good outstanding"])
def test_grade_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="expected one of"):
        parse.grade(text)


@pytest.mark.parametrize(("text", "expected"), [
    ("May 2018", "2018-05"), ("2014", "2014"), ("18 July 2014", "2014-07-18"),
    ("03 July 2018", "2018-07-03"), ("21st May 2014", "2014-05-21"),
    ("13 to 24 March 2023", "2023-03-13/2023-03-24"),
    ("20 May 2014 – 11 June 2014", "2014-05-20/2014-06-11"),
    ("14 May 2018 to 25 May 2018", "2018-05-14/2018-05-25"),
    ("20 and 24 June 2016", "2016-06-20/2016-06-24"),
    ("29 May to 3 June 2016", "2016-05-29/2016-06-03"),
    ("18 Feb 2014 – 12 March 2014", "2014-02-18/2014-03-12"),
    ("12/09/2016 to 06/10/2016", "2016-09-12/2016-10-06"), ("1/06/2015", "2015-06-01"),
    ("20 June 2017 ─ 13 July 2017", "2017-06-20/2017-07-13"),
    ("19 November-11 December 2013 and 28 – 30 January 2014", "2013-11-19/2014-01-30"),
    ("5 to 9 December 2022 and 14 to 15 February 2023", "2022-12-05/2023-02-15")])
def test_date(text: str, expected: str) -> None:
    assert parse.date(text) == expected


@pytest.mark.parametrize("text", ["", "31 February 2014", "last May", "32 May 2014", "May",
                                  "24 to 13 March 2023", "Mai 2018", "2014-05", "13/13/2014",
                                  "31/02/2014", "7/8", "8 to 12 July 2024 and 7 to 8 June 2024",
                                  "8 to 12 July 2024 and 10 to 14 July 2024"])
def test_date_refuses(text: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        parse.date(text)


@given(st.dates(dt.date(1990, 1, 1), dt.date(2090, 1, 1)))
def test_dates_survive_being_spoken(day: dt.date) -> None:
    for edtf in (day.isoformat(), day.isoformat()[:7], day.isoformat()[:4]):
        assert parse.date(text.spoken_date(edtf)) == edtf
        first, last = parse.bounds(edtf)
        assert first <= day <= last


@pytest.mark.parametrize(("edtf", "first", "last", "spoken"), [
    ("2018-02", "2018-02-01", "2018-02-28", "February 2018"),
    ("../2024-07-04", "2024-07-04", "2024-07-04", "by 4 July 2024"),
    ("2016-08/2018-05", "2016-08-01", "2018-05-31", "between August 2016 and May 2018")])
def test_bounds(edtf: str, first: str, last: str, spoken: str) -> None:
    assert tuple(map(str, parse.bounds(edtf))) == (first, last)
    assert text.spoken_date(edtf) == spoken


@pytest.mark.parametrize("edtf", ["", "2018-00", "2018-13", "2018-02-30", "18-05", "..",
                                  "2023-05/2018-05"])
def test_bounds_refuses(edtf: str) -> None:
    with pytest.raises(ValueError, match="expected"):
        parse.bounds(edtf)


@pytest.mark.parametrize(("edtf", "first", "last", "inside"), [
    ("2026-03-31", "2018-01", "2026-03", True), ("2026-04-01", "2018-01", "2026-03", False),
    ("2018-01-01", "2018-01", "", True), ("2017-12-31", "2018-01", "", False),
    ("2023", "2018-01", "2023-11", False), ("../2011-04-08", "2009", "2012", True)])
def test_within(edtf: str, first: str, last: str, inside: bool) -> None:
    assert parse.within(edtf, first, last) == inside
