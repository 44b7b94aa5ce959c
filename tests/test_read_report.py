
from collections.abc import Callable
from pathlib import Path

import pytest
from matplotlib import rc_context
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.figure import Figure

from helpers import __main__
from helpers.ingest import read_report
from helpers.tables import files

ROOT = Path(__file__).parents[1]
Spot = tuple[float, float, str]  # left and bottom in points, words
Row = tuple[str, str]  # a row of the table: name and grade, / where a line ends

ABOUT = "Inspection of {} local authority children’s services"
TITLE = ABOUT.format("Liverpool")
LEADERS = "The impact of leaders on social work/practice with children and families"
HELP = "The experiences and progress of/children who need help and protection"
CARE = "The experiences and progress of/children in care"
LEAVERS = "The experiences and progress of care/leavers"
BOTH = "The experiences and progress of children in care and/care leavers"
FOUR = [(LEADERS, "Outstanding"), (HELP, "Good"), (CARE, "Requires improvement/to be good"),
        (LEAVERS, "Inadequate")]
FIVE = [*FOUR, ("Overall effectiveness", "Requires/improvement/to be good")]
THREE = [*FOUR[:2], (BOTH, "Good"), FIVE[4]]
READ = {"leadership": "outstanding", "help-and-protection": "good",
        "children-in-care": "requires improvement", "care-leavers": "inadequate"}
SINGLE = ("Liverpool City Council/Inspection of services for children in need of help and/"
          "protection, children looked after and care leavers")
PARTNERS = "Local Safeguarding Children Board"
BOARD = "/and/Review of the effectiveness of the local safeguarding children/board"
NUMBERED = [("1. Children who need help and protection", "Outstanding"),
            ("2. Children looked after and achieving/permanence", "Good"),
            ("2.1 Adoption performance", "Requires/improvement"),
            ("2.2 Experiences and progress of care leavers", "Inadequate"),
            ("3. Leadership, management and governance", "Requires/improvement")]


def pdf(path: Path, *sheets: list[Spot]) -> Path:
    """A PDF: each sheet's words where they are put, in Helvetica at 12 points."""
    fonts = {"pdf.use14corefonts": True, "font.family": "Helvetica"}
    with rc_context(fonts), PdfPages(path) as document:
        for spots in sheets:
            page = Figure((595 / 72, 842 / 72))
            for left, bottom, words in spots:
                page.text(left / 595, bottom / 842, words, fontsize=12)
            document.savefig(page)
    return path


def sheet(rows: list[Row], title: str = TITLE, dates: str = "13 to 24 March 2023",
          lead: str = "", column: float = 400, hang: str = "top",
          order: Callable[[list[Spot]], list[Spot]] = list) -> list[Spot]:
    """A first page: title, dates, lead, table (with a header unless there is a lead), prose."""
    above = "/".join([title, f"Inspection dates: {dates}", *[lead] * bool(lead)]).split("/")
    spots: list[Spot] = [(72, 780 - 16 * n, words) for n, words in enumerate(above)]
    y = 780 - 16 * len(above) - 20
    if not lead:
        spots += [(72, y, "Judgement"), (column, y, "Grade")]
        y -= 24
    for name, grade in rows:
        names, grades = name.split("/"), [part for part in grade.split("/") if part]
        height = max(len(names), len(grades))
        for part, left in ((names, 72.0), (grades, column)):
            spare = {"top": 0, "middle": (height - len(part)) / 2}.get(hang, height - len(part))
            spots += [(left, y - 14 * (n + spare), words) for n, words in enumerate(part)]
        y -= 14 * height + 12
    prose = ("Good work is seen in most teams, and much of it has been seen for some time",
             "and this line is short")
    spots += [(72, y - 16 * n, words) for n, words in enumerate(prose)]
    return order(spots)


def single(lead: str, rows: list[Row] = NUMBERED, dates: str = "14 January – 4 February 2015",
           title: str = SINGLE, hang: str = "top") -> list[Spot]:
    """The first page of a report under the single framework."""
    return sheet(rows, title=title, dates=dates, lead=lead, hang=hang)


