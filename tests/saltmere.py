"""The made-up town: a study in miniature of an authority that does not exist.

Everything below is made up. The tables hold only the columns that have a value; the description is
the study's own with what is another's changed: its name, its ids, and which tables may be empty.
"""

import hashlib
import io
import re
from pathlib import Path

import numpy as np
import pandas as pd

from helpers import evidence, store
from helpers.checks.common import LISTED
from helpers.run import assemble
from helpers.tables import files, schema

PLACE, COUNCIL, CODE = "Saltmere", "Saltmere Borough Council", "E06999999"

TEXTS = {
    "report-2022": """Saltmere Borough Council
Inspection dates: 6 to 17 June 2022
Published: 29 July 2022
Overall effectiveness   Inadequate
Help and protection   Inadequate
Care and care leavers   Requires improvement to be good
Leaders   Inadequate
\fWhat must get better
• Visits that come on time.
• Loads that one person can carry.
1. Children tell their story once.
2. On 31 May 2022 the town cared for 420 children, up from 400 on 31 May 2021.
""",
    "tide-2022": """Saltmere told to do better
Inspectors found all but one service inadequate.
Visits came late, they wrote.
The town cares for 425 children.
Few parents are asked, our reporter hears.
""",
    "news-2023": """Inspectors came back in May
Each worker now carries fewer children.
Referrals fell last year.
""",
}

SOURCES = f"""source_id,kind,published,published_basis,family,file,about
report-2022,report,2022-07-29,printed: 29 July 2022,Ofsted,report-2022.txt,2022-ilacs
tide-2022,article,2022-08-01,printed: 1 August 2022,Saltmere Tide,tide-2022.txt,2022-ilacs
news-2023,article,2023-06,June 2023,{COUNCIL},news-2023.txt,2023-05-mv
gov-2025,statistics,2025,2025,government,,
search-2026,not held,2026-05-31,31 May 2026,government,,
"""

