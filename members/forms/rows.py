"""Rows inside a form that work without JavaScript: a few empty ones, a box to take one away, a button for more."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from members.models import Branch, Organisation
from members.profiles.branches import MOST_BRANCHES, BranchRow
from members.profiles.links import LABEL_LENGTH, MOST_LINKS, WebAddressField
from tomoiki.places.lookups import choices_by_region
from tomoiki.places.models import Municipality
from tomoiki.web.fields import TextField


class RowForm(forms.Form):
    """One row; one in which nothing stands is none."""

    use_required_attribute = False
    # What is required is so only of a row in which something stands.
    quiet_labels = True
    taken_away: ClassVar[str] = "この行を外す"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "empty_permitted": True})

    def asked(self) -> list[forms.BoundField]:
        """The visible fields; only a row in which something stands can be taken away."""
        stands = self.is_bound or bool(self.initial)
        return [field for field in self.visible_fields() if stands or field.name != "DELETE"]

    @property
    def number(self) -> int:
        """Which row it is, from 1: told to those who do not see the rows above each other."""
        return int((self.prefix or "0").rpartition("-")[2]) + 1


class RowsFormSet(forms.BaseFormSet[RowForm]):
    """The rows of one page. A subclass says what is stored, and what the transition takes."""

    #: The name under which ``update_profile`` takes them, and the prefix of their fields.
    name: ClassVar[str] = ""
    most: ClassVar[int] = 0
    #: How many empty ones there are to begin with, and how many the button adds.
    more: ClassVar[int] = 2

    form = RowForm
    extra = 0
    can_order = False
    can_delete = True
    can_delete_extra = True
    min_num = 0
    validate_min = False
    validate_max = False
    edit_only = False
    renderer = None

    def __init_subclass__(cls) -> None:
        cls.max_num = cls.most
        # Whoever sends more is told so by the transition, and never makes this portal build them all.
        cls.absolute_max = cls.most + 20

    def add_fields(self, form: RowForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["DELETE"].label = form.taken_away

    @classmethod
    def stored(cls, organisation: Organisation) -> list[dict[str, Any]]:
        """The rows as they stand in the form when it is opened."""
        raise NotImplementedError

    @classmethod
    def opened(cls, organisation: Organisation) -> "RowsFormSet":
        """The stored rows, with some empty ones."""
        rows = cls.stored(organisation)
        return cls._of(rows, 1 if rows else cls.more)

    @classmethod
    def with_more(cls, data: QueryDict) -> "RowsFormSet":
        """What was typed, without complaints, with more empty rows."""
        typed = cls(data, prefix=cls.name)
        rows = [
            {
                name: field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
                for name, field in form.fields.items()
            }
            for form in typed.forms
        ]
        return cls._of([row for row in rows if any(row.values())], cls.more)

    @classmethod
    def _of(cls, rows: list[dict[str, Any]], extra: int) -> "RowsFormSet":
        formset = cls(initial=rows, prefix=cls.name)
        formset.extra = min(extra, cls.most - len(rows))
        return formset

    @property
    def full(self) -> bool:
        """Whether no more rows may be added."""
        return self.total_form_count() >= self.most

    def staying(self) -> list[RowForm]:
        """The rows that are not taken away."""
        return [form for form in self.forms if not getattr(form, "cleaned_data", {}).get("DELETE")]

    def filled(self) -> list[Mapping[str, Any]]:
        """The cleaned rows in which something stands and which are not taken away."""
        rows = [form.cleaned_data for form in self.forms if form.has_changed()]
        return [row for row in rows if not row.get("DELETE")]

    def values(self) -> Any:
        """What ``update_profile`` takes."""
        raise NotImplementedError

    def as_lines(self) -> list[str]:
        """The typed rows in words, to be compared by whoever typed them."""
        raise NotImplementedError

    @classmethod
    def lines_of(cls, organisation: Organisation) -> list[str]:
        """The stored rows in the same words."""
        raise NotImplementedError


class LinkRow(RowForm):
    label = TextField(label="ページの名前", required=False, max_length=LABEL_LENGTH, help_text="例：活動のブログ")
    url = WebAddressField(label="アドレス", error_messages={"required": "アドレスを入力してください。"})

    taken_away = "このリンクを外す"


class LinkRows(RowsFormSet):
    name = "links"
    most = MOST_LINKS
    form = LinkRow

    @classmethod
    def stored(cls, organisation: Organisation) -> list[dict[str, Any]]:
        return [{"label": link.get("label", ""), "url": link.get("url", "")} for link in organisation.links]

    def values(self) -> list[dict[str, str]]:
        return [{"label": row.get("label", ""), "url": row["url"]} for row in self.filled()]

    def as_lines(self) -> list[str]:
        return [_link_line(row) for row in self.values()]

    @classmethod
    def lines_of(cls, organisation: Organisation) -> list[str]:
        return [_link_line(row) for row in cls.stored(organisation)]


def _link_line(row: Mapping[str, str]) -> str:
    return f"{row['label']} {row['url']}".strip()


class _Number(forms.IntegerField):
    """Which stored row this is; it alone does not make a row."""

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class BranchRowForm(RowForm):
    pk = _Number(required=False, widget=forms.HiddenInput)
    name = TextField(label="名前", max_length=80, error_messages={"required": "名前を入力してください。"})
    municipality = forms.ChoiceField(label="市区町村", error_messages={"required": "市区町村を選んでください。"})
    note = TextField(label="ひとこと", required=False, max_length=120, help_text="例：駅前。集会室があります。")

    taken_away = "この場所を外す"


class BranchRows(RowsFormSet):
    name = "branches"
    most = MOST_BRANCHES
    form = BranchRowForm

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Asked once for all rows.
        self._places = [("", "選んでください"), *choices_by_region()]

    def add_fields(self, form: RowForm, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["municipality"].choices = self._places  # type: ignore[attr-defined]

    def clean(self) -> None:
        numbers = [row["pk"] for row in self.filled() if row.get("pk") is not None]
        if len(numbers) != len(set(numbers)):
            raise ValidationError("同じ場所が二度あります。ページを開き直してください。")

    @classmethod
    def stored(cls, organisation: Organisation) -> list[dict[str, Any]]:
        return [
            {"pk": branch.pk, "name": branch.name, "municipality": branch.municipality.code, "note": branch.note}
            for branch in organisation.branches.select_related("municipality")
        ]

    def values(self) -> list[BranchRow]:
        rows = self.filled()
        wanted = {row["municipality"] for row in rows}
        places = {place.code: place for place in Municipality.objects.filter(code__in=wanted)}
        return [BranchRow(row["name"], places[row["municipality"]], row.get("note", ""), row.get("pk")) for row in rows]

    def as_lines(self) -> list[str]:
        return [_branch_line(row) for row in self.values()]

    @classmethod
    def lines_of(cls, organisation: Organisation) -> list[str]:
        return [_branch_line(row) for row in organisation.branches.select_related("municipality")]


def _branch_line(row: BranchRow | Branch) -> str:
    return "　".join(filter(None, [row.name, row.municipality.name, row.note]))