def read(folder: Path, *sheets: list[Spot], authority: str = "") -> read_report.Report:
    return read_report.read(pdf(folder / "a.pdf", *sheets), authority, folder=ROOT)


def grades(report: read_report.Report) -> dict[str, str]:
    return {one.area: one.grade for one in report.judgements}


def held() -> list[str]:
    table = files.read_raw("inspections", ROOT)
    sources = files.read_raw("sources", ROOT).set_index("source_id")
    about = table[(table["graded"] == "yes") & (table["source_id"].map(sources["kind"]) == "report")
                  & (table["source_id"].map(sources["about"]) == table["inspection_id"])]
    return list(about["inspection_id"])


@pytest.mark.parametrize("inspection", held())
def test_reports_held_read_as_they_were_transcribed(inspection: str, source_texts: Path) -> None:
    rows = files.read_raw("inspections", ROOT)
    row = rows[rows["inspection_id"] == inspection].iloc[0]
    name = files.read_raw("sources", ROOT).set_index("source_id")["file"][row["source_id"]]
    path = source_texts / "ofsted" / name.replace(".txt", ".pdf")
    if not path.is_file():
        pytest.skip(f"{path.name} is not on this machine: the reports are not kept here")
    about, given = read_report.rows(read_report.read(path), ROOT)
    filled = {column: value for column, value in about.iloc[0].items() if value}
    assert filled == {column: row[column] for column in filled}
    assert {"started", "ended", "dates_as_printed", "framework"} <= set(filled)
    assert bool(filled.get("published")) == bool(row["published_as_printed"])
    table = files.read_raw("judgements", ROOT)
    table = table[(table["inspection_id"] == inspection) & (table["source_id"] == row["source_id"])]
    expected, found = (t.drop(columns="note").sort_values("printing_id").to_dict("records")
                       for t in (table, given))
    assert found == expected and expected


@pytest.mark.parametrize("hang", ["top", "middle", "bottom"])
@pytest.mark.parametrize("order", [list, sorted, lambda spots: spots[::-1],
                                   lambda spots: sorted(spots, key=lambda s: (-s[1], s[0]))])
def test_a_grade_over_three_lines_wherever_it_hangs(
        tmp_path: Path, hang: str, order: Callable[[list[Spot]], list[Spot]]) -> None:
    report = read(tmp_path, sheet(FIVE, hang=hang, order=order))
    assert grades(report) == READ | {"overall": "requires improvement"}
    printed = {one.area: one for one in report.judgements}
    assert printed["overall"].grade_as_printed == "Requires … improvement … to be good"
    assert printed["care-leavers"].area_as_printed == LEAVERS.replace("/", " … ")
    assert {one.page for one in report.judgements} == {1}


@pytest.mark.parametrize(("rows", "dates", "span"), [
    (THREE, "13 June 2022 to 17 June 2022", ("2022-06-13", "2022-06-17")),
    (FIVE, "30 March 2026 to 10 April 2026", ("2026-03-30", "2026-04-10")),
    (FOUR, "11 to 22 May 2026", ("2026-05-11", "2026-05-22"))])
def test_each_shape_since_2018(tmp_path: Path, rows: list[Row], dates: str, span: tuple[str, str]
                               ) -> None:
    report = read(tmp_path, sheet(rows, dates=dates))
    assert (report.framework, report.started, report.ended, report.published) == ("ILACS", *span, "")
    areas = set(grades(report))
    assert len(areas) == len(rows) and ("overall" in areas) == (span[0] < "2026-04")
    assert ("care-and-care-leavers" if rows is THREE else "children-in-care") in areas


def test_a_word_hyphenated_at_a_line_s_end_stays_on_its_lines(tmp_path: Path) -> None:
    path = pdf(tmp_path / "a.pdf", [(72, 700, "an honest self-"), (72, 686, "assessment of it")])
    lines = [" ".join(word.text for word in line) for line in read_report.pages(path)[0]]
    assert [line.rstrip("-") for line in lines] == ["an honest self", "assessment of it"]


