"""Build the site's icon sprite from the outline icons of the npm package ``@tabler/icons`` (MIT).

Run by hand when an icon is added, never at run time:

    npm pack @tabler/icons && tar xzf tabler-icons-*.tgz
    python scripts/build_icons.py package/icons/outline

Our names on the left say what an icon means on this site, so that a drawing can be exchanged in one place.
"""

import re
import sys
from pathlib import Path

SPRITE = Path(__file__).resolve().parents[1] / "static" / "icons" / "sprite.svg"

ICONS = {
    # what a post is about
    "place": "sofa",
    "food": "tools-kitchen-2",
    "goods": "package",
    "hands": "hand-stop",
    "skill": "brain",
    "expertise": "bulb",
    "publicity": "speakerphone",
    "funding": "coin",
    "transport": "truck",
    "work": "briefcase",
    "partnership": "affiliate",
    "other": "dots",
    # kinds of organisation
    "company": "building",
    "npo": "users",
    "university": "school",
    "municipality": "building-bank",
    "welfare_council": "heart-handshake",
    "financial": "pig-money",
    "media": "news",
    "organisation": "building-community",
    # the places of the site
    "home": "home",
    "meet": "heart-handshake",
    "learn": "school",
    "realise": "plant-2",
    "organisations": "building-community",
    "talk": "messages",
}
# Everything else, under its own name.
PLAIN = """
    adjustments alert-circle alert-triangle archive arrow-back-up arrow-down arrow-left arrow-right arrow-up ban
    bell bell-off book bookmark building-store calendar calendar-event calendar-plus camera certificate chart-bar
    check checklist chevron-down chevron-left chevron-right chevron-up circle-check circle-x clipboard-check
    clipboard-list clock copy device-mobile dots download edit external-link eye eye-off file file-text filter
    fingerprint flag friends hand-finger hand-stop heart heart-handshake help-circle history hourglass id inbox
    info-circle key language leaf link list lock lock-open login logout mail map-pin menu-2 message message-circle
    messages moon package paperclip pencil phone photo player-pause player-play plus plus-minus printer puzzle
    qrcode refresh report rotate school search seedling send settings shield-check shield-lock star sun tag thumb-up
    tools trash truck upload user user-check user-minus user-plus user-question users users-group wheelchair world x
"""
ICONS |= {name: name for name in re.findall(r"\S+", PLAIN)}

_DRAWING = re.compile(r"<svg\b[^>]*>(.*)</svg>", re.DOTALL)
_FRAME = re.compile(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>')


def symbol(name: str, source: Path) -> str:
    """One icon as a ``<symbol>``; raises SystemExit when the package has no such drawing."""
    if not source.exists():
        raise SystemExit(f"no drawing for {name}: {source.name}")
    found = _DRAWING.search(source.read_text(encoding="utf-8"))
    if found is None:
        raise SystemExit(f"not an SVG: {source.name}")
    drawing = " ".join(_FRAME.sub("", found.group(1)).split())
    return f'<symbol id="{name}" viewBox="0 0 24 24">{drawing}</symbol>'


def main(folder: str) -> None:
    symbols = [symbol(name, Path(folder) / f"{drawing}.svg") for name, drawing in sorted(ICONS.items())]
    # Stroke settings are inherited from the <svg> that uses a symbol (static/css/base.css, .icon).
    SPRITE.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n", encoding="utf-8"
    )


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    main(sys.argv[1])
