"""Write each line to this terminal as the driver does and note where the cursor then is.

read_cursor.py TEXT REPORT: the lines of the file TEXT; REPORT gets [[model, terminal, stock], ...]
in JSON, where stock is the same line written as it is. Started inside a terminal by the tests.
"""

from __future__ import annotations

import json
import os
import re
import sys
import termios
import tty
from pathlib import Path

from rich.cells import cell_len

from player.tui.script.encoding import encode
from player.tui.script.painting import paint

AT_ONCE = 64


def columns_after(texts: list[str]) -> list[int]:
    """Return the cursor's columns, from 0, after each text was written at the left margin."""
    os.write(1, "".join(f"\r\x1b[2K{text}\x1b[6n" for text in texts).encode())
    answer = b""
    while len(found := re.findall(rb"\x1b\[\d+;(\d+)R", answer)) < len(texts):
        answer += os.read(0, 4096)
    return [int(column) - 1 for column in found]


def main(text: str, report: str) -> None:
    before = termios.tcgetattr(0)
    tty.setraw(0)
    measured: list[tuple[int, int, int]] = []
    lines = Path(text).read_text(encoding="utf-8").splitlines()
    try:
        # In parts: VTE answers once a frame, and a terminal's input holds 4,096 bytes.
        for at in range(0, len(lines), AT_ONCE):
            part = lines[at : at + AT_ONCE]
            ours = columns_after([paint(encode(line)) for line in part])
            stock = columns_after(part)
            model = [cell_len(encode(line)) for line in part]
            measured += zip(model, ours, stock, strict=True)
    finally:
        termios.tcsetattr(0, termios.TCSANOW, before)
    beside = Path(report).with_suffix(".part")
    beside.write_text(json.dumps(measured), encoding="utf-8")
    beside.rename(report)


main(*sys.argv[1:])
