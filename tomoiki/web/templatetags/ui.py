"""Tags and filters that every template may use (registered as builtins): icons, dates, and components.

Components live in templates/components/; its README shows each with its arguments.
"""

import logging
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time
from typing import Any

from django import template
from django.forms import BoundField
from django.forms.widgets import CheckboxInput, CheckboxSelectMultiple, Input, RadioSelect, Textarea
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe

from tomoiki.web.fields import HoneypotField
from tomoiki.web.icons import SPRITE, icon_names

register = template.Library()
logger = logging.getLogger(__name__)

WEEKDAYS = "月火水木金土日"
INTRODUCTION_STEPS = ("紹介", "お返事", "打ち合わせ", "実施", "報告")
ALERT_ICONS = {
    "info": "info-circle",
    "success": "circle-check",
    "warning": "alert-triangle",
    "error": "alert-circle",
    "debug": "info-circle",
}
DIRECTIONS = {"need": "困りごと", "offer": "できること"}


# --- icons ---


@register.simple_tag
def icon(name: str, size: str = "", label: str = "") -> SafeString:
    """One icon of the sprite. ``size``: small or large; ``label`` only where no word stands beside it."""
    known = str(name)
    if known not in icon_names():
        logger.error("unknown icon: %s", known)
        known = "other"
    classes = f"icon icon--{size}" if size else "icon"
    address = f"{static(SPRITE)}#{known}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}" focusable="false"><use href="{}"></use></svg>',
            classes,
            label,
            address,
        )
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', classes, address
    )


# --- dates and numbers, as they are read in Japan ---


def _local(value: Any) -> datetime | date | None:
    if isinstance(value, datetime):
        return timezone.localtime(value) if timezone.is_aware(value) else value
    return value if isinstance(value, date) else None


@register.filter(expects_localtime=True)
def ja_date(value: Any) -> str:
    """2027年4月1日（木）; empty for nothing."""
    local = _local(value)
    if local is None:
        return ""
    return f"{local.year}年{local.month}月{local.day}日（{WEEKDAYS[local.weekday()]}）"


@register.filter(expects_localtime=True)
def ja_short_date(value: Any) -> str:
    """4月1日（木）: for dates whose year is plain, such as a due date within weeks."""
    local = _local(value)
    if local is None:
        return ""
    return f"{local.month}月{local.day}日（{WEEKDAYS[local.weekday()]}）"


@register.filter(expects_localtime=True)
def ja_time(value: Any) -> str:
    """14:00"""
    local = value if isinstance(value, time) else _local(value)
    if not isinstance(local, time | datetime):
        return ""
    return f"{local.hour}:{local.minute:02}"


@register.filter(expects_localtime=True)
def ja_datetime(value: Any) -> str:
    """2027年4月1日（木） 14:00; a date without a time gives the date."""
    clock = ja_time(value)
    return f"{ja_date(value)} {clock}" if clock else ja_date(value)


