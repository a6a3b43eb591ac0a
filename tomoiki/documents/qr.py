"""QR codes of addresses, for posters, letters and cards."""

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import segno

# Medium: a quarter-covered or creased print is still read by old telephones.
ERROR_CORRECTION = "m"
# ISO/IEC 18004 asks for a quiet zone of four modules.
QUIET_ZONE = 4


def _code(text: str) -> "segno.QRCode":
    import segno  # needed only where a code is drawn

    return segno.make_qr(text, error=ERROR_CORRECTION)


def qr_svg(text: str, *, title: str, scale: int = 6) -> str:
    """``text`` as an SVG element to stand in a page; ``title`` tells what it leads to, ``scale`` is px a module."""
    buffer = io.BytesIO()
    _code(text).save(
        buffer,
        kind="svg",
        scale=scale,
        border=QUIET_ZONE,
        xmldecl=False,
        svgns=True,
        light="#fff",
        title=title,
        svgclass="qr",
        lineclass=None,
        nl=False,
    )
    return buffer.getvalue().decode().replace("<svg ", '<svg role="img" focusable="false" ', 1)


def qr_png(text: str, *, scale: int = 10) -> bytes:
    """``text`` as a PNG; ``scale`` is px a module."""
    buffer = io.BytesIO()
    _code(text).save(buffer, kind="png", scale=scale, border=QUIET_ZONE)
    return buffer.getvalue()