def test_what_stands_around_the_table_is_no_part_of_it(tmp_path: Path) -> None:
    page = sheet(FIVE)
    header = next(bottom for _, bottom, words in page if words == "Grade")
    foot = min(bottom for _, bottom, _ in page)
    page += [(530, header - 12, "1"), (400, foot - 30, "Good"), (400, header + 20, "Good")]
    report = read(tmp_path, page)
    assert grades(report) == READ | {"overall": "requires improvement"}


@pytest.mark.parametrize(("lead", "bound", "board", "overall"), [
    ("The overall judgement is requires improvement.", BOARD,
     f"The effectiveness of the {PARTNERS} (LSCB) is requires/improvement.", "requires improvement"),
    ("The overall judgement is that children’s services are inadequate/What the council does for "
     "most of its children is Good enough for it", BOARD, f"The {PARTNERS} is good", "inadequate"),
    ("Children’s services in Liverpool require improvement to be/good", "", "", "requires improvement"),
    ("The overall judgement is good", BOARD, "The Local Safeguarding Children is good", "good"),
    ("The overall judgement is good", "", f"The {PARTNERS} is good", "good"),  # bound in behind
    ("The overall judgement is that children’s services are/2/inadequate.2", "", "", "inadequate"),
    ("The overall judgement is that children’s service requires/improvement.", "", "",
     "requires improvement"),
    ("Children’s services require improvement to be good", "", "", "requires improvement"),
    ("Children’s services in the Royal Borough of Liverpool upon/Mersey are good", "", "", "good"),
    ("Children’s services in the Borough of Liverpool area/require improvement to be Good", "", "",
     "requires improvement")])
def test_each_shape_of_the_single_framework(tmp_path: Path, lead: str, bound: str, board: str,
                                            overall: str) -> None:
    dates = "14 January – 4 February 2015/Report published: 20 March 2015"
    later: list[Spot] = [(72, 700 - 14 * n, words) for n, words in enumerate(board.split("/"))]
    later += [(72, 600, "Children’s services in the north are"), (72, 586, "outstanding.")]
    report = read(tmp_path, single(lead, title=SINGLE + bound, dates=dates), later)
    assert grades(report) == {
        "overall": overall, "help-and-protection": "outstanding", "looked-after": "good",
        "adoption": "requires improvement", "care-leavers": "inadequate",
        "leadership": "requires improvement"} | (
            {"safeguarding-board": "good" if "good" in board else "requires improvement"}
            if board else {})
    assert (report.started, report.ended, report.published) == ("2015-01-14", "2015-02-04", "2015-03-20")
    given = read_report.rows(report, ROOT)[1].set_index("area")["locator"].to_dict()
    assert given.pop("safeguarding-board", "p. 2") == "p. 2" and set(given.values()) == {"p. 1"}


def changed(place: int, row: Row) -> list[Row]:
    return [*FIVE[:place], row, *FIVE[place + 1:]]


LATER = "8 July 2019 to 12 July 2019 and 7 August 2019 to/8 August 2019"


@pytest.mark.parametrize(("rows", "title", "dates", "grade"), [
    (changed(3, ("The experiences and progress of/children care leavers", "Good")), TITLE,
     "14 to 18 July 2025", ("care-leavers", "good")),
    (changed(3, ("The experiences and progress of children care/leavers", "Good")), TITLE,
     "14 to 18 July 2025", ("care-leavers", "good")),
    (changed(0, (f"{LEADERS}.", "Good")), TITLE, "14 to 18 July 2025", ("leadership", "good")),
    (THREE, TITLE, LATER, ("care-and-care-leavers", "good")),
    (FIVE, "Inspection of Liverpool Children and/Families Trust", "14 to 18 July 2025",
     ("leadership", "outstanding")),
    (changed(0, (LEADERS.replace("social work/", "/"), "Good")), "Liverpool City Council/Inspection of "
     "children’s social care services", "14 to 18 July 2025", ("leadership", "good")),
    (FIVE, "Liverpool City Council/Inspection of local authority children's services",
     "14 to 18 July 2025", ("leadership", "outstanding"))])
