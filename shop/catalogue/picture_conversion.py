"""Convert an upload into pictures of our own sizes; nothing of the file itself is kept."""

import io
from dataclasses import dataclass
from threading import Lock
from typing import Any

from flask_babel import lazy_gettext as _l
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from shop.concurrency_limit import ConcurrencyLimit

SIZES = (160, 480, 1200)  # pixels of the longer side
FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_FILE = 10 * 1024 * 1024  # bytes
MOST_PIXELS = 50_000_000
QUALITY = 82
TURNED = (5, 6, 7, 8)  # EXIF orientations of a camera held on its side
ORIENTATION = 0x0112

# Each has a place for the name of the file.
NOT_ONE = _l("“%(file)s” is not a JPEG, PNG, or WebP picture.")
TOO_LARGE = _l("“%(file)s” is larger than 10 MB.")
TOO_MANY_PIXELS = _l("“%(file)s” has more than 50 million pixels.")
BROKEN = _l("“%(file)s” is damaged or incomplete.")

# A picture of many pixels takes up to 400 MB while it is read; several at once would be too much for a small machine.
_one_at_a_time = Lock()
# An upload that waits for it keeps one of the server's few threads; the others are left for everyone else.
MOST_UPLOADS = 2
upload_gate = ConcurrencyLimit(MOST_UPLOADS)


class NotAPicture(ValueError):
    """A file that is not accepted; the message is a sentence with a place for the file's name."""


@dataclass(frozen=True)
class ConvertedPicture:
    """A picture converted to WebP in every size, and its original size in pixels, as displayed."""

    width: int
    height: int
    files: dict[int, bytes]


def convert_picture(file: bytes) -> ConvertedPicture:
    """Convert a picture: turned upright, in sRGB, without the metadata of a camera or a program.

    The first frame of an animation is used. Raises NotAPicture.
    """
    if len(file) > LARGEST_FILE:
        raise NotAPicture(TOO_LARGE)
    image = _open(file)
    width, height = image.size
    with _one_at_a_time:
        try:
            is_turned = image.getexif().get(ORIENTATION) in TURNED
            image = _reduced(image)
        except Exception:  # each decoder fails in its own way on a file that someone broke on purpose
            raise NotAPicture(BROKEN) from None
        files = {size: _written(image, size) for size in SIZES}
    return ConvertedPicture(height if is_turned else width, width if is_turned else height, files)


def _open(file: bytes) -> Image.Image:
    """Read the head of a file, and refuse an unknown format or too many pixels before decoding any."""
    try:
        image = Image.open(io.BytesIO(file), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise NotAPicture(TOO_MANY_PIXELS) from None
    except UnidentifiedImageError:
        raise NotAPicture(NOT_ONE) from None
    except Exception:  # as above
        raise NotAPicture(BROKEN) from None
    if image.width * image.height > MOST_PIXELS:
        raise NotAPicture(TOO_MANY_PIXELS)
    return image


def _reduced(image: Image.Image) -> Image.Image:
    """Return a picture in the largest size that is kept: upright, in sRGB, with its transparency."""
    image.seek(0)
    image = _in_full_colour(image)
    image.thumbnail((SIZES[-1], SIZES[-1]), Image.Resampling.LANCZOS)
    image = ImageOps.exif_transpose(image)
    image = _in_srgb(image)
    image.info.clear()
    return image


def _in_full_colour(image: Image.Image) -> Image.Image:
    """Return a picture in a mode that can be scaled down smoothly."""
    if image.mode.startswith("I"):  # 16 bits of gray; converting alone would clip, not scale
        image = image.point(lambda value: value / 256).convert("L")
    if image.mode in ("P", "PA", "1", "LA"):
        has_alpha = image.mode in ("PA", "LA") or "transparency" in image.info
        return image.convert("RGBA" if has_alpha else "RGB")
    if image.mode in ("L", "RGB") and "transparency" in image.info:
        return image.convert("RGBA")
    return image


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return a picture as RGB or RGBA, through its own color profile where that is valid."""
    alpha = image.getchannel("A") if image.mode == "RGBA" else None
    plain = image.convert("RGB") if alpha else image
    plain = _through_profile(plain, image.info.get("icc_profile")).convert("RGB")
    if alpha:
        plain.putalpha(alpha)
    return plain


def _through_profile(image: Image.Image, profile: Any) -> Image.Image:
    if not profile:
        return image
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        turned = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image
    return turned or image


def _written(image: Image.Image, size: int) -> bytes:
    smaller = image.copy()
    smaller.thumbnail((size, size), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    smaller.save(target, "WEBP", quality=QUALITY, method=4)
    return target.getvalue()
