"""Pictures as people have them, and as nobody should: all of them made here."""

import io
import struct
import zlib
from collections.abc import Sequence

from PIL import Image, ImageDraw

ORIENTATION, CAMERA, GPS, COPYRIGHT = 0x0112, 0x0110, 0x8825, 0x8298
SECRET = b"taken by Ann at the harbour"


def drawn(mode: str = "RGB", size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A picture whose corners differ: red at the upper left, green at the upper right, blue below."""
    picture = Image.new("RGB", size, "white")
    pen = ImageDraw.Draw(picture)
    middle, centre = size[0] // 2, size[1] // 2
    pen.rectangle((0, 0, middle, centre), "red")
    pen.rectangle((middle, 0, size[0], centre), "green")
    pen.rectangle((0, centre, size[0], size[1]), "blue")
    return picture.convert(mode)


def saved(picture: Image.Image, format_: str, **how: object) -> bytes:
    """The bytes of a picture in a format."""
    file = io.BytesIO()
    picture.save(file, format_, **how)
    return file.getvalue()


def photographed(orientation: int = 1, size: tuple[int, int] = (640, 480)) -> bytes:
    """A JPEG as a telephone makes it: it knows where it was taken, by whom, and how it was held."""
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    exif[CAMERA] = SECRET.decode()
    exif[COPYRIGHT] = SECRET.decode()
    exif.get_ifd(GPS).update({1: "N", 2: (59.0, 54.0, 0.0), 3: "E", 4: (10.0, 44.0, 0.0)})
    return saved(drawn(size=size), "JPEG", exif=exif, comment=SECRET, quality=90)


def moving(frames: int) -> bytes:
    """A GIF of so many frames; the first is red."""
    first = saved(Image.new("P", (64, 64)), "GIF")
    pictures = [Image.new("RGB", (16, 16), "red"), *(Image.new("RGB", (16, 16), (n, 9, 9)) for n in range(3))]
    short = saved(pictures[0], "GIF", save_all=True, append_images=pictures[1:], duration=20)
    assert first[:3] == b"GIF"
    # The frames after the first once more and once more, before the trailer.
    start = short.index(b"\x21\xf9", 20)
    second = short.index(b"\x21\xf9", start + 8)
    return short[:second] + short[second:-1] * (frames // 3) + b";"


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, pixels: bytes, *more: bytes) -> bytes:
    """A PNG of grey, whose pixels may be lies, with other chunks before them."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def zeros(size: int) -> bytes:
    """So many zeros, packed to a thousandth."""
    packer = zlib.compressobj(9)
    pieces = [packer.compress(bytes(1024 * 1024)) for _ in range(size // (1024 * 1024))]
    return b"".join(pieces) + packer.flush()


def endless_jpeg(scans: int) -> bytes:
    """A progressive JPEG of 16 Mpx that goes over its pixels again and again."""
    whole = saved(Image.new("L", (4000, 4000), 128), "JPEG", progressive=True)
    last = max(place for place in _markers(whole) if whole[place + 1] == 0xDA)
    return whole[:-2] + whole[last:-2] * scans + whole[-2:]


def _markers(data: bytes) -> Sequence[int]:
    """Where the segments of a JPEG begin."""
    return [place for place in range(len(data) - 1) if data[place] == 0xFF and data[place + 1] not in (0, 0xFF)]


SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(document.domain)</script>"
MOST_BYTES = 16 * 1024 * 1024

PICTURES = {
    "a jpeg": lambda: saved(drawn(), "JPEG"),
    "a grey jpeg": lambda: saved(drawn("L"), "JPEG"),
    "a cmyk jpeg": lambda: saved(drawn("CMYK"), "JPEG"),
    "a progressive jpeg": lambda: saved(drawn(), "JPEG", progressive=True),
    "a png": lambda: saved(drawn(), "PNG"),
    "a png of 1 bit": lambda: saved(drawn("1"), "PNG"),
    "a png of 16 bits": lambda: saved(drawn("L").convert("I").point(lambda x: x * 257).convert("I;16"), "PNG"),
    "a png with a palette": lambda: saved(drawn("P"), "PNG", transparency=0),
    "a png that is clear in parts": lambda: saved(drawn("RGBA"), "PNG"),
    "a grey png that is clear": lambda: saved(drawn("LA"), "PNG"),
    "a gif": lambda: saved(drawn("P"), "GIF"),
    "a gif of 10,000 frames": lambda: moving(10_000),
    "a webp": lambda: saved(drawn(), "WEBP"),
    "a webp that is clear in parts": lambda: saved(drawn("RGBA"), "WEBP"),
    "an avif": lambda: saved(drawn(), "AVIF"),
    "one pixel": lambda: saved(drawn(size=(1, 1)), "PNG"),
    "a hair": lambda: saved(drawn("L", (16_000, 1)), "PNG"),
    "a gif with a page behind it": lambda: saved(drawn("P"), "GIF") + HTML,
    "a jpeg with a page behind it": lambda: saved(drawn(), "JPEG") + HTML,
    "a png with a bomb of text": lambda: png(8, 8, zlib.compress(bytes(72)), chunk(b"tEXt", b"a\0" + bytes(999_000))),
    "more pixels than are shown": lambda: png(16, 16, zeros(64 * 1024 * 1024)),
}
"""What is taken; it comes out small, upright and alone."""

REFUSED = {
    "nothing": (b"", "empty"),
    "words": (b"this is no picture", "no-picture"),
    "a drawing that runs": (SVG, "no-picture"),
    "a page": (HTML, "no-picture"),
    "a page that begins like a gif": (b"GIF89a" + HTML, "no-picture"),
    "a pdf": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3", "no-picture"),
    "a bomb of pixels": (png(60_000, 60_000, zlib.compress(bytes(100))), "pixels"),
    "one row too many": (png(4096, 4097, zlib.compress(bytes(100))), "pixels"),
    "no pixels": (png(4096, 4096, b""), "broken"),
    "a png of the largest number": (png(0x7FFFFFFF, 0x7FFFFFFF, b""), "pixels"),
    "a png without a size": (png(0, 0, b""), "no-picture"),
    "a jpeg cut off": (saved(drawn(), "JPEG")[:2000], "broken"),
    "a png cut off": (saved(drawn(), "PNG")[:500], "broken"),
    "a gif cut off": (saved(drawn("P"), "GIF")[:800], "broken"),
    "a webp cut off": (saved(drawn(), "WEBP")[:300], "broken"),
    "an avif cut off": (saved(drawn(), "AVIF")[:300], "broken"),
    "a tiff": (saved(drawn(), "TIFF"), "no-picture"),
    "an icon": (saved(drawn(size=(32, 32)), "ICO"), "no-picture"),
    "a postscript": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "no-picture"),
    "a byte too many": (saved(drawn(), "JPEG") + bytes(MOST_BYTES), "large"),
}
"""What is refused, and why."""
