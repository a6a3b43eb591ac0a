"""A group without an account, as its desk writes it down."""

from typing import Any

from django import forms

from members.models import Organisation, RelayedGroup
from members.models.relay import GROUP_KIND
from members.relayed_groups import alike
from members.transitions.relay import GROUP_FIELDS
from tomoiki.places.lookups import choices_by_region
from tomoiki.places.models import Municipality
from tomoiki.vocabulary.lists import choices, labels
from tomoiki.web.fields import KanaField, PhoneField, TextField


class GroupForm(forms.Form):
    """One group of ``desk``. A name that is on the list in another spelling is shown before it is taken."""

    use_required_attribute = False

    name = TextField(
        label="団体の名前", max_length=120, help_text="ふだん使っている名前を書いてください。例：海風町内会"
    )
    name_kana = KanaField(
        label="名前のフリガナ",
        required=False,
        max_length=160,
        help_text="一覧の並びと、回覧板のふりがなに使います。例：ウミカゼチョウナイカイ",
    )
    kind = forms.ChoiceField(label="種類", error_messages={"required": "種類を選んでください。"})
    municipality = forms.ChoiceField(label="市区町村", error_messages={"required": "市区町村を選んでください。"})
    district = TextField(
        label="地区", required=False, max_length=80, help_text="例：東地区、第3ブロック、海風1丁目から3丁目"
    )
    contact_name = TextField(
        label="連絡先のお名前",
        required=False,
        max_length=60,
        help_text="会長さんなど。この窓口の担当者と事務局だけが読みます。",
    )
    contact_phone = PhoneField(
        label="連絡先の電話番号", required=False, help_text="この窓口の担当者と事務局だけが読みます。"
    )
    note = TextField(
        label="メモ",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="連絡しやすい時間など。この窓口の担当者と事務局だけが読みます。",
    )
    another = forms.BooleanField(label="上の団体とは別の団体です", required=False)

    def __init__(self, *args: Any, desk: Organisation, group: RelayedGroup | None = None, **kwargs: Any) -> None:
        self.desk = desk
        self.group = group
        #: Those on the list that may be the same; filled while the form is cleaned.
        self.alike: list[RelayedGroup] = []
        kwargs["initial"] = {**_initial(desk, group), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        kinds, places = self.fields["kind"], self.fields["municipality"]
        kinds.choices = [("", "選んでください"), *self._kinds()]  # type: ignore[attr-defined]
        places.choices = [("", "選んでください"), *choices_by_region()]  # type: ignore[attr-defined]

    def _kinds(self) -> list[tuple[str, str]]:
        """Those on offer, and the one that the group bears from before."""
        offered = choices(GROUP_KIND)
        kept = self.group.kind if self.group else ""
        if kept and kept not in dict(offered):
            offered.append((kept, labels(GROUP_KIND).get(kept, kept)))
        return offered

    def clean_municipality(self) -> Municipality | None:
        return Municipality.objects.filter(code=self.cleaned_data["municipality"]).first()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        name = cleaned.get("name")
        if not name or (self.group is not None and self.group.name == name):
            return cleaned
        found = alike(self.desk, name, besides=self.group.pk if self.group else None)
        if any(each.active and each.name == name for each in found):
            self.add_error("name", "この名前の団体は、もう一覧にあります。")
        elif found and not cleaned.get("another"):
            self.alike = found
            self.add_error(None, "よく似た名前の団体が、一覧にあります。同じ団体でないか、お確かめください。")
        return cleaned

    def values(self) -> dict[str, Any]:
        """What ``add_group`` and ``update_group`` take."""
        return {name: self.cleaned_data[name] for name in GROUP_FIELDS}


def _initial(desk: Organisation, group: RelayedGroup | None) -> dict[str, Any]:
    if group is None:
        return {"municipality": desk.municipality.code if desk.municipality else ""}
    values = {name: getattr(group, name) for name in GROUP_FIELDS}
    return {**values, "municipality": group.municipality.code}
