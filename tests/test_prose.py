"""Every number in prose: computed from the tables, or held against them here.

Prose is the README outside its generated part, the other Markdown files, the notebooks' Markdown
cells, and the sentences in their code (where a number should be a value, not a word).
"""

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest

from helpers import __version__, children, files, parse, readme, recovery, schema
from helpers import official as official_tables

ROOT = Path(__file__).parents[1]
WORDS = ("two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
         "twenty half twice dozen hundred").split()
NUMBER = re.compile(rf"(?<![\w.-])\d[\d,.]*\d|(?<![\w.-])\d|\b(?:{'|'.join(WORDS)})\b",
                    re.IGNORECASE)


def facts() -> list[tuple[str, str]]:
    """Patterns with one group each, and what the group must say, computed."""
    sources = files.read_table("sources", ROOT)
    areas = files.read_table("areas", ROOT)
    judgements = files.read_table("judgements", ROOT)
    kinds = sources["kind"].value_counts()
    documents = kinds["report"] + kinds["letter"]
    fields = {r["name"]: r["schema"]["fields"] for r in schema.description(ROOT)["resources"]}
    enums = {f["name"]: f["constraints"]["enum"] for f in fields["findings"]
             if "enum" in f.get("constraints", {})}
    older = (judgements["scale"] == "before 2013").sum()
    quarters = files.read_table("figures", ROOT).set_index("figure_id")["note"]["n-referrals-2016"]
    small = "zero one two three four five six seven eight nine ten eleven twelve thirteen " \
            "fourteen".split()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    first, last = areas.groupby("framework")["first_year"].min(), areas.groupby(
        "framework")["last_year"].max()
    earliest = judgements["inspection_id"].min()[:4]
    scale_from = str(first["SIF"])
    figures = files.read_table("figures", ROOT).set_index("figure_id")
    counted = [f"n-{stem}-a002" for stem in ("cin", "cla", "cpp", "referrals")]
    official = len(children.snapshot(figures.reset_index(), files.read_table(
        "official_statistics", ROOT), official_tables.LIVERPOOL))
    snapshot = figures.loc["n-cla-2014", "as_at"][:4]
    assert set(counted) <= set(figures.index)
    overall = sorted({name[:4] for name in judgements.loc[judgements["area"] == "overall",
                                                          "inspection_id"]})
    board = files.read_table("board", ROOT)
    known = board[board["state"].isin(recovery.LOOKED)]
    council = known.loc[known["voice"] == "council", "source_id"].nunique()
    gaps = recovery.gaps(*(files.read_table(name, ROOT) for name in (
        "official_statistics", "official_areas", "measures", "official_changes",
        "inspections")))
    before = gaps.set_index("measure")["2023_before"]["caseload"]
    statistics = files.read_table("official_statistics", ROOT)
    own = statistics[(statistics["measure"] == "caseload")
                         & (statistics["area_code"] == official_tables.LIVERPOOL)
                         & (statistics["value"] == before)]
    workforce = str(own["year"].iloc[0])
    older_until = statistics.loc[statistics["basis"] == "older definition", "year"].max()
    near = (files.read_table("official_areas", ROOT)["relation"] == "neighbour").sum()
    return [
        (r"(\w+) articles", small[kinds["article"]]),
        (r"(\w+) documents", small[documents]),
        (r"Python (\d\.\d+) or newer", project["requires-python"].removeprefix(">=")),
        (r"lowest of (\w+) grades", small[len(parse.GRADES)]),
        (r"single inspection framework before it, (\d{4} to \d{4})",
         f"{first['SIF']} to {last['SIF']:.0f}"),
        (r"framework since (\d{4})", str(first["ILACS"])),
        (r"services since (\d{4})", earliest),
        (r"theme\*\* \(one of (\w+)\)", small[len(enums["theme"])]),
        (r"direction\*\* \(one of (\w+)\)", small[len(enums["direction"])]),
        (r"count of children under (\w+)", "six"),
        (r"version (\d\.\d\.\d)", __version__),
        (r"## (\d\.\d\.\d)", __version__),
        (r"before (2013)\b", scale_from),
        (r"(\w+) coders", "two"),
        (r"Children Act (1989)", "1989"),
        (r"Licence v(3\.0)", "3.0"),
        *((rf"(?:report|letter|reports) of ({year})", year) for year in ("2014", "2016", "2018")),
        (r"2018 and (2023)", "2023"),
        (r"has (two) rows", "two"),
        # figures of speech, about the text itself
        (r"(Two) things", "Two"), (r"(two) themes fit", "two"), (r"coded (twice)", "twice"),
        (r"(two) p(?:eople|asses)", "two"), (r"section (47) enquiries", "47"),
        (r"(95)% interval", "95"),
        (r"same (\w+) steps", small[len(parse.GRADES)]),
        (r"to (\w+) services separately", small[older]), (r"; (\w+) grades of", small[older]),
        (r"over (\w+) quarters", "two" if "over the two quarters" in quarters else ""),
        (r"\*figure (\d\.\d)\*", "2.1"),
        # the official statistics
        (r"(?:counts from|One day in|Counts of) (2014)", snapshot),
        (r"counted (three) times", "three"),  # in the article, the report and officially
        (r"printed (\w+) counts", small[len(counted)]), (r"(\w+) of them have an official",
                                                         small[official].capitalize()),
        (r"per (ten) thousand", "ten"), (r"are the (\w+) that", small[near]),
        (r"model of (\d{4})", "2025"), (r"within (twelve) months", "twelve"),
        (r"(half) a year earlier", "half"), (r"that (two) publications", "two"),
        (r"(?:than|against|about|level,|usual movement(?::|\*{0,2} is)) (half)\b", "half"),
        (r"workforce (?:before|is not followed across) (\d{4})", str(older_until + 1)),
        # what came back, and what is known since
        (r"per (10,000)", "10,000"), (r"(31) March", "31"),
        (r"(four) (?:official )?series", "four"),
        *((rf"(?:wrote in|many of|list of|those of|areas of|themes of|improvement of|inspection of|"
           rf"inspection of March|before) ({year})", year) for year in overall),
        (r"last count before it is\s+that of September (\d{4})", workforce),
        (r"last (\w+) inspections", "two"), (r"said in (\w+) ways", "two"),
        (r"news items, (\w+) of them the council", small[council]),
        *england_facts(),
    ]


