"""Controls that Django does not bring: choices with a description, native dates, files that are already stored."""

from collections.abc import Mapping
from datetime import date, time
from typing import Any

from django import forms


class _Described:
    """Choices with an icon and a line on what each means.

    ``descriptions`` and ``icons`` are keyed by the choice's value; ``two_columns`` places two beside each other
    where there is room. ``shape`` is how they are drawn: cards, chips or list.
    """

    shape = "cards"

    def __init__(
        self,
        *args: Any,
        descriptions: Mapping[Any, str] | None = None,
        icons: Mapping[Any, str] | None = None,
        two_columns: bool = False,
        **kwargs: Any,
    ) -> None:
        self.descriptions = {str(key): text for key, text in (descriptions or {}).items()}
        self.icons = {str(key): name for key, name in (icons or {}).items()}
        self.two_columns = two_columns
        super().__init__(*args, **kwargs)

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)  # type: ignore[misc]
        option["description"] = self.descriptions.get(str(value), "")
        option["icon"] = self.icons.get(str(value), "")
        return option

    def get_context(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(*args, **kwargs)  # type: ignore[misc]
        context["widget"]["shape"] = self.shape
        context["widget"]["two_columns"] = self.two_columns
        return context


class CardRadioSelect(_Described, forms.RadioSelect):
    """One of several, each a card."""


class CardCheckboxSelect(_Described, forms.CheckboxSelectMultiple):
    """Any of several, each a card."""


class ChipCheckboxSelect(_Described, forms.CheckboxSelectMultiple):
    """Any of many short words, as chips in a row: themes, weekdays."""

    shape = "chips"


class IconCheckboxSelect(_Described, forms.CheckboxSelectMultiple):
    """Any of several as a plain list, each with its icon: for filters."""

    shape = "list"


class NativeDateInput(forms.DateInput):
    """The browser's own calendar; where there is none, a text field that reads what people write."""

    input_type = "date"

    def format_value(self, value: Any) -> str | None:
        return value.isoformat() if isinstance(value, date) else super().format_value(value)


class NativeTimeInput(forms.TimeInput):
    """The browser's own clock."""

    input_type = "time"

    def format_value(self, value: Any) -> str | None:
        return f"{value:%H:%M}" if isinstance(value, time) else super().format_value(value)


class NativeDateTimeInput(forms.SplitDateTimeWidget):
    """A day and a time beside each other, each named for those who do not see the group's label."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        parts = (NativeDateInput({"aria-label": "日にち"}), NativeTimeInput({"aria-label": "時刻"}))
        forms.MultiWidget.__init__(self, parts, attrs)


class StoredFileInput(forms.ClearableFileInput):
    """A file chooser that shows what is already stored.

    The initial value may be anything with ``name``, and with ``url`` where it can be opened; ``is_picture`` shows
    it. Ticking 「外す」 gives False as the cleaned value, as Django's own does.
    """

    clear_checkbox_label = "このファイルを外す"

    def is_initial(self, value: Any) -> bool:
        return bool(value) and bool(getattr(value, "name", ""))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        stored = context["widget"]["value"]
        try:
            url = getattr(stored, "url", "")
        except ValueError:
            # Django's private storage has no addresses; the name alone is shown.
            url = ""
        context["widget"]["stored_url"] = url
        context["widget"]["stored_name"] = getattr(stored, "name", "")
        context["widget"]["stored_picture"] = bool(url) and bool(getattr(stored, "is_picture", False))
        return context


class PhotoInput(StoredFileInput):
    """A chooser for pictures. A phone offers its camera and its album; with ``camera=True`` the camera at once."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, camera: bool = False) -> None:
        own: dict[str, Any] = {"accept": "image/jpeg,image/png,image/webp,image/heic,image/heif"}
        if camera:
            own["capture"] = "environment"
        super().__init__({**own, **(attrs or {})})
