"""The sources' texts, and the check that every row stands where it says it stands.

A locator names a place in a source: a number (an article's non-blank line, from 1), `§12` (a
report's own paragraph), `p. 2` (a page) or `p. 2, bullet 3` (the third bullet, sub-bullets
counted, that begins on that page). `title page` style locators do not exist: use `p. 1`.
"""

import hashlib
import re
from collections import Counter
from pathlib import Path

from helpers.tables import files

_BULLET = re.compile(r"^\s*[\uf06e\uf02d◼•]\s*(.*)$")
_NUMBERED = re.compile(r"^ {0,3}(\d{1,3})\. {1,6}(\S.*)$")

# What a row says was printed: the table, what the names of its two columns of the place begin with,
# and the columns whose words must stand there.
PRINTED = [
    ("judgements", "", ("grade_as_printed", "area_as_printed")),
    ("figures", "", ("as_printed",)),
    ("findings", "", ("key_words",)),
    ("claims", "", ("key_words",)),
    ("events", "", ("as_printed",)),
    ("inspections", "", ("dates_as_printed", "published_as_printed")),
    ("areas", "", ("name_as_printed",)),
    ("corrections", "", ("printed",)),
    ("corrections", "evidence_", ("evidence_words",)),
    ("paragraphs", "", ("opens",)),
    ("board", "", ("key_words",)),
    ("outcomes", "", ("key_words",)),
    ("subject_states", "", ("key_words",))]


def normalise(text: str) -> str:
    """Lower case, one space between words, straight quotes and hyphens: for comparing only."""
    return " ".join(text.translate(str.maketrans("‘’“”–—", "''\"\"--")).lower().split())


def locations(text: str) -> dict[str, str]:
    """Every locator of a source's text, with the words that stand there.

    A text with page breaks is a report by `pdftotext -layout`; any other is an article, or the
    beginning of one.
    """
    pages = [[line for line in page.splitlines() if line.strip()] for page in text.split("\f")]
    if len(pages) == 1:
        return {str(n): line.strip() for n, line in enumerate(pages[0], start=1)}
    found, place, expected = {}, "", 1
    for number, lines in enumerate(_without_footers(pages), start=1):
        found[f"p. {number}"] = "\n".join(lines)
        bullets = 0
        for line in lines:
            numbered, marked = _NUMBERED.match(line), _BULLET.match(line)
            if numbered and int(numbered[1]) == expected and number > 1:  # p. 1: grades
                place, expected = f"§{expected}", expected + 1
                found[place] = numbered[2]
            elif marked:
                bullets += 1
                place = f"p. {number}, bullet {bullets}"
                found[place] = marked[1]
            elif not line.startswith(" "):
                place = ""  # a heading ends what stood before it
            elif place:
                found[place] += " " + line.strip()
    return found


def _without_footers(pages: list[list[str]]) -> list[list[str]]:
    """Pages without the page number and running title at their feet."""
    def title(line: str) -> str:
        return line.strip().rstrip("0123456789").strip()

    feet = Counter(title(line) for page in pages for line in page[-2:])
    return [page[:-2] + [line for line in page[-2:]
                         if feet[title(line)] < 3 and not line.strip().isdigit()]
            for page in pages]


def check_sources(folder: Path, project: Path | None = None) -> tuple[list[str], list[str], int]:
    """Check every row of data/raw against the source texts in a folder.

    Returns the failures (a line each: table, row, what is wrong, the place's opening words),
    remarks (other copies, sources without a text there) and the number of rows checked.
    Raises FileNotFoundError if the folder holds none of the sources.
    """
    sources = files.read_raw("sources", project)
    held = {path.name: path for path in sorted(folder.rglob("*.txt"))}
    failures: list[str] = []
    remarks, checked = [], 0
    known: dict[str, dict[str, str]] = {}
    for row in sources[sources["file"] != ""].itertuples():
        if row.file not in held:
            remarks.append(f"{row.source_id}: {row.file} is not in {folder}; its rows go unchecked")
            continue
        data = held[row.file].read_bytes()
        if hashlib.sha256(data).hexdigest() != row.sha256:
            remarks.append(f"{row.source_id}: {row.file} is another copy (SHA-256 differs)")
        known[row.source_id] = locations(data.decode("utf-8"))
    if not known:
        raise FileNotFoundError(f"{folder}: none of the files that data/raw/sources.csv names")
    paragraphs = files.read_raw("paragraphs", project).set_index(["source_id", "locator"])
    for table, prefix, columns in PRINTED:
        for number, row in files.read_raw(table, project).iterrows():
            source, locator = row[f"{prefix}source_id"], row[f"{prefix}locator"]
            if source not in known or not locator:
                continue
            checked += 1
            where = f"data/raw/{table}.csv, row {number} ({row.iloc[0]}): {source}"
            place = known[source].get(locator)
            if place is None:
                failures.append(f"{where} has no place {locator!r}")
                continue
            page = known[source].get(locator.split(",")[0], place)
            date = row.get("date_as_printed", "")
            opening = f"{' '.join(place.split()[:6])} …"
            if not _holds(page, date):
                failures.append(f"{where} {locator} stands on no page with the date {date!r}")
            if table == "judgements" and re.fullmatch(r"p\. \d+", locator) and not _beside(
                    place, row["area_as_printed"], row["grade_as_printed"]):
                failures.append(f"{where} {locator} does not hold {row['grade_as_printed']!r} beside "
                                f"{row['area_as_printed']!r}")
            failures += [f"{where} {locator} does not hold {column} {row[column]!r}: {opening}"
                         for column in columns if not _holds(place, row[column])]
    failures += [f"data/raw/paragraphs.csv lacks {source} line {locator}: "
                 f"{' '.join(words.split()[:6])} …"
                 for source, text in known.items() if "p. 1" not in text
                 for locator, words in text.items() if (source, locator) not in paragraphs.index]
    return failures, remarks, checked


def _holds(place: str, printed: str) -> bool:
    """Whether the words stand there, not inside a longer word or number; `…` joins parts."""
    text = normalise(place)
    parts = [normalise(part) for part in printed.split("…")]
    return all(re.search(rf"(?<![\w£])(?<!\d[.,]){re.escape(part)}(?![\w%])(?![.,]\d)", text)
               for part in parts if part)


def _beside(page: str, area: str, grade: str) -> bool:
    """Whether a table on a page has the grade beside the area; the layout may break both."""
    text = normalise(page)
    parts = [normalise(part) for part in area.split("…")]
    for start in re.finditer(re.escape(parts[0]), text):
        end = text.find(parts[-1], start.start())
        if end >= 0 and _holds(text[max(0, start.start() - 25):end + len(parts[-1]) + 45], grade):
            return True
    return False
