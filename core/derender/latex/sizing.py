r"""The size that an author asked of a picture, asked of a drawing instead.

The keys of `\includegraphics` become the boxes of the graphicx package, lengths as written (`0.8\linewidth` stays symbolic). As
in graphicx the keys count in their order: what stands before `angle` is turned, what stands after it sizes the turned picture.
`trim`, `clip`, `viewport`, `page` and the like speak of the photograph and do not touch the drawing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from derender.latex.figures import Options

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)")


@dataclass(frozen=True, slots=True)
class Wrapping:
    """Lines to put around a drawing, outermost first and innermost first; each ends in `%` where a line end would show."""

    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(slots=True)
class _Size:
    width: str | None = None
    height: str | None = None
    total: bool = False
    keep_ratio: bool = False
    layers: list[tuple[str, str]] = field(default_factory=list)
    """Boxes around the drawing, innermost first."""

    def close(self) -> None:
        """Makes a box of the width and height read so far."""
        star = "*" if self.total else ""
        width, height = self.width, self.height
        if width and height and self.keep_ratio:
            # The drawing is set once to the width and made smaller only where it is then too high.
            self.layers.append((f"\\sbox0{{\\resizebox{{{width}}}{{!}}{{%", "}}%"))
            fit = f"\\ifdim\\ht0>\\dimexpr{height}\\relax\\resizebox{star}{{!}}{{{height}}}{{\\usebox0}}\\else\\usebox0\\fi"
            self.layers.append(("{%", f"{fit}}}%"))
        elif width or height:
            self.layers.append((f"\\resizebox{star}{{{width or '!'}}}{{{height or '!'}}}{{%", "}%"))
        self.width = self.height = None
        self.total = False


def wrapping(options: Options) -> Wrapping:
    """The boxes that give a drawing the size asked for by `options`; none where nothing was asked."""
    size = _Size(keep_ratio=any(key == "keepaspectratio" and value != "false" for key, value in options.keys))
    origin = next((value for key, value in options.keys if key == "origin" and value), None)
    for key, value in options.keys:
        if value is None:
            continue
        match key:
            case "width":
                size.width = _length(value)
            case "height" | "totalheight":
                size.height, size.total = _length(value), key == "totalheight"
            case "scale":
                size.layers.append((f"\\scalebox{{{_bare(value)}}}{{%", "}%"))
            case "angle":
                size.close()
                around = f"[origin={origin}]" if origin else ""
                size.layers.append((f"\\rotatebox{around}{{{_bare(value)}}}{{%", "}%"))
            case _:
                pass
    size.close()
    if options.overlay:
        size.layers.append((f"\\only{options.overlay}{{%", "}%"))
    return Wrapping(tuple(before for before, _ in reversed(size.layers)), tuple(after for _, after in size.layers))


def _bare(value: str) -> str:
    return value[1:-1] if value.startswith("{") and value.endswith("}") else value


def _length(value: str) -> str:
    """The length as written; graphicx reads a bare number as big points."""
    bare = _bare(value)
    return bare + "bp" if _NUMBER.fullmatch(bare) else bare
