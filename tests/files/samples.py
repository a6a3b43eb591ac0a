"""Files as people send them, made on the spot."""

import io
import zipfile

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"


def picture(
    width: int = 640, height: int = 480, kind: str = "JPEG", *, mode: str = "RGB", with_position: bool = False
) -> bytes:
    """A picture of red and blue halves, left and right; ``with_position`` as a telephone takes it at home."""
    made = Image.new(mode, (width, height), "red")
    made.paste("blue", (width // 2, 0, width, height))
    if mode == "RGBA":
        made.putpixel((0, 0), (0, 0, 0, 0))
    buffer = io.BytesIO()
    if with_position:
        exif = Image.Exif()
        exif[Base.Orientation] = 6
        exif[Base.Model] = "Sumaho 12"
        position = exif.get_ifd(IFD.GPSInfo)
        position[GPS.GPSLatitudeRef] = "N"
        position[GPS.GPSLatitude] = (35.0, 20.0, 30.0)
        made.save(buffer, kind, exif=exif, comment=b"taken at home")
    else:
        made.save(buffer, kind)
    return buffer.getvalue()


def office(main_part: str = "word/document.xml", *others: str, types: bool = True) -> bytes:
    """A package with the parts that tell Word, Excel and PowerPoint apart."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        if types:
            package.writestr("[Content_Types].xml", "<Types/>")
        for name in (main_part, *others):
            package.writestr(name, "<x/>")
    return buffer.getvalue()


def upload(content: bytes, name: str = "写真.jpg", content_type: str = "image/jpeg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, content_type=content_type)
