"""Photos of people for notices and cards: small, upright, without what a camera writes beside the picture."""

from __future__ import annotations

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from lib.errors import BadInput
from lib.i18n import _

LARGEST = 5 * 1024 * 1024
# A JPEG is read no larger than it is needed; a PNG is held in memory whole, however small its file is.
MOST_PIXELS, MOST_OF_A_PNG = 40_000_000, 8_000_000
WIDTH, HEIGHT = 240, 320
# The first is a warning, that is made an error here; twice as large is one by itself.
TOO_LARGE = (Image.DecompressionBombWarning, Image.DecompressionBombError)


def small_photo(content: bytes) -> bytes:
    """A JPEG of 240 × 320 out of a PNG or JPEG, cut to the middle. Raises BadInput."""
    if len(content) > LARGEST:
        raise BadInput(_("照片最大{most}MB，请压缩后再上传。").format(most=LARGEST // 1024 // 1024))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as found:
                most = MOST_OF_A_PNG if found.format == "PNG" else MOST_PIXELS
                if found.width * found.height > most:
                    raise BadInput(_("照片太大，请先缩小再上传。"))
                found.thumbnail((4 * WIDTH, 4 * HEIGHT))
                upright = ImageOps.exif_transpose(found).convert("RGB")
    except (*TOO_LARGE, UnidentifiedImageError, OSError, SyntaxError, ValueError):
        raise BadInput(_("不是能读的照片，请上传JPG或PNG格式的证件照。")) from None
    fitted = ImageOps.fit(upright, (WIDTH, HEIGHT), centering=(0.5, 0.3))
    fitted.info.clear()  # comments would be written again
    made = io.BytesIO()
    fitted.save(made, "JPEG", quality=85)
    return made.getvalue()