def test_misprints_and_other_wordings_are_read(tmp_path: Path, rows: list[Row], title: str,
                                               dates: str, grade: tuple[str, str]) -> None:
    report = read(tmp_path, sheet(rows, title=title, dates=dates), authority="Liverpool")
    assert grade in grades(report).items()
    assert report.dates_as_printed == dates.replace("/", " ")
    if dates == LATER:
        assert (report.started, report.ended) == ("2019-07-08", "2019-08-08")


@pytest.mark.parametrize(("title", "name"), [
    ("North Yorkshire", "North Yorkshire"), ("the City of York", "York"),
    ("Telford and Wrekin", "Telford & Wrekin"), ("St. Helens", "St Helens"),
    ("Bournemouth, Christchurch and/Poole", "Bournemouth, Christchurch & Poole"),
    ("East Riding", "East Riding of Yorkshire"), ("Hull", "Kingston upon Hull"),
    ("North Northamptonshire", "North Northamptonshire"), ("Newtown", "Newtown")])
def test_an_authority_is_matched_as_a_name(tmp_path: Path, title: str, name: str) -> None:
    page = sheet(FIVE, title=ABOUT.format(title))
    assert read(tmp_path, page, authority=name).authority == name
    others = {"York", "North Yorkshire", "Poole", "Northamptonshire", "Kingston upon Thames"}
    for other in sorted(others - {name}):
        with pytest.raises(ValueError, match=f"it is not on {other}: its title is"):
            read(tmp_path, page, authority=other)


@pytest.mark.parametrize("grade", ["Require improvement", "requires/improvement", "inadequate"])
def test_a_table_without_a_header_by_any_form_of_its_first_grade(tmp_path: Path,
                                                                 grade: str) -> None:
    first = single("The overall judgement is inadequate", [(name, grade) for name, _ in NUMBERED],
                   hang="middle")
    first.append((400, 780, "upon"))  # a word of a title in large type
    report = read(tmp_path, first)
    assert {one.grade_as_printed for one in report.judgements if one.area != "overall"} == {
        grade.replace("/", " … ")}


def test_a_table_goes_on_at_the_top_of_the_second_page_only(tmp_path: Path) -> None:
    first = single("The overall judgement is inadequate", NUMBERED[:3])
    rest: list[Spot] = [(left, 760 - 30 * n, words.replace("/", " "))
                        for n, row in enumerate(NUMBERED[3:])
                        for left, words in zip((72, 400), row, strict=True)]
    pages = {one.area: (one.grade, one.page) for one in read(tmp_path, first, rest).judgements}
    assert pages["adoption"] == ("requires improvement", 1)
    assert pages["care-leavers"] == ("inadequate", 2)
    assert pages["leadership"] == ("requires improvement", 2)
    prose: list[Spot] = [(72, 790 - 14 * n, "a line of prose") for n in range(4)]
    lower = [(left, bottom - 100, words) for left, bottom, words in rest]
    with pytest.raises(ValueError, match="no grade for 'Experiences and progress of care leavers'"):
        read(tmp_path, first, prose + lower)


def test_the_grades_of_an_earlier_inspection_contradict_nothing(tmp_path: Path) -> None:
    lines = ["The judgements for the local authority were:", "Overall effectiveness: Good.",
             "The experiences and progress of care leavers: Good."]
    later: list[Spot] = [(72, 700 - 14 * n, words) for n, words in enumerate(lines)]
    assert grades(read(tmp_path, sheet(FIVE), later))["care-leavers"] == "inadequate"
    with pytest.raises(ValueError, match="in two ways"):
        read(tmp_path, sheet(FIVE), later[1:])


