"""The sources' texts, and the check that every row stands where it says it stands.

A locator names a place in a source: a number (an article's non-blank line, from 1), `§12` (a
report's own paragraph), `p. 2` (a page) or `p. 2, bullet 3` (the third bullet, sub-bullets
counted, that begins on that page). `title page` style locators do not exist: use `p. 1`.
"""

import hashlib
import re
from pathlib import Path

import pandas as pd

from helpers.tables import files

_BULLET = re.compile(r"^\s*[\uf06e\uf02d◼•]\s*(.*)$")
_NUMBERED = re.compile(r"^ {0,3}(\d{1,3})\. {1,6}(\S.*)$")

# What a row says was printed, by table: the columns whose words must stand at its locator.
PRINTED_COLUMNS = {
    "judgements": ("grade_as_printed", "area_as_printed"),
    "figures": ("as_printed",),
    "findings": ("key_words",),
    "claims": ("key_words",),
    "events": ("as_printed",),
    "inspections": ("dates_as_printed", "published_as_printed"),
    "areas": ("name_as_printed",),
    "corrections": ("printed",),
    "paragraphs": ("opens",),
    "board": ("key_words",),
    "outcomes": ("key_words",),
    "subject_states": ("key_words",),
}


def normalise(text: str) -> str:
    """Lower case, one space between words, straight quotes and hyphens: for comparing only."""
    text = re.sub(r"[‘’]", "'", re.sub(r"[“”]", '"', re.sub(r"[–—]", "-", text)))
    return " ".join(text.lower().split())


def places(text: str) -> dict[str, str]:
    """Every locator of a source's text, with the words that stand there.

    A text with page breaks is a report by `pdftotext -layout`; any other is an article, or the
    beginning of one.
    """
    if "\f" not in text:
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        return {str(n): line for n, line in enumerate(lines, start=1)}
    pages = _without_footers(text.split("\f"))
    found = {f"p. {n}": page for n, page in enumerate(pages, start=1)}
    paragraph, bullet, expected = "", "", 1
    for page_number, page in enumerate(pages, start=1):
        bullets = 0
        for line in page.splitlines():
            numbered, marked = _NUMBERED.match(line), _BULLET.match(line)
            if numbered and int(numbered[1]) == expected and page_number > 1:  # p. 1: grades
                paragraph, bullet, expected = f"§{expected}", "", expected + 1
                found[paragraph] = numbered[2]
            elif marked:
                bullets += 1
                bullet, paragraph = f"p. {page_number}, bullet {bullets}", ""
                found[bullet] = marked[1]
            elif line.strip() and not line.startswith(" "):
                paragraph = bullet = ""  # a heading ends what stood before it
            elif line.strip() and (paragraph or bullet):
                found[paragraph or bullet] += " " + line.strip()
    return found


def _without_footers(pages: list[str]) -> list[str]:
    """Pages without the page number and running title at their feet."""
    tails = [[line.strip() for line in page.splitlines() if line.strip()][-2:] for page in pages]
    keys = [re.sub(r"\d+$", "", line).strip() for tail in tails for line in tail]
    running = {key for key in keys if keys.count(key) >= 3}
    cleaned = []
    for page, tail in zip(pages, tails, strict=True):
        lines = page.splitlines()
        for footer in reversed(tail):
            if re.sub(r"\d+$", "", footer).strip() in running or footer.isdigit():
                at = max(i for i, line in enumerate(lines) if line.strip() == footer)
                del lines[at]
        cleaned.append("\n".join(lines))
    return cleaned


def find_texts(folder: Path, sources: pd.DataFrame) -> dict[str, Path]:
    """The file of each source in a folder, by the name that sources.csv gives it."""
    held = {path.name: path for path in sorted(folder.rglob("*.txt"))}
    return {row.source_id: held[row.file] for row in sources.itertuples() if row.file in held}


