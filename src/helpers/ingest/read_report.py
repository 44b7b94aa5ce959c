"""The judgements of an Ofsted report, read from its PDF as rows for a person to check and add.

It reads the reports of the single inspection framework (2013 to 2018) and of the framework since
2018 (one grade for care and care leavers, two since 2023, no overall grade from April 2026). The
areas and their years come from data/raw/areas.csv, the end of the overall grade from events.csv.
Whatever is not understood is refused with a ValueError that says what was seen; nothing is guessed
and nothing is written.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pypdfium2
from pypdfium2 import raw

from helpers import evidence
from helpers.tables import files, parse

TITLES = {  # what stands above the dates; the first that fits
    "SIF": r"inspection of services for children in need",
    "ILACS": r"inspection of .{0,90}\bchildren('s (social care )?services| and families trust)",
}
SHORT = {"east riding of yorkshire": "east riding", "kingston upon hull": "hull",
         "newcastle upon tyne": "newcastle"}  # names that titles shorten
BOARD, OVERALL = "safeguarding-board", "overall"
_GRADE = r"(?:requires?\s+improvement(?:\s+to\s+be\s+good)?|inadequate|good|outstanding)"
_FIRST_WORDS = ("require", "requires", "inadequate", "good", "outstanding")
_PLACE = r"(?-i:(?:\s+(?:[A-Z]\S*|the|of|and|upon|with|area)){1,12}?)"  # a name
_BEFORE = re.compile(r"judge?ments [^.]*\bwere:.{0,400}\Z", re.DOTALL)  # a list of earlier grades
_GAP = 8.0  # points: wider than a space of the text (4), narrower than one between columns (12)
_ALIGNED = 6.0  # points that a cell's left edge may be off its column's


class Word(NamedTuple):
    """A word with its edges on the page, in points; `top` is above `bottom`."""

    text: str
    left: float
    bottom: float
    right: float
    top: float


class Judgement(NamedTuple):
    """A grade with its area, as printed (… where the layout breaks them) and as read."""

    area: str
    area_as_printed: str
    grade_as_printed: str
    grade: str
    page: int
    in_table: bool

    @property
    def column(self) -> str:
        """The column of the area's grade in the tables of inspections."""
        return "overall_grade" if self.area == OVERALL else self.area.replace("-", "_")


class Report(NamedTuple):
    """What a report says of itself; dates in EDTF, `published` '' where it prints no day."""

    authority: str
    framework: str
    started: str
    ended: str
    dates_as_printed: str
    published: str
    published_as_printed: str
    judgements: list[Judgement]


Line = list[Word]  # from left to right; a page is its lines from top to bottom
Cell = tuple[str, float, float]  # a line of a table's cell, or the whole cell: words, top, bottom


def pages(path: Path) -> list[list[Line]]:
    """The lines of each page, in the order seen on paper. ValueError: no PDF that opens, no text."""
    if not path.read_bytes()[:1024].lstrip().startswith(b"%PDF-"):
        raise ValueError("it is no PDF: it does not begin as one")
    try:
        with pypdfium2.PdfDocument(path) as document:
            found = [_lines(list(_words(page.get_textpage()))) for page in document]
    except pypdfium2.PdfiumError as error:  # says so if it needs a password
        raise ValueError(f"it cannot be opened as a PDF ({error})") from None
    if not any(found):
        raise ValueError("it has no text, as a scan has none: transcribe it by hand")
    return found


def _words(page: pypdfium2.PdfTextPage) -> Iterator[Word]:
    letters, boxes = "", []
    last = page.count_chars()
    for n in range(last + 1):  # get_text_range(n, 1) gives the same and takes twice the time
        letter = chr(raw.FPDFText_GetUnicode(page, n)) if n < last else " "
        if letter.strip().strip("\ufffe\x02"):  # pdfium's marks of a hyphen that ends a line
            letters += letter
            boxes.append(page.get_charbox(n, loose=True))  # loose: as high as the font's line
        elif letters:
            left, bottom, right, top = zip(*boxes, strict=True)
            yield Word(letters, min(left), min(bottom), max(right), max(top))
            letters, boxes = "", []