TABLES = {
    "inspections": """inspection_id,framework,kind,started,ended,published,graded,overall_given,\
outcome_voice,outcome_source_id,source_id,locator,dates_as_printed,published_as_printed
2015-sif,SIF,full inspection,2015-02-02,2015-02-20,2015-03-30,yes,yes,Ofsted report,gov-2025,gov-2025,\
"sheet Outcomes, row 2",,
2022-ilacs,ILACS,full inspection,2022-06-06,2022-06-17,2022-07-29,yes,yes,Ofsted report,\
report-2022,report-2022,p. 1,6 to 17 June 2022,29 July 2022
2023-05-mv,ILACS,monitoring visit,2023-05,,2023-06,no,not applicable,council,news-2023,\
news-2023,1,in May,
2023-11-mv,ILACS,monitoring visit,2023-11-14,,2023-12-12,no,not applicable,not known,,gov-2025,\
"sheet Visits, row 2",,
""",
    "judgements": """printing_id,grade_as_printed,area_as_printed,source_id,locator
2015-overall@gov-2025,Good,Overall,gov-2025,"sheet Outcomes, row 2"
2015-leadership@gov-2025,Outstanding,Leaders,gov-2025,"sheet Outcomes, row 2"
2022-overall@report-2022,Inadequate,Overall effectiveness,report-2022,p. 1
2022-help-and-protection@report-2022,Inadequate,Help and protection,report-2022,p. 1
2022-care-and-care-leavers@report-2022,Requires improvement to be good,Care and care leavers,\
report-2022,p. 1
2022-leadership@report-2022,Inadequate,Leaders,report-2022,p. 1
2022-leadership@tide-2022,inadequate,all but one service,tide-2022,2
""",
    "figures": """figure_id,as_printed,as_at,date_as_printed,checked,same_as,source_id,locator,note
n-cla-2021,400,2021-05-31,31 May 2021,confirmed,,report-2022,§2,
n-cla-2022,420,2022-05-31,31 May 2022,confirmed,,report-2022,§2,
n-cla-tide-2022,425,,,differs,n-cla-2022,tide-2022,4,no date printed
""",
    "findings": """finding_id,inspection_id,voice,key_words,duplicate_of,source_id,locator
f-report-late,2022-ilacs,Ofsted report,on time,,report-2022,"p. 2, bullet 1"
f-report-loads,2022-ilacs,Ofsted report,one person can carry,,report-2022,"p. 2, bullet 2"
f-report-once,2022-ilacs,Ofsted report,tell their story once,,report-2022,§1
f-tide-late,2022-ilacs,Ofsted as reported,Visits came late,f-report-late,tide-2022,3
f-news-loads,,council,carries fewer children,,news-2023,2
""",
    "coding_first": """finding_id,theme,direction
f-report-late,children's voice and direct work,weakness
f-report-loads,caseloads and workforce,weakness
f-report-once,early help and front door,strength
f-tide-late,children's voice and direct work,weakness
f-news-loads,caseloads and workforce,improved
""",
    "claims": """claim_id,voice,measure,direction,period,period_basis,key_words,source_id,locator
c-report-care,Ofsted report,children looked after,rise,2021-05-31/2022-05-31,stated,up from,\
report-2022,§2
c-tide-parents,journalist,parents asked,few,../2022-06,up to then,Few parents,tide-2022,5
c-news-referrals,council,referrals,fall,2022-04/2023-03,stated,Referrals fell,news-2023,3
""",
    "claim_tests": """claim_id,kind,series,direction,from_year,to_year,second_from,second_to,\
cap,ofsted_agrees,note
c-report-care,figures change,n-cla-2021;n-cla-2022,rise,,,,,own figures,own claim,two days in May
c-tide-parents,none,,,,,,,,silent,nobody counts it
c-news-referrals,change,referrals,fall,2022,2023,2021,2023,,silent,the published count
""",
    "events": """event_id,date,what,source_id,locator,as_printed
no-overall-grade,2026-04,No overall grade from here on,search-2026,not held,April 2026
record-reaches,2026-05-31,Nothing newer was found,search-2026,not held,31 May 2026
england-reaches,2026-05-31,Others too,search-2026,not held,31 May 2026
""",
    "corrections": """correction_id,table,row_id,what_differs,printed,adopted,source_id,locator,\
evidence_source_id,evidence_locator,evidence_words
k-01,figures,n-cla-tide-2022,figure,425,420,tide-2022,4,report-2022,§2,cared for 420 children
""",
    "measures": """measure,name,label,unit,timing,topic,base
referrals,Referrals,Referrals,referrals,year to 31 March,front door,looked-after
looked-after,Children looked after,Looked after,children,at 31 March,care,looked-after
""",
    "unusual_values": "measure,year\nreferrals,2022\n",
    "board": """board_id,area_no,area,inspection_id,state,voice,source_id,locator,key_words,\
how_sure,finding_id
b-01-2023-05,1,Visits,2023-05-mv,not known to us,,,,,,
b-01-2023-11,1,Visits,2023-11-mv,not known to us,,,,,,
b-02-2023-05,2,Loads,2023-05-mv,improved,council,news-2023,2,fewer children,low,f-news-loads
b-02-2023-11,2,Loads,2023-11-mv,not known to us,,,,,,
""",
    "lists": """source_id,year,places,not_covered
report-2022,2022,"p\\. 2, bullet \\d",health and education
""",
    "official/panel_areas": f"""area_code,area,level,region_code
{CODE},{PLACE},authority,E12999999
E06999998,Fenwick,authority,E12999999
E06999997,Harrow Moor,authority,E12999999
E12999999,The Coast,region,
E92000001,England,country,
""",
    "official/neighbours": f"""area_code,neighbour_1,neighbour_2
{CODE},E06999998,E06999997
""",
    "official/authority_inspections": f"""history_id,area_code,authority,region,framework,kind,\
published,overall_grade,source_id,locator
{CODE}-2022-07-29,{CODE},{PLACE},The Coast,ILACS,standard inspection,2022-07-29,inadequate,\
gov-2025,"sheet Outcomes, row 3"
""",
}
# By measure: the authority's values of five years, and by how much those of others are multiplied.
VALUES = {"referrals": (1000, 1010, 1200, 900, 905), "looked-after": (390, 395, 410, 420, 415)}
SCALE = {CODE: 1.0, "E06999998": 0.8, "E06999997": 1.2, "E12999999": 10, "E92000001": 100}
# What a required column holds where the tables above leave it out.
DEFAULTS = {"title": "made up", "publisher": "nobody", "licence": "none", "focus": "not said",
            "outcome": "made up", "how_sure": "made up", "summary": "made up", "what": "made up",
            "reason": "the report is adopted", "scope": "every service", "status": "as printed",
            "unit": "children", "measure": "children looked after", "known": "not known",
            "zero": "no", "decimals": "0", "publication": "gov-2025", "column": "made up",
            "basis": "published", "settled": "", "note": ""}


def rows(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)


def description(root: Path) -> str:
    """The description with what is this other study's."""
    text = (root / schema.FILE).read_text(encoding="utf-8")
    text = re.sub(r'(?m)^name = "liverpool.*\ntitle = .*', 'name = "saltmere"\n'
                  'title = "How one made-up town was judged"', text)
    text = re.sub(r"(?s)\[source_ids\].*?\n\n", """[source_ids]
search- = "not held"
"(tide|news)-" = "article"
gov- = "statistics"

""", text)
    for name in ("panel_differences", "authority_corrections", "successors",
                 "report_readings", "report_differences"):
        text = text.replace(f"[official.{name}]\n", f"[official.{name}]\nmay_be_empty = true\n")
    return text


