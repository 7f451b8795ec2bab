"""Makes of bytes that a stranger sent a picture of our own; a program of its own, which app/media/taking.py runs.

It reads the bytes from its standard input, is told the shape that is wanted, and writes one line of JSON and then the
bytes that the line counts; whatever a decoder says of bytes that it cannot follow ends it. It imports nothing of the
square, opens no file or connection that anybody could choose, and has set limits to itself before it looks at the
first byte.

Nothing of the sender's goes on but colours: what comes out is drawn anew from pixels, so that places, names of
cameras, comments, thumbnails and whatever else was hidden in the file are gone. Of what moves the first frame stays.
"""

import io
import json
import resource
import struct
import sys
from collections.abc import Mapping

MOST_MEMORY = 512 * 1024 * 1024
MOST_SECONDS = 10
MOST_PIXELS = 16_777_216
MOST_SHOWN = 8_388_608
PREVIEW = 400
BLURRED = 32
SHAPES: Mapping[str, tuple[int, int]] = {"avatar": (400, 400), "header": (1500, 500)}
FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
LOSSY = ("JPEG", "MPO", "WEBP", "AVIF")


def limit() -> None:
    """No more memory, time or files than a picture takes; more ends this process."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (16, 16))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


limit()

from blurhash import encode as blurhash  # noqa: E402 (nothing is loaded without limits)
from PIL import Image, ImageCms, ImageFile, ImageOps, UnidentifiedImageError  # noqa: E402

ORIENTATION = 0x0112
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
Image.MAX_IMAGE_PIXELS = None  # ours is looked at before a pixel is read
ImageFile.LOAD_TRUNCATED_IMAGES = False


class Unusable(Exception):
    """These bytes make no picture; the text is one of the words of app/media/taking.py:Why."""


def main(shape: str) -> None:
    """Take the picture on standard input and write it as it may be shown."""
    try:
        told, files = make(sys.stdin.buffer.read(), shape)
    except Unusable as error:
        told, files = {"why": str(error)}, []
    except MemoryError:
        told, files = {"why": "heavy"}, []
    sys.stdout.buffer.write(json.dumps(told).encode() + b"\n" + b"".join(files))


def make(data: bytes, shape: str) -> tuple[dict[str, object], list[bytes]]:
    """What is told of a picture, and its bytes: as it is shown large, and its preview."""
    picture, is_lossy = read(data)
    if shape in SHAPES:
        picture = ImageOps.fit(picture, SHAPES[shape], Image.Resampling.LANCZOS)
    elif picture.width * picture.height > MOST_SHOWN:
        share = (MOST_SHOWN / (picture.width * picture.height)) ** 0.5
        picture = picture.resize(_at_least_one(picture.size, share), Image.Resampling.LANCZOS)
    preview = picture
    if max(picture.size) > PREVIEW:
        share = PREVIEW / max(picture.size)
        preview = picture.resize(_at_least_one(picture.size, share), Image.Resampling.LANCZOS)
    mime, whole = written(picture, is_lossy)
    _, small = written(preview, is_lossy)
    told = {
        "mime": mime,
        "width": picture.width,
        "height": picture.height,
        "preview_width": preview.width,
        "preview_height": preview.height,
        "blurhash": blurred(preview),
        "sizes": [len(whole), len(small)],
    }
    return told, [whole, small]


def read(data: bytes) -> tuple[Image.Image, bool]:
    """The first frame in plain colours, upright, and whether its format loses detail anyway. Raises Unusable."""
    try:
        opened = Image.open(io.BytesIO(data), formats=FORMATS)
    except UnidentifiedImageError as error:
        raise Unusable("no-picture") from error
    if opened.width * opened.height > MOST_PIXELS:
        raise Unusable("pixels")
    opened.load()
    return upright(plain(opened), opened), opened.format in LOSSY


def upright(picture: Image.Image, opened: Image.Image) -> Image.Image:
    """Turned as the camera says that it was held; as it lies where that cannot be read."""
    try:
        turn = opened.getexif().get(ORIENTATION, 1)
    except (OSError, SyntaxError, ValueError, struct.error):
        return picture
    return picture.transpose(TURNS[turn]) if turn in TURNS else picture


def plain(opened: Image.Image) -> Image.Image:
    """The same colours as grey, RGB or RGBA with eight bits each, in the colour space that screens have."""
    picture = opened
    if picture.mode.startswith("I"):  # sixteen bits of grey, which Pillow would cut off and not divide
        picture = picture.convert("I").point(lambda level: level * (1 / 256)).convert("L")
    elif "transparency" in picture.info or picture.mode in ("LA", "La", "PA", "RGBa", "RGBA"):
        picture = picture.convert("RGBA")
    elif picture.mode in ("1", "L"):
        picture = picture.convert("L")
    picture = in_srgb(picture, opened.info.get("icc_profile"))
    if picture.mode == "RGBA" and picture.getchannel("A").getextrema() == (255, 255):
        picture = picture.convert("RGB")
    return picture


def in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """The colours as the profile means them; as they are where it is none that can be read."""
    if profile and picture.mode in ("RGB", "RGBA", "CMYK"):
        try:
            mode = "RGBA" if picture.mode == "RGBA" else "RGB"
            meant = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            turned = ImageCms.profileToProfile(picture, meant, ImageCms.createProfile("sRGB"), outputMode=mode)
            if turned is not None:
                return turned
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass
    return picture if picture.mode in ("L", "RGB", "RGBA") else picture.convert("RGB")


def written(picture: Image.Image, is_lossy: bool) -> tuple[str, bytes]:
    """The type of a file and its bytes, which hold pixels and nothing else."""
    bare = Image.frombytes(picture.mode, picture.size, picture.tobytes())
    file = io.BytesIO()
    if is_lossy and bare.mode != "RGBA":
        bare.save(file, "JPEG", quality=88, progressive=True, optimize=False)
        return "image/jpeg", file.getvalue()
    bare.save(file, "PNG", compress_level=4)
    return "image/png", file.getvalue()


def blurred(picture: Image.Image) -> str:
    """The picture in some thirty characters, for who waits for it."""
    ground = Image.new("RGB", picture.size, "white")
    ground.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    ground.thumbnail((BLURRED, BLURRED))
    data, across = ground.tobytes(), ground.width * 3
    rows = [
        [list(data[place : place + 3]) for place in range(first, first + across, 3)]
        for first in range(0, len(data), across)
    ]
    return str(blurhash(rows, 4, 3))


def _at_least_one(size: tuple[int, int], share: float) -> tuple[int, int]:
    return max(1, int(size[0] * share)), max(1, int(size[1] * share))


if __name__ == "__main__":
    main(sys.argv[1])
