"""What a phone or a till reads in an image, by a decoder that is not ours."""

from io import BytesIO

import zxingcpp
from PIL import Image

_QR = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode])
TELEGRAM = 1280
"""Pixels of the longer side that photos are made smaller to."""


def scanned(image: bytes) -> list[str]:
    """The texts of all QR codes in an image; light codes on dark are not read, as by many tills."""
    opened = Image.open(BytesIO(image)).convert("RGB")
    return [code.text for code in zxingcpp.read_barcodes(opened, _QR, try_invert=False)]


def as_a_photo(image: bytes, longest: int = TELEGRAM, quality: int = 80) -> bytes:
    """The image as it arrives where it is sent as a photo: smaller, and a JPEG."""
    opened, out = Image.open(BytesIO(image)).convert("RGB"), BytesIO()
    opened.thumbnail((longest, longest))
    opened.save(out, "JPEG", quality=quality)
    return out.getvalue()