def tables(root: Path) -> dict[str, pd.DataFrame]:
    """The raw tables: those above, and what follows from them."""
    found = {name: rows(text) for name, text in TABLES.items()}
    sources = rows(SOURCES)
    found["sources"] = sources.assign(
        short_name=sources["source_id"] + sources["kind"].map({"not held": ", not seen"}).fillna(""),
        sha256=[hashlib.sha256(TEXTS[source].encode()).hexdigest() if source in TEXTS else ""
                for source in sources["source_id"]])
    judged = found["judgements"]
    judged["judgement_id"] = judged["printing_id"].str.split("@").str[0]
    judged["inspection_id"] = judged["judgement_id"].str[:4].map(
        {"2015": "2015-sif", "2022": "2022-ilacs"})
    judged["area"] = judged["judgement_id"].str[5:]
    # The frameworks' areas are the same for every authority.
    found["areas"] = files.read_raw("areas", root).assign(source_id="gov-2025",
                                                          locator="sheet Areas", note="")
    first = found["coding_first"]
    found["coding_second"] = first.assign(theme=first["theme"].mask(
        first["finding_id"] == "f-report-once", "partner agencies"))
    found["coding_settled"] = pd.DataFrame([{
        "finding_id": "f-report-once", "variable": "theme", "first": "early help and front door",
        "second": "partner agencies", "settled": "early help and front door"}])
    # Towns enough for the rule on outliers, whose values move by up to a fifth each year.
    moves = np.exp(np.random.default_rng(1).uniform(-0.22, 0.22, (300, 5)).cumsum(axis=1))
    towns = {f"E{7000000 + number:08d}": 1000 * move for number, move in enumerate(moves)}
    found["official/panel"] = pd.DataFrame(
        [(measure, code, *(f"{value:.0f}" for value in values)) for measure, own in VALUES.items()
         for code, values in ({code: np.multiply(own, scale) for code, scale in SCALE.items()}
                              | towns).items()],
        columns=["measure", "area_code", *map(str, range(2020, 2025))])
    found["official/panel_areas"] = pd.concat([found["official/panel_areas"], pd.DataFrame({
        "area_code": list(towns), "area": [f"Town {number}" for number in range(len(towns))],
        "level": "authority", "region_code": "E12999999"})])
    found["official/panel_columns"] = pd.DataFrame(
        {"publication": "gov-2025", "measure": list(VALUES), "locator": "made up"})
    found["paragraphs"] = paragraphs(found)
    return found


def paragraphs(found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Every place of the texts, and every other that a row stands at, with its rows."""
    opens = {(source, place): " ".join(words.split()[:3]) for source, text in TEXTS.items()
             for place, words in evidence.locations(text).items()}
    ids: dict[tuple[str, str], list[str]] = {}
    for name, column in LISTED.items():
        for row in found.get(name, pd.DataFrame()).to_dict("records"):
            if row["source_id"]:
                ids.setdefault((row["source_id"], row["locator"]), []).append(row[column])
    return pd.DataFrame([
        {"source_id": source, "locator": place, "opens": opens.get((source, place), ""),
         "fate": "rows" if (source, place) in ids else "context",
         "row_ids": ";".join(ids.get((source, place), []))} for source, place in opens | ids])


STUDY = f"""authority = "{CODE}"

[fall]
before = "2015-sif"
after = "2022-ilacs"
"""


def write(project: Path, root: Path) -> None:
    """The project of the town, its tidy tables written; root: of the study it is modelled on."""
    store.replace_file(project / "study.toml", STUDY)
    store.replace_file(project / schema.FILE, description(root))
    found = tables(root)
    for resource in schema.description(project)["resources"]:
        name = resource["path"].removeprefix("raw/").removesuffix(".csv")
        if not resource["path"].startswith("raw/"):
            continue
        given = found.get(name, pd.DataFrame())
        table = {}
        for field in resource["schema"]["fields"]:
            years = [column for column in given if column.isdigit()]
            for column in years if field["name"] == schema.YEARS else [field["name"]]:
                required = field.get("constraints", {}).get("required")
                filled = DEFAULTS.get(column, "") if required else ""
                table[column] = given.get(column, pd.Series(filled, given.index)).fillna(filled)
        store.replace_file(project / "data" / resource["path"], files.as_csv(pd.DataFrame(table)))
    for source, words in TEXTS.items():
        store.replace_file(project / "texts" / f"{source}.txt", words)
    assemble.write(assemble.tidy(project), project)
