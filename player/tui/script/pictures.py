"""Put real text back into a screenshot of the app, so that pictures show what a terminal shows."""

from __future__ import annotations

import html
import re
import zlib

from player.tui.script.encoding import FILLER, HEADS, decode

_text = re.compile(
    r'<text class="(?P<class>[^"]*)" x="(?P<x>[^"]*)" y="(?P<y>[^"]*)"'
    r' textLength="(?P<length>[^"]*)" clip-path="(?P<clip>[^"]*)">(?P<content>[^<]*)</text>'
)
_word = re.compile(f"[{HEADS}{FILLER}]+|[^{HEADS}{FILLER}]+")
_hidden = re.compile(f"[{HEADS}{FILLER}]")
_unique = re.compile(r"terminal-\d+")


def decode_svg(svg: str) -> str:
    """Turn every run of a screenshot (`App.export_screenshot`) back into real text.

    Each word keeps the column at which it begins and is drawn within the cells that it has. The
    picture's own names are made anew from the real text: private-use characters are given out
    in the order of meeting, and a picture must not depend on what was shown before it.
    """
    if _hidden.search(svg) is None:
        return svg
    decoded = _text.sub(_split, svg)
    name = f"terminal-{zlib.adler32(_unique.sub('', decoded).encode())}"
    return _unique.sub(name, decoded)


def _split(match: re.Match[str]) -> str:
    """Write one text element as several, one for each word and one for what is between them."""
    content = html.unescape(match["content"])
    if _hidden.search(content) is None:
        return match[0]
    cell = float(match["length"]) / len(content)
    x = float(match["x"])
    out: list[str] = []
    for part in _word.findall(content):
        width = len(part) * cell
        fitted = ' lengthAdjust="spacingAndGlyphs"' if _hidden.match(part) else ""
        text = html.escape(decode(part)).replace(" ", "&#160;")
        if text:
            out.append(
                f'<text class="{match["class"]}" x="{x:g}" y="{match["y"]}"'
                f' textLength="{width:g}"{fitted} clip-path="{match["clip"]}">{text}</text>'
            )
        x += width
    return "".join(out)