def _lines(words: list[Word]) -> list[Line]:
    lines: list[Line] = []
    for word in sorted(words, key=lambda w: -(w.top + w.bottom)):
        first = lines[-1][0] if lines else word
        off = abs(first.top + first.bottom - word.top - word.bottom) / 2
        if not lines or off >= 0.4 * min(first.top - first.bottom, word.top - word.bottom):
            lines.append([])
        lines[-1].append(word)
    return [sorted(line, key=lambda w: w.left) for line in lines]


def _text(words: Line) -> str:
    return " ".join(w.text for w in words)


def _cell(words: Line) -> Cell:
    return _text(words), words[0].top, words[0].bottom


def _plain(name: str) -> str:
    """A name for comparing: no case, number, break or article, with or without 'social work'."""
    words = evidence.normalise(re.sub(r"^\d(\.\d)?\.?\s|…", " ", name)).removeprefix("the ")
    words = words.replace("social work practice", "practice").removesuffix(".")
    return words.replace("progress of children care", "progress of care")  # misprint since 2025


def plain_name(name: str) -> str:
    """An authority's name for comparing: letters only, 'and' for '&', one space between words."""
    return " ".join(re.sub(r"[^a-z]+", " ", name.lower().replace("&", " and ")).split())


def named(title: str, names: Iterable[str]) -> list[str]:
    """The authorities, of those given, that a title names; none whose name is part of another's.

    >>> named("Inspection of North Yorkshire", ["York", "North Yorkshire", "Telford & Wrekin"])
    ['North Yorkshire']
    """
    said, found = f" {plain_name(title)} ", {}
    for plain, name in {plain_name(name): name for name in names}.items():
        form = next((form for form in (plain, SHORT.get(plain, plain)) if f" {form} " in said), "")
        if form:
            found[name] = f" {form} "
    return [name for name, form in found.items()
            if not any(form in other and form != other for other in found.values())]


def read(path: Path, authority: str = "", folder: Path | None = None) -> Report:
    """Read a report. `folder` is the project, whose tables say which areas are graded when and
    which authorities there are; `authority` is whose report it must be, '' if any one's.

    Raises ValueError, saying what was seen, for all that is not a graded report on `authority`
    with one grade for each area of its framework; FileNotFoundError if there is no such file.
    """
    lines = pages(path)
    texts = ["\n".join(_text(line) for line in page) for page in lines]
    dates = re.search(r"^Inspection dates?: *(.+(?:\n(?:\d+|[A-Z][a-z]+) [\w –-]*\d{4}$)?)$",
                      texts[0], re.MULTILINE)  # on one line or two
    title = " ".join(texts[0][:dates.start()].split()) if dates else ""
    framework = next((name for name, words in TITLES.items()
                      if re.search(words, evidence.normalise(title))), "")
    if not dates or not framework:
        opening = " ".join(" ".join(texts).split())[:60]
        raise ValueError("its first page has no title of an inspection of children's services with "
                         f"'Inspection dates:' below it; it opens '{opening}'")
    known = files.read_raw("official/authority_inspections", folder)["authority"]
    whose = named(title, filter(None, [authority, *known]))
    if len(whose) != 1 or (authority and plain_name(authority) != plain_name(whose[0])):
        raise ValueError(f"it is not on {authority or 'one authority'}: its title is '{title}'")
    printed = " ".join(dates[1].split()).strip(" .")
    started, _, ended = parse.date(printed).partition("/")
    if not ended or len(started) < 10:
        raise ValueError(f"found the dates '{printed}', expected a first and a last day")
    day = re.search(r"^(?:Report )?published: *(.+)$", texts[0], re.MULTILINE | re.IGNORECASE)
    areas = files.read_raw("areas", folder)
    areas = areas[areas["framework"] == framework]
    first: dict[str, Judgement] = {}
    for one in [*_table(lines, areas), *_stated(texts, areas, framework)]:
        if one.in_table or (framework == "SIF" and one.area in (OVERALL, BOARD)):
            first.setdefault(one.area, one)  # a heading further on only confirms
        other = first.get(one.area, one)
        if other.grade != one.grade:
            raise ValueError(f"it grades '{one.area_as_printed}' in two ways: "
                             f"'{other.grade_as_printed}' (p. {other.page}) and "
                             f"'{one.grade_as_printed}' (p. {one.page})")
    due = _due(areas, started, "safeguarding children board" in evidence.normalise(title)
               or BOARD in first, folder)
    wrong = [f"it gives no grade for '{due[area]}'" for area in due if area not in first]
    wrong += [f"it grades '{one.area_as_printed}', an area that its framework does not have for "
              f"inspections begun on {started}" for one in first.values() if one.area not in due]
    if wrong:
        raise ValueError("; ".join(wrong))
    return Report(whose[0], framework, started, ended, printed,
                  parse.date(day[1]) if day else "", day[1] if day else "",
                  [first[area] for area in due])