HEADING: list[Spot] = [(72, 700, "The experiences and progress of care leavers: good")]
REFUSED: dict[str, tuple[list[list[Spot]], str]] = {
    "an unknown grade": ([sheet(changed(1, (HELP, "Adequate")))], "'Adequate' stands beside 'The"),
    "no grade": ([sheet(changed(3, (LEAVERS, "")))], "no grade for 'The experiences and progress "
                                                     "of care leavers'"),
    "an area twice": ([sheet([*FIVE, (HELP, "Inadequate")])], r"in two ways: 'Good' \(p. 1\) and "),
    "a heading that differs": ([sheet(FIVE), HEADING], r"'Inadequate' \(p. 1\) and 'good' \(p. 2"),
    "a heading without its row": ([sheet(changed(3, (LEAVERS, ""))), HEADING], "no grade for"),
    "an area not known": ([sheet([*FIVE, ("The experiences of disabled children", "Good")])],
                          "beside 'The experiences of disabled children', no area known"),
    "an overall grade too late": ([sheet(FIVE, dates="11 to 22 May 2026")],
                                  "grades 'Overall effectiveness', an area that its framework"),
    "no overall grade too soon": ([sheet(FOUR)], "no grade for 'Overall effectiveness'"),
    "one grade for two areas": ([sheet(THREE)], "no grade for .*"
                                "children in care'; .*an area that its framework does not have"),
    "no table": ([sheet([], lead="Good work")], "no table of areas and grades"),
    "grades off their column": ([[*sheet(FIVE[:4]), (250, 640, "Good")]], "no grade for 'Overall"),
    "another authority": ([sheet(FIVE, title=ABOUT.format("Leeds"))],
                          "not on Liverpool: its title is 'Inspection of Leeds"),
    "a day that is none": ([sheet(FIVE, dates="30 to 31 February 2023")], "day that the month has"),
    "a month alone": ([sheet(FIVE, dates="March 2023")], "expected a first and a last day"),
    "a visit": ([[(72, 700, "Dear Director"), (72, 680, "Monitoring visit to Liverpool children’s "
                                                       "services")]],
                "no title of an inspection .* opens 'Dear Director Monitoring visit"),
    "another kind": ([sheet(FIVE, title="Inspection of looked after children in Liverpool")],
                     "it opens 'Inspection of looked after children in Liverpool"),
    "no board": ([single("The overall judgement is good", title=SINGLE + BOARD)],
                 r"no grade for 'Local Safeguarding Children Board \(LSCB\)'"),
    "no overall sentence": ([single("The overall judgement is adequate")],
                            "no grade for 'The overall judgement'"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_not_understood_is_refused(tmp_path: Path, case: str) -> None:
    sheets, message = REFUSED[case]
    with pytest.raises(ValueError, match=message):
        read(tmp_path, *sheets, authority="Liverpool")


def test_files_that_hold_no_text_are_refused(tmp_path: Path) -> None:
    word = tmp_path / "word.pdf"
    word.write_bytes(b"PK\x03\x04 a document under another name")
    cut = tmp_path / "cut.pdf"
    cut.write_bytes(b"%PDF-1.7\n%cut short")
    for path, message in (
            (pdf(tmp_path / "scan.pdf", []), "has no text, as a scan"),
            (word, "it is no PDF"), (cut, "cannot be opened as a PDF")):
        with pytest.raises(ValueError, match=message):
            read_report.read(path, folder=ROOT)


def test_the_command_prints_rows_or_nothing(
        project: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(project)
    good = pdf(project / "good.pdf", sheet(FOUR, dates="11 to 22 May 2026"))
    bad = pdf(project / "bad.pdf", sheet(FIVE[1:]))
    assert __main__.read_report(good) == 0
    out = capsys.readouterr().out
    assert ",2026-05-11,2026-05-22," in out and ",11 to 22 May 2026," in out
    for name in ("inspections", "judgements"):
        header = (project / f"data/raw/{name}.csv").read_text(encoding="utf-8").splitlines()[0]
        assert f"data/raw/{name}.csv\n{header}\n2026-" in out
    with pytest.raises(ValueError, match=r"bad\.pdf is not read: it gives no grade for"):
        __main__.read_report(bad)
    with pytest.raises(FileNotFoundError):
        __main__.read_report(project / "none.pdf")
    assert capsys.readouterr().out == ""
