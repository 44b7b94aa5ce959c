"""Bad input: everything wrong is named at once."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from helpers.run import assemble
from helpers.tables import files, schema

# How a problem is said: a row's has no column, a file's no row.
FORM = re.compile(r"data/raw/[\w/]+\.csv(, row \d+(, column \w+)?)?: found .+, expected \S.*")


@pytest.fixture
def project(project: Path) -> Path:
    """The copy with the beginning of the panel alone, which else takes most of the time."""
    path = project / "data/raw/official/panel.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text("".join(lines[:800]), encoding="utf-8")
    return project


def spoil(project: Path, name: str, old: str, new: str) -> None:
    """Replace the first occurrence of a text in a raw table."""
    path = project / "data/raw" / f"{name}.csv"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def problems(project: Path) -> list[str]:
    with pytest.raises(schema.TablesError) as caught:
        assemble.tidy(project)
    return caught.value.problems


# Numbers that Python, pandas or a spreadsheet would read, and none that a person would write.
NUMBERS = ["NaN", "nan", "inf", "8_050", "08050", "8.05e3", "8,050", "8050 ", "+8050", "8０50",
           "\u202e8050", "=8050", "0x1f72", "8050.", "-8050", "--"]
# The same, and what hides or acts, in columns of text.
TEXTS = ["NaN", "null", "None", "08050", "8_050", "8.05e3", "\u202e4,277", "4,277\u200b",
         "=cmd|' /C calc'!A0", "@SUM(1)", "+cmd|'x'!A0", "-2+3", "\t4,277"]

CASES: dict[str, tuple[str, str, str, str]] = {
    "31 February": ("inspections", "20 May 2014", "31 February 2014", "column dates_as_printed"),
    "a doubled id": ("figures", "n-cla-a002", "n-cin-a002", "row 3, column figure_id: found "
                     "'n-cin-a002', expected another than in row 2"),
    "a doubled key": ("areas", "overall,ILACS", "overall,SIF",
                      "row 11: found a key, expected another than in row 4"),
    "a year too early": ("official/panel_differences", ",2024,334,", ",1924,334,",
                         "found '1924', expected a minimum of 2009"),
    "an area that no row is of": ("official/panel", "referrals,E06000001,", "referrals,E06999999,",
                                  "column area_code: found 'E06999999', expected a area_code"),
    "a number too great": ("outcomes", "p-01a,1,", "p-01a,12,",
                           "found '12', expected a maximum of 11"),
    "a negative count": ("figures", ",,8,,people", ",,-8,,people",
                         "found '-8', expected a minimum of 1"),
    "a share over 100": ("official/panel", ",22.5,", ",122.5,", "at most 100 % of"),
    "a fractional count": ("official/panel", ",1278,", ",1278.5,", "a whole number of referrals"),
    "a dangling source": ("claims", ",a000,", ",a009,", "source_id"),
    "a dangling row": ("figures", "n-cin-2014", "n-cin-2015", "same_as"),
    "a space at the end": ("findings", ",Fewer ways", ", Fewer ways", "column summary"),
    "a missing column": ("areas", "comparable,", "", "missing: comparable"),
    "an extra column": ("areas", "comparable,", "comparable,extra,", "extra: extra"),
    "a javascript address": ("sources", "liverpoolexpress.co.uk/childrens-care",
                             "javascript:alert(1)//", "column url"),
    "a value missing": ("sources", ",Ofsted,,2014-07-18", ",,,2014-07-18", "column publisher"),
}


def assert_named(project: Path, table: str, expected: str) -> None:
    found = problems(project)
    assert any(f"data/raw/{table}.csv" in line and expected in line for line in found), found
    assert all(FORM.fullmatch(line) for line in found), found


@pytest.mark.parametrize("case", CASES)
def test_bad_input_is_named(project: Path, case: str) -> None:
    table, old, new, expected = CASES[case]
    spoil(project, table, old, new)
    assert_named(project, table, expected)


@pytest.mark.parametrize(("table", "column", "cells"), [
    ("official/panel", "2013", NUMBERS), ("official/panel_differences", "year",
     [*NUMBERS, "2013.5"]), ("official/panel_differences", "printed", NUMBERS),
    ("figures", "as_printed", TEXTS), ("inspections", "focus", TEXTS[:3] + TEXTS[6:]),
    ("official/authority_inspections", "authority", ["<b>Ham</b>", "A & B<", "&lt;"])])
def test_no_cell_says_one_thing_and_means_another(project: Path, table: str, column: str,
                                                  cells: list[str]) -> None:
    bad = files.read_raw(table, project)
    bad.loc[2:len(cells) + 1, column] = cells
    (project / f"data/raw/{table}.csv").write_text(files.as_csv(bad), encoding="utf-8")
    found = problems(project)
    for row, cell in enumerate(cells, 2):
        line = f"data/raw/{table}.csv, row {row}, column {column}: found {cell!r}, expected "
        assert any(line in one for one in found), (cell, found)


BYTES: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "an empty file": (lambda data: b"", "found 0 row(s), expected a header"),
    "only a header": (lambda data: data.split(b"\n")[0] + b"\n", "found 1 row(s)"),
    "Windows-1252": (lambda data: data.replace("’".encode(), b"\x92", 1), "expected UTF-8"),
    "a NUL byte": (lambda data: data.replace(b"August", b"Au\0gust", 1), "no sign that does not show"),
    "a byte-order mark": (lambda data: b"\xef\xbb\xbf" + data, "row 1: found a byte-order mark"),
    "a blank line": (lambda data: data.replace(b"\n", b"\n\n", 1), "row 2: found 0 cell(s), expected 6"),
    "a cell too many": (lambda data: data.replace(b",August 2012", b",August 2012,x"),
                        "row 2: found 7 cell(s), expected 6"),
    "a cell too few": (lambda data: data.replace(b",2 August 2016", b""),
                       "row 4: found 5 cell(s), expected 6"),
    "a quote not closed": (lambda data: data.replace(b",August 2012", b',"August 2012'),
                           "row 2: found a quotation mark out of place"),
}


@pytest.mark.parametrize("case", BYTES)
def test_bad_bytes_are_named(project: Path, case: str) -> None:
    change, expected = BYTES[case]
    path = project / "data/raw/events.csv"
    path.write_bytes(change(path.read_bytes()))
    assert_named(project, "events", expected)


def test_a_missing_file_is_named(project: Path) -> None:
    (project / "data/raw/claims.csv").unlink()
    assert problems(project) == ["data/raw/claims.csv: found no such file, expected a CSV table"]


def test_a_broken_description_is_named(project: Path) -> None:
    path = project / schema.FILE
    text = path.read_text(encoding="utf-8")
    for old, new, place in (
            ('about = "Each doc', 'about = Each doc', r"Invalid value \(at line \d+, column 9"),
            ('author = ["text ?"', 'author = ["txt ?"', "table raw.sources, column author: found"),
            ('"byline, if shown"]', '"byline", "nothing"]', "table raw.sources, column author"),
            ("author = [", "author = 1 #", "table raw.sources, column author: found 1,"),
            ("\n[licence]", "\n[licences]", "found no 'licence'")):
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(ValueError, match=f"^{schema.FILE}[,:] {place}"):
            assemble.tidy(project)


def test_all_problems_come_at_once(project: Path) -> None:
    spoil(project, "figures", '"4,277"', '"4,27O"')
    spoil(project, "figures", "698", "#REF!")
    spoil(project, "judgements", "inadequate", "adequate")
    spoil(project, "coding_second", "care leavers", "care-leavers")
    found = "\n".join(problems(project))
    for table, column, cell in (
            ("figures", "as_printed", "4,27O"), ("figures", "as_printed", "#REF!"),
            ("judgements", "grade_as_printed", "adequate"), ("coding_second", "theme", "care-leavers")):
        assert re.search(rf"/{table}.csv, row \d+, column {column}: found '{cell}', expected .", found)