@register.filter(expects_localtime=True)
def ja_since(value: Any) -> str:
    """たった今, 5分前, 3時間前, きのう, 3日前; the date from a week on. A date without time counts in days."""
    local = _local(value)
    if local is None:
        return ""
    now = timezone.localtime()
    day = local.date() if isinstance(local, datetime) else local
    days = (now.date() - day).days
    if days >= 7 or days < 0:
        return ja_date(local)
    if days >= 2:
        return f"{days}日前"
    if days == 1:
        return "きのう"
    if not isinstance(local, datetime):
        return "きょう"
    if timezone.is_naive(local):
        return "きょう"
    minutes = int((now - local).total_seconds() // 60)
    if minutes < 1:
        return "たった今"
    return f"{minutes}分前" if minutes < 60 else f"{minutes // 60}時間前"


register.filter("elapsed", ja_since, expects_localtime=True)


@register.filter
def ja_days_left(value: Any) -> str:
    """きょうまで, あすまで, あと23日; 過ぎました for a day gone by."""
    local = _local(value)
    if local is None:
        return ""
    day = local.date() if isinstance(local, datetime) else local
    days = (day - timezone.localdate()).days
    if days < 0:
        return "過ぎました"
    return {0: "きょうまで", 1: "あすまで"}.get(days, f"あと{days}日")


@register.filter
def ja_count(value: Any, unit: str = "件") -> str:
    """1,234件, or with another unit: ``{{ n|ja_count:"人" }}``; empty for nothing."""
    try:
        return f"{int(value):,}{unit}"
    except (TypeError, ValueError):
        return ""


@register.filter
def file_size(value: Any) -> str:
    """240KB, 1.5MB; empty for nothing."""
    try:
        size = int(value)
    except (TypeError, ValueError):
        return ""
    if size < 0:
        return ""
    # Rounded first, so that what shows as 1024KB says 1.0MB.
    kilobytes = max(1, round(size / 1024))
    return f"{kilobytes:,}KB" if kilobytes < 1024 else f"{size / 1024 / 1024:,.1f}MB"


# What an address is made of (RFC 3986): Japanese text runs on behind it without a space.
_ADDRESS = re.compile(r"https?://[A-Za-z0-9\-._~:/?#@!$&'()*+,;=%\[\]]+")


@register.filter
def linked(value: Any) -> SafeString:
    """What people typed, with its web addresses as links; ``urlize`` asks for spaces, which Japanese has not."""
    text, end = str(value), 0
    parts: list[str] = []
    for found in _ADDRESS.finditer(text):
        address = found.group().rstrip(".,;:!?'")
        if address.count(")") > address.count("("):
            address = address.rstrip(")")
        parts.append(escape(text[end : found.start()]))
        parts.append(format_html('<a href="{0}" rel="nofollow noopener">{0}</a>', address))
        end = found.start() + len(address)
    return mark_safe("".join([*parts, escape(text[end:])]))


# --- fields ---


def _widget(field: BoundField) -> Any:
    return field.field.widget


@register.filter
def field_kind(field: BoundField) -> str:
    """How the field template lays a field out: tick, choices, group, text, area or honeypot."""
    widget = _widget(field)
    if isinstance(field.field, HoneypotField):
        return "honeypot"
    if isinstance(widget, CheckboxInput):
        return "tick"
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return "choices"
    if field.use_fieldset:
        return "group"
    return "area" if isinstance(widget, Textarea) else "text"


@register.filter
def first_control_id(field: BoundField) -> str:
    """The id of the field's first control, where a link in the error summary leads."""
    widget = _widget(field)
    if isinstance(widget, RadioSelect | CheckboxSelectMultiple):
        return f"{field.auto_id}_0"
    return field.id_for_label or f"{field.auto_id}_0"


@register.filter
def shows_requirement(field: BoundField) -> bool:
    """Whether ※必須/※任意 stands beside the label.

    A form with ``quiet_labels`` (a filter) has none, nor has a ``quiet`` field, which another one makes required.
    """
    if getattr(field.field, "quiet", False):
        return False
    return not getattr(field.form, "quiet_labels", False) and not getattr(field.form, "is_filter", False)


@register.filter
def control(field: BoundField) -> SafeString:
    """The field's control. A placeholder that only repeats the label is left out, as in allauth's forms."""
    placeholder = _widget(field).attrs.get("placeholder")
    if placeholder and str(placeholder) == str(field.label):
        return field.as_widget(attrs={"placeholder": False})
    return field.as_widget()


@register.filter
def counter_limit(field: BoundField) -> int | None:
    """The number of characters a long text may have, for the counter below it."""
    if isinstance(_widget(field), Textarea):
        limit = getattr(field.field, "max_length", None)
        return limit if isinstance(limit, int) else None
    return None


@register.filter
def shows_stored_file(field: BoundField) -> bool:
    """Whether the field's control is a file chooser."""
    widget = _widget(field)
    return isinstance(widget, Input) and widget.input_type == "file"


# --- components ---


@register.inclusion_tag("components/button.html")
def button(
    text: str,
    href: str = "",
    variant: str = "",
    icon: str = "",
    type: str = "submit",
    name: str = "",
    value: str = "",
    size: str = "",
    wide: bool = False,
    disabled: bool = False,
    about: str = "",
    form: str = "",
) -> dict[str, Any]:
    """A link that looks like a button (with ``href``) or a button.

    ``variant``: "" (green), secondary, text, need, danger, danger-secondary. ``about`` is read to those who do not
    see the row the button stands in (「返事をする：夏祭りのやぐら」).
    """
    return {
        "text": text,
        "href": href,
        "variant": variant,
        "icon": icon,
        "type": type,
        "name": name,
        "value": value,
        "size": size,
        "wide": wide,
        "disabled": disabled,
        "about": about,
        "form": form,
    }


@register.inclusion_tag("components/chip.html")
def chip(text: str, icon: str = "", tone: str = "") -> dict[str, Any]:
    """A small label. ``tone``: need, offer, state, warning, danger, learn or none."""
    return {"text": text, "icon": icon, "tone": tone}


@register.inclusion_tag("components/chip.html")
def direction_chip(direction: str) -> dict[str, Any]:
    """困りごと or できること."""
    return {"text": DIRECTIONS.get(str(direction), str(direction)), "icon": "", "tone": str(direction)}


@register.inclusion_tag("components/chip.html")
def resource_chip(code: str, label: str) -> dict[str, Any]:
    """What a post is about, with its icon: ``{% resource_chip post.resource post.get_resource_display %}``."""
    return {"text": label, "icon": str(code), "tone": ""}


@register.inclusion_tag("components/avatar.html")
def avatar(kind: str, icon: str = "", size: str = "") -> dict[str, Any]:
    """A round colour with an icon: for a kind of organisation, or a tone with an icon of its own."""
    return {"tone": str(kind), "icon": icon or str(kind), "size": size}


@register.inclusion_tag("components/alert.html")
def alert(text: str, tone: str = "info", title: str = "", role: str = "") -> dict[str, Any]:
    """A message in the page. ``tone``: info, success, warning or error."""
    return {"text": text, "tone": tone, "title": title, "role": role, "icon": ALERT_ICONS.get(tone, "info-circle")}


@register.filter
def alert_icon(tone: str) -> str:
    return ALERT_ICONS.get(tone, "info-circle")


@register.inclusion_tag("components/stepper.html")
def stepper(
    current: int,
    sentence: str = "",
    steps: Sequence[str] = INTRODUCTION_STEPS,
    stopped: bool = False,
    label: str = "おつなぎの進みぐあい",
) -> dict[str, Any]:
    """The steps of a way, ``current`` from 1; one more than there are steps means all are done.

    ``sentence`` says whose turn it is; ``stopped`` marks the current step as where it ended.
    """
    at = int(current)

    def state(number: int) -> str:
        if number < at:
            return "done"
        if number == at:
            return "stopped" if stopped else "current"
        return "next"

    return {
        "steps": [{"label": text, "state": state(number)} for number, text in enumerate(steps, start=1)],
        "sentence": sentence,
        "label": label,
    }


@register.inclusion_tag("components/form_steps.html")
def form_steps(current: int, *labels: str) -> dict[str, Any]:
    """The screens of a form in a row: ``{% form_steps 2 "団体" "担当者" "確認" %}``."""
    return {
        "current": int(current),
        "steps": [{"number": number, "label": label} for number, label in enumerate(labels, start=1)],
        "total": len(labels),
    }


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*parts: str) -> dict[str, Any]:
    """The way here, home first: ``{% breadcrumbs "出会う" board_url "困りごと" %}``; the last is this page."""
    pairs = list(zip(parts[0:-1:2], parts[1::2], strict=False))
    return {"crumbs": [{"label": label, "url": url} for label, url in pairs], "here": parts[-1] if parts else ""}


