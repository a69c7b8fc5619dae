"""Draw a picture for each product of the demo from a few simple shapes; the same title, the same picture."""

import io
from collections.abc import Callable
from zlib import crc32

from PIL import Image, ImageDraw, ImageOps

from shop.demo.picture_colors import PALETTE_OF_TITLE, PALETTES

SIDE = 800  # pixels
OVERSAMPLING = 2  # drawn larger by this factor and then reduced, for smooth edges
Colors = tuple[str, str, str]
Shape = Callable[[ImageDraw.ImageDraw, Colors], None]


def draw_picture(title: str, figure: str) -> bytes:
    """Return a picture of a thing as a JPEG file; `figure` is one of FIGURES."""
    above, below, *colors = PALETTES[PALETTE_OF_TITLE.get(title, crc32(title.encode()) % len(PALETTES))]
    side = SIDE * OVERSAMPLING
    image = ImageOps.colorize(Image.linear_gradient("L").resize((side, side)), above, below)
    pen = ImageDraw.Draw(image)
    _ellipse(pen, (22, 76, 78, 86), below)
    FIGURES[figure](pen, (colors[0], colors[1], colors[2]))
    target = io.BytesIO()
    image.resize((SIDE, SIDE), Image.Resampling.BOX).save(target, "JPEG", quality=92)
    return target.getvalue()


def _at(*percent: float) -> list[float]:
    return [one * SIDE * OVERSAMPLING / 100 for one in percent]


def _ellipse(pen: ImageDraw.ImageDraw, box: tuple[float, ...], color: str) -> None:
    pen.ellipse(_at(*box), fill=color)


def _box(pen: ImageDraw.ImageDraw, box: tuple[float, ...], color: str, round_by: float = 0) -> None:
    pen.rounded_rectangle(_at(*box), radius=_at(round_by)[0], fill=color)


def _shape(pen: ImageDraw.ImageDraw, points: tuple[float, ...], color: str) -> None:
    pen.polygon(_at(*points), fill=color)


def _mug(pen: ImageDraw.ImageDraw, colors: Colors) -> None:
    main, shade, light = colors
    pen.arc(_at(58, 40, 82, 68), -100, 100, fill=shade, width=int(_at(5)[0]))
    _box(pen, (26, 32, 68, 82), main, 8)
    _box(pen, (31, 40, 36, 74), light, 2)
    _ellipse(pen, (26, 27, 68, 38), light)
    _ellipse(pen, (30, 29, 64, 36), shade)


def _bowl(pen: ImageDraw.ImageDraw, colors: Colors) -> None:
    main, shade, light = colors
    _box(pen, (40, 74, 60, 82), shade, 2)
    pen.pieslice(_at(16, 18, 84, 80), 0, 180, fill=main)
    _ellipse(pen, (16, 42, 84, 56), light)
    _ellipse(pen, (20, 44, 80, 55), shade)


def _vase(pen: ImageDraw.ImageDraw, colors: Colors) -> None:
    main, shade, light = colors
    for lean, height in ((-9, 12), (0, 8), (8, 15)):
        pen.line(_at(50, 40, 50 + lean, height), fill=shade, width=int(_at(1)[0]))
        _ellipse(pen, (47 + lean, height - 4, 53 + lean, height + 4), light)
    _shape(pen, (44, 32, 56, 32, 57, 46, 43, 46), main)
    _ellipse(pen, (30, 42, 70, 82), main)
    _ellipse(pen, (37, 50, 44, 68), light)
    _ellipse(pen, (44, 30, 56, 34), shade)


def _tin(pen: ImageDraw.ImageDraw, colors: Colors) -> None:
    main, shade, light = colors
    _box(pen, (30, 34, 70, 82), main, 3)
    _box(pen, (28, 24, 72, 36), shade, 3)
    _box(pen, (36, 46, 64, 70), "#fdfbf5", 1.5)
    _shape(pen, (50, 50, 57, 58, 50, 66, 43, 58), light)


def _bag(pen: ImageDraw.ImageDraw, colors: Colors) -> None:
    main, shade, light = colors
    _shape(pen, (30, 28, 70, 28, 74, 82, 26, 82), main)
    _box(pen, (29, 20, 71, 31), shade, 1)
    _ellipse(pen, (39, 44, 61, 66), light)
    pen.arc(_at(45, 44, 55, 66), 90, 270, fill=main, width=int(_at(1.4)[0]))


def _candle(pen: ImageDraw.ImageDraw, colors: Colors) -> None:
    main, shade, light = colors
    _ellipse(pen, (46, 14, 54, 32), "#f6c453")
    _ellipse(pen, (48, 20, 52, 31), "#fff3cf")
    pen.line(_at(50, 30, 50, 42), fill=shade, width=int(_at(0.8)[0]))
    _box(pen, (32, 42, 68, 82), main, 4)
    _ellipse(pen, (32, 38, 68, 47), light)
    _box(pen, (38, 56, 62, 72), "#fdfbf5", 1)


