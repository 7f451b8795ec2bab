"""Pictures of the demonstration, drawn here, so that nobody's are taken."""

import io
from typing import Final

from PIL import Image, ImageDraw

SKY: Final = (214, 228, 233)
WATER: Final = (86, 148, 160)
DEEP: Final = (47, 96, 112)
STONE: Final = (196, 189, 174)
INK: Final = (40, 44, 46)
SUN: Final = (232, 190, 92)


def heron() -> bytes:
    """A heron under a bridge, on one leg."""
    picture = Image.new("RGB", (1200, 800), SKY)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((920, 60, 1040, 180), SUN)
    pen.rectangle((0, 520, 1200, 800), WATER)
    pen.rectangle((0, 180, 1200, 300), STONE)
    for left in range(-140, 1200, 440):
        pen.pieslice((left + 60, 220, left + 440, 660), 180, 360, SKY)
        pen.rectangle((left + 440, 300, left + 500, 560), STONE)
    for row in range(5):
        for left in range(60 * (row % 2), 1200, 240):
            pen.line((left, 580 + row * 44, left + 90, 580 + row * 44), DEEP, 5)
    pen.ellipse((500, 420, 650, 510), INK)
    pen.line((630, 440, 700, 330), INK, 16)
    pen.ellipse((680, 300, 730, 340), INK)
    pen.polygon(((725, 312), (810, 326), (725, 332)), SUN)
    pen.line((570, 505, 570, 640), INK, 9)
    pen.line((570, 640, 610, 650), INK, 9)
    return _saved(picture)


def window() -> bytes:
    """An old window with one pane cracked."""
    picture = Image.new("RGB", (800, 1000), STONE)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((140, 140, 660, 860), (110, 78, 52))
    for left in (180, 420):
        for top in (180, 420, 650):
            pen.rectangle((left, top, left + 200, top + 190), SKY)
    pen.line((430, 440, 540, 520, 510, 600), INK, 5)
    pen.line((540, 520, 610, 470), INK, 5)
    pen.rectangle((110, 860, 690, 900), (140, 132, 118))
    return _saved(picture)


def dustbins() -> bytes:
    """Three dustbins under a street lamp."""
    picture = Image.new("RGB", (1000, 700), DEEP)
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 560, 1000, 700), STONE)
    pen.rectangle((120, 120, 136, 600), INK)
    pen.ellipse((90, 70, 166, 146), SUN)
    for left in (300, 500, 700):
        pen.polygon(((left, 330), (left + 150, 330), (left + 130, 610), (left + 20, 610)), WATER)
        pen.rectangle((left - 12, 300, left + 162, 334), INK)
    return _saved(picture)


def face(ground: tuple[int, int, int], hat: tuple[int, int, int]) -> bytes:
    """Somebody who wears a hat."""
    picture = Image.new("RGB", (400, 400), ground)
    pen = ImageDraw.Draw(picture)
    pen.ellipse((60, 300, 340, 560), hat)
    pen.ellipse((120, 110, 280, 310), (222, 188, 158))
    pen.pieslice((110, 70, 290, 250), 180, 360, hat)
    pen.rectangle((80, 155, 320, 178), hat)
    pen.ellipse((160, 205, 176, 221), INK)
    pen.ellipse((224, 205, 240, 221), INK)
    pen.arc((165, 220, 235, 275), 20, 160, INK, 5)
    return _saved(picture)


def _saved(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