def check_sources(folder: Path, project: Path | None = None) -> tuple[list[str], list[str], int]:
    """Check every row of data/raw against the source texts in a folder.

    Returns the failures (a line each: table, row, what is wrong, the place's opening words),
    remarks (other copies, sources without a text there) and the number of rows checked.
    Raises FileNotFoundError if the folder holds none of the sources.
    """
    sources = files.read_raw("sources", project)
    texts = find_texts(folder, sources)
    if not texts:
        raise FileNotFoundError(f"{folder}: none of the files that data/raw/sources.csv names")
    remarks, failures, checked = [], [], 0
    for name in sorted({path.name for path in folder.rglob("*.txt")} - set(sources["file"])):
        failures.append(f"data/raw/sources.csv names no document whose file is {name}")
    for row in sources[sources["file"] != ""].itertuples():
        if row.source_id not in texts:
            remarks.append(f"{row.source_id}: {row.file} is not in {folder}; its rows go unchecked")
        elif hashlib.sha256(texts[row.source_id].read_bytes()).hexdigest() != row.sha256:
            remarks.append(f"{row.source_id}: {row.file} is another copy (SHA-256 differs)")
    known = {source: places(path.read_text(encoding="utf-8")) for source, path in texts.items()}
    paragraphs = files.read_raw("paragraphs", project)
    furniture = {(row.source_id, row.locator) for row in paragraphs.itertuples()
                 if row.fate in ("furniture", "caption", "byline")}
    for table, columns in PRINTED_COLUMNS.items():
        rows = files.read_raw(table, project)
        for number, row in rows.iterrows():
            if row["source_id"] not in known or not row["locator"]:
                continue
            checked += 1
            where = f"data/raw/{table}.csv, row {number} ({row.iloc[0]}): {row['source_id']}"
            place = known[row["source_id"]].get(row["locator"])
            if place is None:
                failures.append(f"{where} has no place {row['locator']!r}")
                continue
            opening = " ".join(place.split()[:6])
            if table != "paragraphs" and (row["source_id"], row["locator"]) in furniture:
                failures.append(f"{where} {row['locator']} is page furniture: {opening} …")
            page = known[row["source_id"]].get(row["locator"].split(",")[0], place)
            if row.get("date_as_printed") and not _holds(page, row["date_as_printed"]):
                failures.append(f"{where} {row['locator']} stands on no page with the date "
                                f"{row['date_as_printed']!r}")
            if table == "judgements" and re.fullmatch(r"p\. \d+", row["locator"]) and not _beside(
                    place, row["area_as_printed"], row["grade_as_printed"]):
                failures.append(f"{where} {row['locator']} does not hold "
                                f"{row['grade_as_printed']!r} beside {row['area_as_printed']!r}")
            for column in columns:
                if row[column] and not _holds(place, row[column]):
                    failures.append(f"{where} {row['locator']} does not hold {column} "
                                    f"{row[column]!r}: {opening} …")
    failures += _uncovered(paragraphs, known)
    failures += _unproved(files.read_raw("corrections", project), known)
    return failures, remarks, checked


def _holds(place: str, printed: str) -> bool:
    """Whether the words stand there, not inside a longer word or number; `…` joins parts."""
    text = normalise(place)
    parts = [normalise(part) for part in printed.split("…")]
    return all(re.search(rf"(?<![\w£])(?<!\d[.,]){re.escape(part)}(?![\w%])(?![.,]\d)", text)
               for part in parts if part)


def _beside(page: str, area: str, grade: str) -> bool:
    """Whether a table on a page has the grade beside the area: from just before the area's first
    word to just after its last, since the layout may break both over lines."""
    text = normalise(page)
    first, last = (normalise(part) for part in (area.split("…")[0], area.split("…")[-1]))
    for start in re.finditer(re.escape(first), text):
        end = text.find(last, start.start())
        if end >= 0 and _holds(text[max(0, start.start() - 25):end + len(last) + 45], grade):
            return True
    return False


def _unproved(corrections: pd.DataFrame, known: dict[str, dict[str, str]]) -> list[str]:
    """Corrections whose evidence does not stand where they say."""
    failures = []
    for number, row in corrections.iterrows():
        place = known.get(row["evidence_source_id"], {}).get(row["evidence_locator"])
        if row["evidence_source_id"] in known and (
                place is None or not _holds(place, row["evidence_words"])):
            failures.append(f"data/raw/corrections.csv, row {number} ({row['correction_id']}): "
                            f"{row['evidence_source_id']} {row['evidence_locator']} does not hold "
                            f"evidence_words {row['evidence_words']!r}")
    return failures


def _uncovered(paragraphs: pd.DataFrame, known: dict[str, dict[str, str]]) -> list[str]:
    """Lines of an article that paragraphs.csv does not account for."""
    listed = set(zip(paragraphs["source_id"], paragraphs["locator"], strict=True))
    return [f"data/raw/paragraphs.csv lacks {source} line {locator}: "
            f"{' '.join(words.split()[:6])} …"
            for source, text in known.items() if "p. 1" not in text
            for locator, words in text.items() if (source, locator) not in listed]
