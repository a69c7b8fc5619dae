"""Convert an upload into pictures of our own sizes; nothing of the file itself is kept."""

import io
from dataclasses import dataclass
from threading import Lock
from typing import Any

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from shop.concurrency_limit import ConcurrencyLimit

SIZES = (160, 480, 1200)  # pixels of the longer side
FORMATS = ("JPEG", "PNG", "WEBP")
LARGEST_FILE = 10 * 1024 * 1024  # bytes
MOST_PIXELS = 50_000_000
QUALITY = 82
TURNED = (5, 6, 7, 8)  # EXIF orientations of a camera held on its side
ORIENTATION = 0x0112

NOT_ONE = "is not a JPEG, PNG or WebP picture"
TOO_LARGE = "is larger than 10 MB"
TOO_MANY_PIXELS = "has more than 50 million pixels"
BROKEN = "is damaged or cut short"

# A picture of many pixels takes up to 400 MB while it is read; several at once would be too much for a small machine.
_one_at_a_time = Lock()
# Who waits for that holds one of the server's few threads; the others are for everybody else.
MOST_UPLOADS = 2
upload_gate = ConcurrencyLimit(MOST_UPLOADS)


class NotAPicture(ValueError):
    """A file that is not taken; the message goes on after its name: "is larger than 10 MB"."""


@dataclass(frozen=True)
class ConvertedPicture:
    """A picture written anew as WebP in every size, and how large it was: pixels, as it is to be looked at."""

    width: int
    height: int
    files: dict[int, bytes]


def convert_picture(file: bytes) -> ConvertedPicture:
    """Write a picture anew: turned upright, in sRGB, without what the camera or a program wrote beside it.

    Of an animation the first frame is taken. Raises NotAPicture.
    """
    if len(file) > LARGEST_FILE:
        raise NotAPicture(TOO_LARGE)
    image = _open(file)
    width, height = image.size
    with _one_at_a_time:
        try:
            is_turned = image.getexif().get(ORIENTATION) in TURNED
            image = _reduced(image)
        except Exception:  # each decoder fails in its own way at a file that somebody broke on purpose
            raise NotAPicture(BROKEN) from None
        files = {size: _written(image, size) for size in SIZES}
    return ConvertedPicture(height if is_turned else width, width if is_turned else height, files)


def _open(file: bytes) -> Image.Image:
    """Read the head of a file, and refuse what is none of ours or too much before a pixel is unpacked."""
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
    """Return a picture in the largest size that is kept: upright, in sRGB, with transparency where it has any."""
    image.seek(0)
    image = _in_full_colour(image)
    image.thumbnail((SIZES[-1], SIZES[-1]), Image.Resampling.LANCZOS)
    image = ImageOps.exif_transpose(image)
    image = _in_srgb(image)
    image.info.clear()
    return image


def _in_full_colour(image: Image.Image) -> Image.Image:
    """Return a picture in a mode that can be made smaller smoothly."""
    if image.mode.startswith("I"):  # 16 bits of grey; converting alone would cut, not scale
        image = image.point(lambda value: value / 256).convert("L")
    if image.mode in ("P", "PA", "1", "LA"):
        has_alpha = image.mode in ("PA", "LA") or "transparency" in image.info
        return image.convert("RGBA" if has_alpha else "RGB")
    if image.mode in ("L", "RGB") and "transparency" in image.info:
        return image.convert("RGBA")
    return image


def _in_srgb(image: Image.Image) -> Image.Image:
    """Return a picture as RGB or RGBA, through its own colour profile where it has a sound one."""
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
