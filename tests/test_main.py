"""The command line: what it says of a mistake, and where it runs."""

import contextlib
import re
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import ROOT
from helpers import __main__, store
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
    (["check-sources", ""], "no folder is named: make … DIR=…"),
    (["official", "none"], "no folder none"),
    (["check-sources", "notebooks"], f"{ROOT}/notebooks: none of the files .*"),
    (["official", "notebooks"], f"{ROOT}/notebooks lacks .*")])
def test_a_mistake_is_answered_in_a_line(monkeypatch: pytest.MonkeyPatch,
                                         capsys: pytest.CaptureFixture[str], words: list[str],
                                         answer: str) -> None:
    monkeypatch.chdir(ROOT)
    status, said = say(monkeypatch, capsys, *words)
    assert status == 2 and re.fullmatch(f"{answer}\n", said)


@pytest.mark.parametrize("command", ["test", "check", "lab"])
def test_tools_run_in_the_projects_folder(monkeypatch: pytest.MonkeyPatch,
                                          capsys: pytest.CaptureFixture[str], command: str) -> None:
    seen = []
    monkeypatch.setattr(subprocess, "call", lambda _, cwd=None: seen.append(cwd) or 0)
    monkeypatch.chdir(ROOT / "notebooks")
    assert say(monkeypatch, capsys, command) == (0, "")
    assert set(seen) == {ROOT}


@pytest.mark.parametrize(("words", "error", "told"), [
    (["authority", "Sefton"], IndexError("row"), None), (["authorities"], KeyError("column"), None),
    (["report"], ValueError("bad"), None),
    (["report"], PermissionError(13, "Permission denied", "reports"), "reports: Permission denied\n")])
def test_an_error_of_the_program_keeps_its_traceback_and_one_of_files_is_a_line(
        monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words: list[str],
        error: Exception, told: str | None) -> None:
    def broken(*_: object) -> None:
        raise error

    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(store, "copy_files", broken)
    monkeypatch.setattr(files, "read_table", broken)
    with contextlib.nullcontext() if told else pytest.raises(type(error)):
        assert say(monkeypatch, capsys, *words) == (2, told)
