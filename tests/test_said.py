"""What the pages say, against a copy that a refresh leaves alone.

After a change that is meant: read what differs, then `make accept`."""

import re
from pathlib import Path

from conftest import NOTEBOOKS, ROOT, shown
from helpers.pages import authorities
from test_readable import prose, sentences

SAID = Path(__file__).with_name("said.txt")


def said() -> list[str]:
    """The sentences of every notebook, the words of its figures and its tables, after its number
    or, of the one on an authority, after au."""
    return [f"{path.stem[:2]} {words}" for path in (*NOTEBOOKS, ROOT / authorities.NOTEBOOK)
            for words in [
        *(sentence for paragraph in prose(path) for sentence in sentences(paragraph)),
        *(" ".join(each.split()) for each in shown(path, "text/plain")
          if re.match(r"(Table|Figure) [\d.]+\. ", each))]]


def test_every_sentence_is_one_that_somebody_accepted() -> None:
    accepted, now = SAID.read_text(encoding="utf-8").splitlines(), said()
    assert [each for each in now if each not in accepted] == []
    assert [each for each in accepted if each not in now] == []


if __name__ == "__main__":
    SAID.write_text("".join(f"{each}\n" for each in said()), encoding="utf-8")