@register.inclusion_tag("components/figure.html")
def figure(number: Any, label: str, unit: str = "") -> dict[str, Any]:
    """One figure of a band: the number large, what it counts below."""
    shown = f"{number:,}" if isinstance(number, int) and not isinstance(number, bool) else str(number)
    return {"number": shown, "label": label, "unit": unit}


@register.inclusion_tag("components/motif.html")
def motif(name: str = "many", css_class: str = "", label: str = "") -> dict[str, Any]:
    """The circles with faces. ``name``: logo, many (the hero), two, one (empty states)."""
    return {"name": name, "css_class": css_class, "label": label}


@register.simple_tag(takes_context=True)
def here(context: template.Context, *namespaces: str) -> str:
    """``aria-current`` for a link of the navigation, when the page belongs to one of ``namespaces``.

    A namespace is an app's (``matching``) or one page's full name (``pages:organisations``).
    """
    request = context.get("request")
    match = getattr(request, "resolver_match", None)
    if match is None:
        return ""
    if match.view_name in namespaces:
        return mark_safe('aria-current="page"')
    return mark_safe('aria-current="true"') if match.namespace in namespaces else ""


@register.filter
def all_errors(forms: Any) -> list[tuple[str, str]]:
    """(link, message) of every error in a form or in several, in the order of the fields."""
    group: Iterable[Any] = forms if isinstance(forms, list | tuple) else [forms]
    found: list[tuple[str, str]] = []
    for form in group:
        if form is None or not form.is_bound:
            continue
        found += [("", str(error)) for error in form.non_field_errors()]
        for field in form:
            where = "" if field.is_hidden else first_control_id(field)
            found += [(where, f"{field.label}：{error}" if where else str(error)) for error in field.errors]
    return found
