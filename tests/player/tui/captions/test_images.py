from __future__ import annotations

import base64
import io
import re
import unicodedata

from PIL import Image, ImageChops

from player.tui.captions.cells import MOST_COLUMNS, row_of_cells, runs
from player.tui.captions.drawing import CLEAR, Colours, paint
from player.tui.captions.kitty import KittyPainter, marks
from player.tui.captions.sixel import SixelPainter, encode
from player.tui.captions.typesetting import Box, typeset

COLOURS = Colours((0, 0, 0), (255, 255, 255), (255, 200, 0))
CELL = (10, 20)
CELLS = (20, 3)


def picture() -> Image.Image:
    box = Box(CELLS[0] * CELL[0], CELLS[1] * CELL[1], 12, 30)
    return paint(typeset("क्षेत्र गर्मी", "hi", box), 0, (0, 3), COLOURS)


def decoded(sixels: str) -> Image.Image:
    """Paint sixels as a terminal does, on black."""
    head = re.match(r'\x1bP0;1;0q"1;1;(\d+);(\d+)', sixels)
    assert head
    image = Image.new("RGB", (int(head[1]), int(head[2])))
    palette: dict[str, tuple[int, ...]] = {}
    x = y = 0
    ink = (0, 0, 0)
    token = r"#(\d+);2;(\d+);(\d+);(\d+)|#(\d+)|!(\d+)(.)|([$-])|([?-~])"
    body = sixels[head.end() :].removesuffix("\x1b\\")
    assert re.sub(token, "", body) == ""
    for found in re.finditer(token, body):
        named, r, g, b, used, count, repeated, move, single = found.groups()
        if named:
            palette[named] = tuple(round(int(part) * 255 / 100) for part in (r, g, b))
        elif used:
            ink = palette[used]  # type: ignore[assignment]
        elif move:
            x, y = 0, y + (6 if move == "-" else 0)
        else:
            bits, wide = ord(repeated or single) - 63, int(count or 1)
            for row in range(6):
                if bits >> row & 1:
                    image.paste(ink, (x, y + row, x + wide, y + row + 1))
            x += wide
    return image


def test_sixels_paint_the_picture_that_was_drawn() -> None:
    original = picture()
    difference = ImageChops.difference(decoded(encode(original)), original.convert("RGB"))
    assert max(difference.tobytes()) <= 3  # of 255: sixels know per cent


def test_sixels_are_painted_as_one_after_the_blanks_of_their_rows() -> None:
    painter = SixelPainter()
    painter.hang(picture(), CELLS, CELL)
    rows = [f"\x1b[{5 + y};3H{row_of_cells(y, CELLS[0])}" for y in range(CELLS[1])]
    written = painter.paint("".join(rows) + "\x1b[9;1Hend")
    assert written.count("\x1bP") == 1
    assert not list(runs(written))
    last = written[written.index("\x1b[7;3H") :]
    assert last.startswith(f"\x1b[7;3H\x1b7{' ' * CELLS[0]}\x1b8\x1b[2A\x1bP")
    assert last.endswith(f"\x1b\\\x1b8\x1b[{CELLS[0]}C\x1b[9;1Hend")
    sixels = written[written.index("\x1bP") : written.index("\x1b\\") + 2]
    assert sixels == encode(picture())


def test_what_is_covered_is_not_painted() -> None:
    painter = SixelPainter()
    painter.hang(picture(), CELLS, CELL)
    rows = [row_of_cells(y, CELLS[0]) for y in range(CELLS[1])]
    rows[1] = f"{rows[1][:5]}\x1b[41mdialog\x1b[0m{rows[1][11:]}"
    written = painter.paint("\n".join(rows))
    found = re.findall(r'\x1bP0;1;0q"1;1;(\d+);(\d+)', written)
    assert found == [("200", "20"), ("50", "20"), ("90", "20"), ("200", "20")]


