from __future__ import annotations

from PIL import Image

from player.tui.captions.braille import cells
from player.tui.captions.drawing import draw
from player.tui.captions.typesetting import Box, typeset

GOLDEN = """\
             ⢤⢤⡄            ⢤⢤⡀⢠⡄            ⣠⣤⣄⣤⢤
           ⢀⣀⡀ ⣹⣄⣀⣀⣀⣀⣀⣀⡀      ⢹⡄            ⠘⣇ ⠸⡇
           ⣏⢉⡿ ⢹⡏⠁⣀⣀⡀⢸⡇   ⠉⢹⠉⠉⢹⡏⠁  ⠉⢹⠉⠉⣿⠉⠉⢹⠉⠉⢹⡏⠉⣿⠉
          ⢠⡞⠛⠒⠒⢻⡇ ⠁ ⣹⢾⡇   ⢀⣸⣀⣀⣸⡇   ⢠⣼  ⣿ ⢀⣸⣀⣀⣸⡇ ⣿
          ⠘⠷⠤⣿⠂⢸⡇ ⠰⠋⠁⢸⡇   ⠈⠛  ⢸⡇    ⠉  ⣿ ⠈⠛  ⢸⡇ ⣿
             ⠈⠃               ⠈⠁       ⠉     ⠈⠁ ⠉

"""


def test_dots_become_the_characters_that_have_them() -> None:
    picture = Image.new("L", (4, 8))
    picture.putpixel((0, 0), 255)
    picture.putpixel((1, 3), 255)
    picture.putpixel((2, 6), 255)
    assert cells(picture) == ["⢁ ", " ⠄"]


def test_hindi_in_dots_looks_as_it_did_when_it_was_looked_at() -> None:
    line = typeset("क्षेत्र में गर्मी", "hi", Box(120, 28, 13, 21, is_dots=True))
    picture = cells(draw(line, 0, (0, 0)).plain)
    assert "\n".join(row.rstrip() for row in picture) + "\n" == GOLDEN
