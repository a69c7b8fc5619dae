"""Files that are not pictures, or worse: refused with a sentence, or re-encoded without their extra content."""

import io
import struct
import zlib

import pytest
from PIL import Image, ImageCms

from shop.catalogue import picture_conversion
from shop.catalogue.picture_conversion import NotAPicture, convert_picture
from tests.catalogue.form_helpers import picture

GREEN = (0, 128, 0)


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, depth=8, colour=2, body=b""):
    """Return a PNG whose header claims any size."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(body)) + chunk(b"IEND", b"")


def opened(file, size=1200):
    return Image.open(io.BytesIO(convert_picture(file).files[size]))


def near(colour, other):
    return all(abs(one - two) <= 6 for one, two in zip(colour[:3], other, strict=True))


REFUSED = {
    "text": (b"hello", picture_conversion.NOT_ONE),
    "empty": (b"", picture_conversion.NOT_ONE),
    "svg": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", picture_conversion.NOT_ONE),
    "html": (b"<!doctype html><script>alert(1)</script>", picture_conversion.NOT_ONE),
    "gif": (picture("GIF"), picture_conversion.NOT_ONE),
    "tiff": (picture("TIFF"), picture_conversion.NOT_ONE),
    "bmp": (picture("BMP"), picture_conversion.NOT_ONE),
    "postscript": (picture("EPS"), picture_conversion.NOT_ONE),
    "pdf": (picture("PDF"), picture_conversion.NOT_ONE),
    "bomb of a small file": (png(60_000, 60_000), picture_conversion.TOO_MANY_PIXELS),
    "bomb just above ours": (png(10_000, 5_001), picture_conversion.TOO_MANY_PIXELS),
    "bomb made by Pillow": (picture("PNG", (8_000, 7_000), "1", color=0), picture_conversion.TOO_MANY_PIXELS),
    "endless side": (png(2**31 - 1, 1), picture_conversion.TOO_MANY_PIXELS),
    "no side": (png(0, 10), picture_conversion.BROKEN),
    "truncated JPEG": (picture("JPEG", (400, 400))[:1500], picture_conversion.BROKEN),
    "truncated PNG": (picture("PNG", (400, 400))[:-40], picture_conversion.BROKEN),
    "truncated WebP": (picture("WEBP", (400, 400))[:60], picture_conversion.BROKEN),
    "head alone": (b"\xff\xd8\xff\xe0", picture_conversion.BROKEN),
    "PNG of nothing": (png(100, 100, body=b""), picture_conversion.BROKEN),
    "too large": (b"\xff\xd8" + b"\0" * picture_conversion.LARGEST_FILE, picture_conversion.TOO_LARGE),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_picture_is_refused_with_the_reason(name):
    file, sentence = REFUSED[name]
    with pytest.raises(NotAPicture) as refusal:
        convert_picture(file)
    assert str(refusal.value) in (
        {sentence, picture_conversion.NOT_ONE} if sentence == picture_conversion.BROKEN else {sentence}
    )


def test_nothing_of_the_file_itself_is_kept():
    exif = Image.Exif()
    exif[0x010F], exif[0x9286] = "SecretCamera", "SecretComment"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)})
    files = [
        picture("JPEG", exif=exif, comment=b"SecretNote"),
        picture("PNG", exif=exif),
        picture("WEBP", exif=exif, xmp=b"<x:xmpmeta>SecretXmp</x:xmpmeta>"),
        picture("JPEG") + b"<?php echo 'Secret'; ?><script>Secret</script>",
        picture("PNG") + b"PK\x03\x04Secret",
    ]

    for file in files:
        for made in convert_picture(file).files.values():
            assert b"Secret" not in made
            assert b"EXIF" not in made
            assert b"ICCP" not in made
            image = Image.open(io.BytesIO(made))
            assert (image.format, dict(image.getexif())) == ("WEBP", {})


def test_a_picture_stands_upright_however_the_camera_was_held():
    lying = Image.new("RGB", (60, 40), "red")
    lying.paste((0, 0, 255), (0, 0, 30, 40))  # blue on the left
    exif = Image.Exif()
    exif[0x0112] = 6  # a quarter turn to the right: blue ends up at the top
    target = io.BytesIO()
    lying.save(target, "JPEG", exif=exif, quality=95)
    drawing = convert_picture(target.getvalue())

    image = Image.open(io.BytesIO(drawing.files[1200])).convert("RGB")

    assert (drawing.width, drawing.height, image.size) == (40, 60, (40, 60))
    assert near(image.getpixel((20, 5)), (0, 0, 255))
    assert near(image.getpixel((20, 55)), (255, 0, 0))


def test_every_kind_of_colour_comes_out_as_it_looks():
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    kinds = {
        "grey": picture("JPEG", mode="L", color=128),
        "palette": picture("PNG", mode="P", color=0),
        "one bit": picture("PNG", mode="1", color=1),
        "CMYK": picture("JPEG", mode="CMYK", color=(255, 0, 255, 127)),
        "profile": picture("JPEG", icc_profile=profile),
        "broken profile": picture("JPEG", icc_profile=b"not a profile"),
        "grey with alpha": picture("PNG", mode="LA", color=(128, 0)),
        "16 bits of grey": picture("PNG", mode="I;16", color=32768),
        "one pixel": picture("PNG", (1, 1)),
        "one pixel wide": picture("PNG", (1, 20_000)),
        "very wide": picture("JPEG", (30_000, 2)),
    }

    for name, file in kinds.items():
        assert opened(file).mode in ("RGB", "RGBA"), name
    grey = opened(kinds["16 bits of grey"]).convert("RGB").getpixel((0, 0))
    assert near(grey, (128, 128, 128))
    assert near(opened(kinds["profile"]).convert("RGB").getpixel((0, 0)), GREEN)
    assert opened(kinds["grey with alpha"]).getpixel((0, 0))[3] == 0
    assert opened(kinds["one pixel"], 160).size == (1, 1)
    assert max(opened(kinds["one pixel wide"], 160).size) == 160


def test_of_an_animation_the_first_frame_is_taken():
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("green", "red", "blue")]
    for kind in ("WEBP", "PNG"):
        target = io.BytesIO()
        frames[0].save(target, kind, save_all=True, append_images=frames[1:], duration=100)
        image = opened(target.getvalue())
        assert getattr(image, "n_frames", 1) == 1
        assert near(image.convert("RGB").getpixel((10, 10)), GREEN)