def test_a_picture_wider_than_terminals_take_is_painted_in_parts() -> None:
    painter = SixelPainter()
    box = Box(1500, 20, 12, 14)
    painter.hang(paint(typeset("एक दो तीन", "hi", box), 0, (0, 0), COLOURS), (150, 1), CELL)
    written = painter.paint(row_of_cells(0, 150))
    widths = [int(width) for width in re.findall(r'\x1bP0;1;0q"1;1;(\d+);', written)]
    assert sum(widths) == 1500
    assert max(widths) <= 1000


def test_kitty_is_sent_the_picture_once_and_told_each_cell() -> None:
    painter = KittyPainter()
    painter.hang(picture(), CELLS, CELL)
    first = painter.paint(f"A{row_of_cells(1, 3)}B")
    assert first.startswith("\x1b_Ga=T,U=1,q=2,f=100,i=")
    parts = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", first)
    number = int(parts[0][0].split("i=")[1].split(",")[0])
    assert f"i={number},c=20,r=3,m=" in parts[0][0]
    image = Image.open(io.BytesIO(base64.b64decode("".join(data for _, data in parts))))
    assert image.convert("RGBA").convert("RGB").tobytes() == picture().convert("RGB").tobytes()
    assert image.convert("RGBA").getpixel((0, 0)) == (0, 0, 0, 0)
    colour = f"\x1b[38;2;{number >> 16};{number >> 8 & 255};{number & 255}m"
    cells = "".join(f"\U0010eeee{marks()[1]}{marks()[column]}" for column in range(3))
    assert first.endswith(f"\x1b\\A{colour}{cells}\x1b[39mB")
    assert painter.paint(f"A{row_of_cells(1, 3)}B") == f"A{colour}{cells}\x1b[39mB"


def test_kitty_forgets_pictures_that_are_no_longer_seen_and_all_on_leaving() -> None:
    painter = KittyPainter()
    written = ""
    for _ in range(6):
        painter.hang(picture(), CELLS, CELL)
        written += painter.paint(row_of_cells(0, 1))
    sent = re.findall(r"a=T,[^;]*i=(\d+)", written)
    assert len(set(sent)) == 6
    assert re.findall(r"a=d,d=I,q=2,i=(\d+)", written) == sent[:2]
    assert re.findall(r"a=d,d=I,q=2,i=(\d+)", painter.reset()) == sent[2:]
    assert painter.reset() == ""
    assert "a=T" in painter.paint(row_of_cells(0, 1))


def test_a_long_picture_is_sent_in_parts_that_kitty_takes() -> None:
    painter = KittyPainter()
    box = Box(1500, 300, 40, 60)
    words = "गर्मी के दिन एक प्यासा कौआ क्षेत्र के ऊपर उड़ रहा था। " * 3
    painter.hang(paint(typeset(words, "hi", box), 0, (0, 0), COLOURS), (150, 15), CELL)
    parts = re.findall(r"\x1b_G([^;]*);([^\x1b]*)\x1b\\", painter.paint(row_of_cells(0, 1)))
    assert len(parts) > 1
    assert all(len(data) <= 4096 for _, data in parts)
    assert [how[-3:] for how, _ in parts] == ["m=1"] * (len(parts) - 1) + ["m=0"]


def test_the_marks_of_kitty_are_those_that_it_lists() -> None:
    assert len(marks()) == MOST_COLUMNS
    listed = {0: "0305", 3: "0310", 17: "0363", 29: "036f", 30: "0483", 244: "2dff"}
    assert {at: f"{ord(marks()[at]):04x}" for at in listed} == listed
    assert {unicodedata.combining(mark) for mark in marks()} == {230}
    assert list(marks()) == sorted(marks())


def test_text_without_a_picture_is_written_as_it_is() -> None:
    for painter in (SixelPainter(), KittyPainter()):
        assert painter.paint("\x1b[1;1Hplain \U0010eeee") == "\x1b[1;1Hplain \U0010eeee"
    assert picture().info[CLEAR] == (0, 8)
