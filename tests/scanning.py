"""What a phone or a till reads in an image, by a decoder that is not ours."""

from io import BytesIO

import segno
import zxingcpp
from PIL import Image

TELEGRAM = 1280
"""Pixels of the longer side that photos are made smaller to."""


def scanned(image: bytes) -> list[str]:
    """The texts of all QR codes in an image; light codes on dark are not read, as by many tills."""
    opened = Image.open(BytesIO(image)).convert("RGB")
    return [code.text for code in _codes(opened)]


def as_a_photo(image: bytes, longest: int = TELEGRAM, quality: int = 80) -> bytes:
    """The image as it arrives where it is sent as a photo: smaller, and a JPEG."""
    opened, out = Image.open(BytesIO(image)).convert("RGB"), BytesIO()
    opened.thumbnail((longest, longest))
    opened.save(out, "JPEG", quality=quality)
    return out.getvalue()


def is_light_around(image: bytes) -> bool:
    """Whether four modules around the one code in an image, as wide as its standard has it, are white all around."""
    opened = Image.open(BytesIO(image)).convert("L")
    [code] = _codes(opened)
    left, top = code.position.top_left.x, code.position.top_left.y
    right, bottom = code.position.bottom_right.x, code.position.bottom_right.y
    # Two pixels less, for edges that are drawn soft and corners that are found a pixel beside.
    border = 4 * (right - left) // len(segno.make_qr(code.text).matrix) - 2
    outside = opened.crop((left - border, top - border, right + border, bottom + border))
    outside.paste(255, (border - 2, border - 2, outside.width - border + 2, outside.height - border + 2))
    return outside.getextrema()[0] == 255


def _codes(image: Image.Image) -> list[zxingcpp.Barcode]:
    formats = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
    return zxingcpp.read_barcodes(image, formats, try_invert=False)