def _book(pen: ImageDraw.ImageDraw, colors: Colors) -> None:
    main, shade, light = colors
    _box(pen, (30, 22, 74, 82), "#fdfbf5", 1)
    _box(pen, (27, 20, 71, 80), main, 2)
    _box(pen, (27, 20, 33, 80), shade, 1)
    _box(pen, (42, 32, 62, 42), light, 1)
    _box(pen, (64, 20, 66, 86), light)


def _card(pen: ImageDraw.ImageDraw, colors: Colors) -> None:
    main, shade, light = colors
    _shape(pen, (24, 40, 76, 34, 80, 74, 28, 80), light)
    _box(pen, (26, 24, 74, 70), "#fdfbf5", 1)
    for column in range(5):
        height = 34 + 4 * (column % 3)
        _box(pen, (33 + column * 7.4, height, 37 + column * 7.4, 58), main if column % 2 else shade, 2)


def _shirt(pen: ImageDraw.ImageDraw, colors: Colors) -> None:
    main, shade, light = colors
    _shape(pen, (36, 22, 64, 22, 88, 38, 80, 52, 70, 46, 70, 82, 30, 82, 30, 46, 20, 52, 12, 38), main)
    _ellipse(pen, (42, 16, 58, 30), shade)
    _shape(pen, (57, 44, 64, 44, 64, 36, 60.5, 33, 57, 36), light)


def _hat(pen: ImageDraw.ImageDraw, colors: Colors) -> None:
    main, shade, light = colors
    _ellipse(pen, (43, 14, 57, 28), light)
    pen.pieslice(_at(22, 22, 78, 100), 180, 360, fill=main)
    for column in range(7):
        pen.line(_at(30 + column * 6.7, 40, 30 + column * 6.7, 60), fill=shade, width=int(_at(0.7)[0]))
    _box(pen, (19, 60, 81, 78), shade, 4)


def _cloth(pen: ImageDraw.ImageDraw, colors: Colors) -> None:
    main, shade, light = colors
    _box(pen, (24, 22, 76, 82), main, 1)
    for row in (30, 34, 66, 70):
        _box(pen, (24, row, 76, row + 2), light)
    _shape(pen, (76, 22, 76, 82, 68, 82, 70, 22), shade)


def _poster(pen: ImageDraw.ImageDraw, colors: Colors) -> None:
    main, shade, light = colors
    _box(pen, (26, 12, 74, 84), shade)
    _box(pen, (29, 15, 71, 81), "#fdfbf5")
    _ellipse(pen, (40, 22, 60, 42), light)
    _shape(pen, (32, 78, 32, 60, 46, 46, 58, 62, 68, 54, 68, 78), main)


def _soap(pen: ImageDraw.ImageDraw, colors: Colors) -> None:
    main, shade, light = colors
    _box(pen, (22, 52, 78, 80), shade, 9)
    _box(pen, (22, 46, 78, 74), main, 9)
    _box(pen, (34, 54, 66, 66), light, 5)
    for x, y, r in ((70, 34, 4), (62, 26, 2.5), (76, 24, 3)):
        _ellipse(pen, (x - r, y - r, x + r, y + r), "#ffffff")


def _board(pen: ImageDraw.ImageDraw, colors: Colors) -> None:
    _box(pen, (44, 12, 56, 40), "#b98a56", 5)
    _box(pen, (28, 30, 72, 84), "#c99a66", 6)
    for column in (36, 47, 59):
        pen.line(_at(column, 34, column + 2, 80), fill="#b98a56", width=int(_at(0.8)[0]))
    _ellipse(pen, (48, 16, 52, 20), colors[1])


def _pot(pen: ImageDraw.ImageDraw, colors: Colors) -> None:
    main, shade, light = colors
    for points in ((50, 56, 28, 34, 40, 24), (50, 56, 72, 34, 60, 24), (50, 56, 44, 14, 56, 14)):
        _shape(pen, points, "#5f7d46")
    _shape(pen, (30, 56, 70, 56, 64, 82, 36, 82), main)
    _box(pen, (27, 50, 73, 60), shade, 2)
    _shape(pen, (35, 62, 39, 62, 42, 80, 39, 80), light)


FIGURES: dict[str, Shape] = {
    "mug": _mug,
    "bowl": _bowl,
    "vase": _vase,
    "tin": _tin,
    "bag": _bag,
    "candle": _candle,
    "book": _book,
    "card": _card,
    "shirt": _shirt,
    "hat": _hat,
    "cloth": _cloth,
    "poster": _poster,
    "soap": _soap,
    "board": _board,
    "pot": _pot,
}
