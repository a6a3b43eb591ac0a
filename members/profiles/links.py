"""An organisation's other pages on the web: addresses as people type them, and only such as a browser may open."""

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from tomoiki.text import clean
from tomoiki.text.typed import read_web_address

MOST_LINKS = 5
LABEL_LENGTH = 40
URL_LENGTH = 200

_WRONG = "ウェブサイトのアドレスとして読み取れませんでした。例：https://midori.example"


class WebAddressField(forms.URLField):
    """An address on the web, in whatever width it was typed; https:// is added when it was left out.

    Nothing but http and https: what stands here becomes a link that strangers press.
    """

    default_validators = [URLValidator(schemes=["http", "https"], message=_WRONG)]

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", URL_LENGTH)
        kwargs.setdefault("error_messages", {"invalid": _WRONG})
        super().__init__(assume_scheme="https", **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "inputmode": "url", "autocomplete": "url", "spellcheck": "false"}

    def to_python(self, value: Any) -> str:
        return str(super().to_python(read_web_address(value) if isinstance(value, str) else value) or "")


def clean_links(value: Any) -> list[dict[str, str]]:
    """``value`` as it may be stored in ``Organisation.links``. Raises ``ValidationError``."""
    if not isinstance(value, Iterable) or isinstance(value, str | bytes | Mapping):
        raise ValidationError({"links": "リンクとして読み取れませんでした。"})
    field = WebAddressField()
    links: list[dict[str, str]] = []
    for row in value:
        if not isinstance(row, Mapping):
            raise ValidationError({"links": "リンクとして読み取れませんでした。"})
        try:
            url = field.clean(row.get("url", ""))
        except ValidationError as error:
            raise ValidationError({"links": error.messages}) from error
        label = clean(str(row.get("label", "")))[:LABEL_LENGTH]
        if not any(url == known["url"] for known in links):
            links.append({"label": label, "url": url})
    if len(links) > MOST_LINKS:
        raise ValidationError({"links": f"リンクは{MOST_LINKS}つまでです。"})
    return links