def _due(areas: pd.DataFrame, started: str, board: bool, folder: Path | None) -> dict[str, str]:
    """The areas that a report must grade, with their names; board: whether it reviews one."""
    dates = files.read_raw("events", folder).set_index("event_id")["date"]
    overall = started < parse.bounds(dates["no-overall-grade"])[0].isoformat()
    return {row.area: row.name_as_printed.replace(" … ", " ") for row in areas.itertuples()
            if parse.within(started, row.first_day, row.last_day)
            and {OVERALL: overall, BOARD: board}.get(row.area, True)}


def _table(sheets: list[list[Line]], areas: pd.DataFrame) -> Iterator[Judgement]:
    """The judgements of the table on the first page, and of its rows at the top of the second."""
    names = dict(zip(areas["name_as_printed"].map(_plain), areas["area"], strict=True))
    for number, page in enumerate(sheets[:2], start=1):
        if begins := _column(page if number == 1 else page[:2]):
            yield from _rows(page, *begins, names, number)
        elif number == 1:
            raise ValueError("its first page has no table of areas and grades")


def _rows(page: list[Line], start: int, column: float, names: dict[str, str],
          number: int) -> Iterator[Judgement]:
    """The judgements of a table whose grades begin on a line, at a left edge. A grade belongs to the
    area whose name stands at its height, whichever of the two has more lines."""
    lefts: list[Cell] = []
    rights: list[Cell] = []
    for n, line in enumerate(page):
        left = [w for w in line if w.left < column - _ALIGNED]
        right = line[len(left):]
        if left and right and right[0].left - left[-1].right < _GAP:  # text across both columns
            if rights:
                break
            continue
        if left:
            lefts.append(_cell(left))
        if n >= start and right and abs(right[0].left - column) <= _ALIGNED:
            rights.append(_cell(right))
    named = [cell for cell in _cells(lefts, lambda words: _plain(words) in names)
             if _plain(cell[0]) in names]
    for cell in _cells(rights, _is_grade):
        beside = max(named, key=lambda other: _overlap(cell, other), default=cell)
        if beside is cell or _overlap(cell, beside) <= 0:
            near = " ".join(left[0] for left in lefts if _overlap(cell, left) > 0)
            raise ValueError(f"'{cell[0]}' stands in its table beside '{near}', no area known of "
                             "the framework")
        name = re.sub(r"^\d(\.\d)?\.?\s", "", beside[0])
        if not _is_grade(cell[0]):
            raise ValueError(f"'{cell[0]}' stands beside '{name}', expected a grade: "
                             f"{', '.join(parse.GRADES)}")
        yield Judgement(names[_plain(name)], name, cell[0], parse.grade(cell[0]), number, True)


def _column(page: list[Line]) -> tuple[int, float] | None:
    """The line that a table's grades begin on and their left edge: under the word 'Grade', else,
    in tables without a header, where the first grade of the right half stands."""
    edges = [w.left for line in page for w in line] + [w.right for line in page for w in line]
    for n, line in enumerate(page):
        if re.fullmatch(r"judge?ments? grades?", _text(line).lower()):
            return n + 1, line[1].left
    for n, line in enumerate(page):
        for before, word in pairwise([Word("", 0, 0, 0, 0), *line]):
            if (word.text.lower() in _FIRST_WORDS and word.left - before.right >= _GAP
                    and word.left > (min(edges) + max(edges)) / 2):
                return n, word.left
    return None