def england_facts() -> list[tuple[str, str]]:
    """Facts of all authorities' inspections, for the README and the notebooks."""
    table = files.read_table("authority_inspections", ROOT)
    today = table[table["abolished"] == ""]["area_code"].nunique()
    return [(r"(\d+) authorities of today", str(today)),
            (r"(\d+) full inspections of", str(len(table)))]


def prose() -> list[tuple[str, str]]:
    """Every piece of prose with the file it stands in."""
    found = []
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), ROOT / "data/codebook.md"]:
        if path.name == "benchmarks.md":  # generated, with its own measurements
            continue
        text = path.read_text(encoding="utf-8")
        if path.name == "README.md":
            text = text[:text.index(readme.START)] + text[text.index(readme.END):]
        text = re.sub(r"```.*?```|^    [^\n]*$|`[^`]*`|https?://\S+|^\d\. ", " ", text,
                      flags=re.S | re.M)
        # The last column of their tables: made-up examples; names that test_official holds.
        if path.name in ("codebook.md", "official-files.md"):
            text = re.sub(r"\|[^|\n]*\|\n", "|\n", text)
        found += [(path.name, part) for part in re.split(r"\n\s*\n|(?<=[.!?])\s", text)]
    for path in sorted([*(ROOT / "notebooks").glob("*.ipynb"),
                        *(ROOT / "notebooks/authority").glob("*.ipynb")]):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            source = "".join(cell["source"])
            if cell["cell_type"] == "markdown":
                source = re.sub(r"`[^`]*`", " ", source)
                found += [(path.name, part) for part in re.split(r"\n\s*\n|(?<=[.!?])\s", source)]
            else:
                found += [(path.name, text) for text in sentences_in(source)]
    return [(name, " ".join(text.split())) for name, text in found if text.strip()]


def sentences_in(code: str) -> list[str]:
    """The strings of a cell that are sentences: those with three words or more."""
    strings = [node.value for node in ast.walk(ast.parse(code))
               if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [re.sub(r"\{[^}]*\}", " ", text) for text in strings
            if text.count(" ") >= 2]


def unfounded(text: str, known: list[tuple[str, str]]) -> list[str]:
    """The numbers in a text that no fact covers, or that differ from the fact."""
    covered: set[int] = set()
    wrong = []
    for pattern, expected in known:
        for match in re.finditer(pattern, text):
            group = next(n for n, value in enumerate(match.groups(), start=1) if value)
            value = match[group]
            if NUMBER.search(value):
                covered |= set(range(match.start(group), match.end(group)))
                if value.lower() != expected.lower():
                    wrong.append(f"{value} (it is {expected})")
    return wrong + [m[0] for m in NUMBER.finditer(text) if m.start() not in covered]


def test_prose_reaches_to_the_end_of_each_file() -> None:
    """What is cut out, such as code, must not take the rest of the file with it."""
    seen = dict(prose())  # the last piece of each file
    assert "redistributed" in seen["README.md"]
    for name, last in (("next-report.md", "commit all of it together"),
                       ("another-place.md", "sight of the first coding"),
                       ("04_recovery.ipynb", "newest grade")):
        assert last in seen[name]


def test_every_number_in_prose_is_founded() -> None:
    known = facts()
    found = [f"{name}: {bad}: {text}" for name, text in prose() for bad in unfounded(text, known)]
    assert found == []


@pytest.mark.parametrize("text", ["made from six articles", "and seven documents of Ofsted",
                                  "It rose by 12 per cent", "Only three of them did",
                                  "Python 3.12 or newer", "the second lowest of five grades"])
def test_a_wrong_number_is_seen(text: str) -> None:
    assert unfounded(text, facts()) != []
