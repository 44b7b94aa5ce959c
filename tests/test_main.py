"""The command line: what it says of a mistake, and where it runs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from helpers import __main__, store
from helpers.run import build
from helpers.tables import files


def say(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
        *words: str) -> tuple[int, str]:
    """The status of a command and what it printed as errors."""
    monkeypatch.setattr(sys, "argv", ["helpers", *words])
    return __main__.main(), capsys.readouterr().err


@pytest.mark.parametrize("words", [
    ["report"], ["refresh"], ["test"], ["check"], ["lab"],
    ["authority", "Sefton"], ["authorities"], ["read-report", "none.pdf"]])
def test_outside_the_project_every_command_says_so(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
        words: list[str]) -> None:
    monkeypatch.chdir(tmp_path)
    status, said = say(monkeypatch, capsys, *words)
    assert status == 2 and said.count("\n") == 1
    assert said.startswith("none.pdf: No such file" if "none.pdf" in words else
                           f"no data/schema.toml in {tmp_path} or any folder above it")


@pytest.mark.parametrize(("words", "answer"), [
    (["authority", "Livrpool"], "no authority .* called 'Livrpool'; the closest: Liverpool, .*"),
    (["check-sources", ""], "name a folder: make check-sources DIR=…"),
    (["official", ""], "name a folder: make official DIR=…"),
    *[([command, "none"], "no folder none") for command in ("check-sources", "official")],
    *[([command, "notebooks"], f"{ROOT}/notebooks.*") for command in ("check-sources", "official")]])
def test_a_mistake_is_answered_in_a_line(monkeypatch: pytest.MonkeyPatch,
                                         capsys: pytest.CaptureFixture[str], words: list[str],
                                         answer: str) -> None:
    monkeypatch.chdir(ROOT)
    status, said = say(monkeypatch, capsys, *words)
    assert status == 2 and re.fullmatch(f"{answer}\n", said)


@pytest.mark.parametrize("command", ["test", "check", "lab"])
def test_tools_run_in_the_projects_folder(root: Path, monkeypatch: pytest.MonkeyPatch,
                                          capsys: pytest.CaptureFixture[str],
                                          command: str) -> None:
    seen = []
    monkeypatch.setattr(subprocess, "call", lambda _, cwd=None: seen.append(cwd) or 0)
    monkeypatch.chdir(root / "notebooks")
    assert say(monkeypatch, capsys, command) == (0, "")
    assert set(seen) == {root}


def test_an_error_of_the_program_keeps_its_traceback(
        root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def broken(*_: object, **__: object) -> int:
        raise errors.pop()

    monkeypatch.chdir(root)
    monkeypatch.setattr(build, "build", broken)
    monkeypatch.setattr(files, "read_table", broken)
    errors: list[Exception] = [ValueError("bad"), KeyError("column"), IndexError("row")]
    for words, kind in ((["authority", "Sefton"], IndexError), (["authorities"], KeyError),
                        (["report"], ValueError)):
        with pytest.raises(kind):
            say(monkeypatch, capsys, *words)


def test_a_folder_that_may_not_be_written_is_a_line(
        root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def refuse(*_: object) -> bool:
        raise PermissionError(13, "Permission denied", "reports")

    monkeypatch.chdir(root)
    monkeypatch.setattr(store, "copy_files", refuse)
    assert say(monkeypatch, capsys, "report") == (2, "reports: Permission denied\n")
