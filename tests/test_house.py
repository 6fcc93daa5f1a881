"""The house stays as it was drawn: what may be loaded when, how large a thing may grow."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
HEAVY = ("textual", "sqlalchemy", "httpx", "psycopg", "alembic", "vlc", "dbus_fast")
SOURCES = sorted(p for top in ("player", "db") for p in (ROOT / top).rglob("*.py"))
REFUSED = {"utils", "helpers", "common", "core", "base", "misc", "manager", "service", "handler"}
FILE_LINES, FUNCTION_LINES, CLASS_LINES, ARGUMENTS = 300, 40, 200, 5
LEFTOVERS = ("TO" + "DO", "FIX" + "ME", "XX" + "X", "raise NotImplementedError")


def loaded_by(module: str) -> set[str]:
    program = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_the_command_line_loads_nothing_heavy() -> None:
    assert not loaded_by("player.cli") & set(HEAVY)


def test_the_screens_load_no_store_no_network_and_no_sound() -> None:
    assert not loaded_by("player.tui.app") & (set(HEAVY) - {"textual"})


def test_media_keys_load_no_bus_before_something_sounds() -> None:
    assert "dbus_fast" not in loaded_by("player.cli.wiring")


def test_the_story_loads_nothing_at_all() -> None:
    assert not loaded_by("player.session") & {*HEAVY, "rich", "db", "asyncio", "yaml", "click"}


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_function_or_class_grows_too_large(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    faults = [f"the file has {n} lines"] if (n := len(text.splitlines())) > FILE_LINES else []
    faults += [f"{word} is left in it" for word in LEFTOVERS if word in text]
    faults += [f"{path.stem} says nothing"] if path.stem in REFUSED else []
    assert [*faults, *_too_large(ast.parse(text))] == []


def test_no_file_of_the_tests_grows_too_long() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in (ROOT / "tests").rglob("*.py")
    }
    assert lengths
    assert {name: n for name, n in lengths.items() if n > FILE_LINES} == {}


def _too_large(tree: ast.Module) -> Iterator[str]:
    for thing in ast.walk(tree):
        if isinstance(thing, ast.FunctionDef | ast.AsyncFunctionDef):
            if _length(thing) > FUNCTION_LINES:
                yield f"{thing.name} has {_length(thing)} lines"
            names = [argument.arg for argument in (*thing.args.posonlyargs, *thing.args.args)]
            if len([n for n in names if n not in ("self", "cls")]) > ARGUMENTS:
                yield f"{thing.name} takes {len(names)} arguments by place"
        elif isinstance(thing, ast.ClassDef) and _length(thing) > CLASS_LINES:
            yield f"{thing.name} has {_length(thing)} lines"


def _length(thing: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> int:
    return (thing.end_lineno or thing.lineno) - thing.lineno + 1