def _cells(lines: list[Cell], known: Callable[[str], bool]) -> list[Cell]:
    """Lines of a column as cells: as many together as make something known, else one."""
    found, n = [], 0
    while n < len(lines):
        parts = [lines[n:n + size] for size in (4, 3, 2, 1) if n + size <= len(lines)]
        wholes = [(" … ".join(line[0] for line in part), part[0][1], part[-1][2]) for part in parts]
        whole = next((whole for whole in wholes if known(whole[0])), wholes[-1])
        found.append(whole)
        n += whole[0].count(" … ") + 1
    return found


def _overlap(one: Cell, other: Cell) -> float:
    return min(one[1], other[1]) - max(one[2], other[2])


def _is_grade(words: str) -> bool:
    try:
        return bool(parse.grade(words))
    except ValueError:
        return False


def _stated(texts: list[str], areas: pd.DataFrame, framework: str) -> Iterator[Judgement]:
    """Each heading or sentence, on any page, that gives an area's grade in a line of its own."""
    wholes = {row.area: rf"(?:the )?(?:graded judge?ment for )?(?:the )?"
                        rf"(?:experiences and progress of )?({_pattern(row.name_as_printed)})"
                        rf"(?:\s*:|\s+is)?" for row in areas.itertuples()}
    if framework == "SIF":  # these two stand in sentences, never in the table
        wholes[OVERALL] = (rf"(the overall judgement(?= is)|(?-i:C)hildren[’']s services"
                           rf"(?: in{_PLACE})?)(?: is)?(?:\s+that children[’']s services?)?"
                           r"(?:\s+are)?")
        wholes[BOARD] = (r"(?:the )?(?:effectiveness of the )?((?:local\s+safeguarding\s+children"
                         r")(?:\s+board)?(?:\s+\(LSCB\))?|LSCB)(?:\s+is)?")
    for page, sheet in enumerate(texts, start=1):
        for area, whole in wholes.items():
            line = rf"^{whole}\s+(?:\d\n)?({_GRADE})\.?\d?$"  # a raised digit is a footnote's
            for match in re.finditer(line, sheet, re.M | re.I):
                name, grade = (" ".join(match[n].split()) for n in (1, 2))
                opens = page == 1 or area != OVERALL  # the overall sentence opens the report
                if opens and not _BEFORE.search(sheet[:match.start()]):
                    yield Judgement(area, name, grade, parse.grade(grade), page, False)


def _pattern(name: str) -> str:
    words = [re.escape(word) for word in _plain(name).split()]
    return r"\s+".join(words).replace("practice", r"(?:social\s+work\s+)?practice")


def rows(report: Report, folder: Path | None = None) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The report as rows of data/raw/inspections.csv and judgements.csv, with their columns.

    What the report does not say (focus, outcome, how sure) is left empty for a person.
    """
    year, framework = report.started[:4], report.framework.lower()
    source, inspection = f"{framework}-{year}", f"{year}-{framework}"
    overall = any(one.area == OVERALL for one in report.judgements)
    about = report._asdict() | {
        "inspection_id": inspection, "kind": "full inspection", "graded": "yes",
        "overall_given": "yes" if overall else "no", "outcome_voice": "Ofsted report",
        "outcome_source_id": source, "source_id": source, "locator": "p. 1"}
    given = [one._asdict() | {
        "printing_id": f"{year}-{one.area}@{source}", "judgement_id": f"{year}-{one.area}",
        "inspection_id": inspection, "source_id": source, "locator": f"p. {one.page}"}
        for one in report.judgements]
    inspections, judgements = (
        pd.DataFrame(found).reindex(columns=files.read_raw(name, folder).columns, fill_value="")
        for name, found in (("inspections", [about]), ("judgements", given)))
    return inspections, judgements


def describe(report: Report) -> str:
    """The report's rows as CSV, each table under its file's name and header."""
    return "\n".join(f"data/raw/{name}.csv\n{files.as_csv(table)}" for name, table in zip(
        ("inspections", "judgements"), rows(report), strict=True))
