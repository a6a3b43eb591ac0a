"""Pictures for some of the demo's posts: the motif of overlapping circles, drawn in the tone of the resource."""

import io
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from matching.demo.scenario import Scenario
from members.models import User
from tomoiki.files.uploads import PICTURES, store_upload
from tomoiki.web.demo import DemoWorld

SIZE = (1200, 800)
# The motif's own tones, as in static/css/tokens.css.
TONES = ["#ffe380", "#97d3ff", "#9bd4b5", "#ffc199", "#ffd0ff"]
PAPER = "#fbf5e6"
SHARE = 0.22
WORDS = {
    "place": "明るい部屋をあらわした、重なる丸の絵",
    "food": "食卓をあらわした、重なる丸の絵",
    "hands": "集まる人をあらわした、重なる丸の絵",
    "goods": "積まれた品物をあらわした、重なる丸の絵",
}


def picture_for(world: DemoWorld, scenario: Scenario, person: User) -> dict[str, Any]:
    """``photo`` (sent by ``person``) and ``photo_alt`` for some of the posts that people would take a picture of."""
    if scenario.resource not in WORDS or world.random.random() > SHARE:
        return {}
    drawn: dict[str, bytes] = world.made.setdefault("pictures", {})
    key = f"{scenario.resource}-{world.random.randrange(2)}"
    if key not in drawn:
        drawn[key] = _draw(world)
    upload = SimpleUploadedFile(f"{key}.jpg", drawn[key], content_type="image/jpeg")
    return {"photo": store_upload(upload, by=person, allow=PICTURES), "photo_alt": WORDS[scenario.resource]}


def _draw(world: DemoWorld) -> bytes:
    from PIL import Image, ImageChops, ImageDraw  # only the demo draws pictures

    picture = Image.new("RGB", SIZE, PAPER)
    # In a row, each over the edge of the next, so that every face stays free.
    for number, tone in enumerate(world.random.sample(TONES, k=4)):
        layer = Image.new("RGB", SIZE, "white")
        radius = world.random.randrange(150, 210)
        x, y = 210 + number * 260, world.random.randrange(290, 510)
        ImageDraw.Draw(layer).ellipse((x - radius, y - radius, x + radius, y + radius), fill=tone)
        picture = ImageChops.multiply(picture, layer)
        face = ImageDraw.Draw(picture)
        for side in (-1, 1):
            eye = x + side * radius // 4
            face.ellipse((eye - 9, y - 24, eye + 9, y - 6), fill="#1a1a1c")
        face.arc((x - radius // 5, y - 20, x + radius // 5, y + radius // 4), 20, 160, fill="#1a1a1c", width=8)
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=85)
    return out.getvalue()
