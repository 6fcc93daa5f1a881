"""What the command line answers where no command was named."""

from __future__ import annotations

import pytest

from player.cli import run


@pytest.mark.parametrize("group", ["bundle", "cache", "db", "studio"])
def test_a_group_alone_tells_its_commands_line_by_line(
    group: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run([group]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert f"Usage: kahani {group}" in told.err.splitlines()[0]
    assert "Commands:" in told.err.splitlines()
