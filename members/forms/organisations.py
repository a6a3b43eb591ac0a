"""What is asked about an organisation: when it registers, and when its people keep it up to date."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as InvalidNumber
from stdnum.jp import cn

from members import duplicates, gbizid
from members.enums import OrganisationKind
from members.models import Organisation
from tomoiki.places.lookups import Choices, choices_by_region
from tomoiki.places.models import Municipality
from tomoiki.places.postal import lookup_postal_code
from tomoiki.text.typed import Unreadable, read_corporate_number, read_web_address
from tomoiki.web.fields import HoneypotField, KanaField, PhoneField, PostalCodeField, TextField
from tomoiki.web.widgets import CardRadioSelect

OUTSIDE = "outside"


class CorporateNumberField(forms.CharField):
    """A 法人番号 of 13 digits with its check digit; full width, hyphens and the T of an invoice number are taken."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20)
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}))
        super().__init__(**kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {**super().widget_attrs(widget), "class": "input--code input--corporate-number"}

    def to_python(self, value: Any) -> str:
        try:
            text = read_corporate_number(super().to_python(value) or "")
        except Unreadable as error:
            raise ValidationError(
                "法人番号は13けたの数字です。分からないときは、空欄のままでかまいません。", code="invalid"
            ) from error
        if not text:
            return ""
        try:
            return str(cn.validate(text))
        except InvalidChecksum as error:
            raise ValidationError(
                "数字のどこかが違うようです。国税庁の法人番号公表サイトなどで、もう一度お確かめください。",
                code="checksum",
            ) from error
        except InvalidNumber as error:
            raise ValidationError("法人番号として読み取れませんでした。", code="invalid") from error


class WebsiteField(forms.URLField):
    """An address on the web; https:// is added when it was left out."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(assume_scheme="https", max_length=200, **kwargs)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(read_web_address(value) if isinstance(value, str) else value) or "")


def municipality_choices() -> list[tuple[str, str] | tuple[str, list[tuple[str, str]]]]:
    """Every municipality by region, and one choice for everywhere else."""
    regions: Choices = choices_by_region()
    return [("", "選んでください"), *regions, (OUTSIDE, "神奈川県の外")]


@dataclass(frozen=True)
class PostalAnswer:
    """What the button 住所を調べる found, for the page without JavaScript."""

    found: bool
    text: str


class AddressForm(forms.Form):
    """A form with a place: postal code, municipality, address and the button that looks a postal code up."""

    postal_code = PostalCodeField(required=False)
    municipality = forms.ChoiceField(
        label="市区町村", help_text="活動の中心になる場所を選んでください。", choices=municipality_choices
    )
    address = TextField(
        label="住所",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "street-address"}),
    )

    def clean_municipality(self) -> Municipality | None:
        code = self.cleaned_data["municipality"]
        return None if code == OUTSIDE else Municipality.objects.get(code=code)

    @classmethod
    def after_lookup(cls, data: Mapping[str, Any], **kwargs: Any) -> "tuple[AddressForm, PostalAnswer]":
        """The form as it was typed, without complaints, with the address that belongs to its postal code."""
        typed = cls(data, **kwargs)
        values = {
            name: field.widget.value_from_datadict(typed.data, typed.files, typed.add_prefix(name))
            for name, field in typed.fields.items()
        }
        answer = _fill_address(values)
        kwargs["initial"] = {**kwargs.get("initial", {}), **values}
        return cls(**kwargs), answer


def _fill_address(values: dict[str, Any]) -> PostalAnswer:
    address = lookup_postal_code(str(values.get("postal_code") or ""))
    if address is None:
        return PostalAnswer(False, "この郵便番号の住所は見つかりませんでした。住所を直接入力してください。")
    values["municipality"] = address.municipality.code if address.municipality else OUTSIDE
    typed = str(values.get("address") or "")
    # Whoever has typed a house number already keeps it.
    if re.search(r"[0-9０-９]", typed) and not typed.startswith(address.line):
        return PostalAnswer(True, "市区町村を入れました。住所は、入力されているものをそのままにしました。")
    if not typed.startswith(address.line):
        values["address"] = address.line
    return PostalAnswer(True, "住所を入れました。続けて、番地や建物名を入力してください。")


class OrganisationForm(AddressForm):
    """The first screen of registering, and what is mended after staff returned it."""

    kind = forms.ChoiceField(
        label="どのような団体ですか",
        choices=OrganisationKind.choices,
        widget=CardRadioSelect(
            descriptions={kind.value: kind.invitation for kind in OrganisationKind},
            icons={kind.value: kind.value for kind in OrganisationKind},
            two_columns=True,
        ),
        error_messages={"required": "団体の種類を一つ選んでください。"},
    )
    kind_other = TextField(
        label="「その他」を選んだ方：どのような団体ですか",
        help_text="例：学校法人、医療法人、商店会、任意団体",
        required=False,
        max_length=60,
    )
    name = TextField(
        label="団体名",
        help_text="正式な名前を入力してください。例：NPO法人 みどりの縁側",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    name_kana = KanaField(label="団体名のフリガナ", help_text="例：ミドリノエンガワ", max_length=160)
    corporate_number = CorporateNumberField(
        label="法人番号",
        help_text="13けたの数字です。法人でない団体や、分からないときは、空欄のままでかまいません。",
        required=False,
    )
    phone = PhoneField(label="代表電話", required=False)
    website = WebsiteField(label="ウェブサイト", help_text="例：https://midori.example", required=False)
    description = TextField(
        label="活動の紹介",
        help_text="ふだんの活動を1、2行で教えてください。あとから書き足せます。",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    nickname = HoneypotField()

    field_order = (
        "kind",
        "kind_other",
        "name",
        "name_kana",
        "corporate_number",
        "postal_code",
        "municipality",
        "address",
        "phone",
        "website",
        "description",
    )

    def __init__(
        self, *args: Any, besides: int | None = None, claims: gbizid.Claims | None = None, **kwargs: Any
    ) -> None:
        #: The organisation that is mended, which is no double of itself.
        self.besides = besides
        super().__init__(*args, **kwargs)
        if claims is not None:
            self._take_from_gbizid(name=claims.organisation, corporate_number=claims.corporate_number)

    def _take_from_gbizid(self, **values: str) -> None:
        """Show what GビズID vouches for; whatever a browser sends in its place is not read."""
        for name, value in values.items():
            field = self.fields[name]
            field.disabled = True
            field.initial = self.initial[name] = value
            field.help_text = "GビズIDから受け取りました。ここでは変えられません。"

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("kind") == OrganisationKind.OTHER:
            if not data.get("kind_other") and "kind_other" not in self.errors:
                self.add_error("kind_other", "どのような団体かを、短く書いてください。")
        else:
            data["kind_other"] = ""
        return data

    def certain_double(self) -> Organisation | None:
        """The organisation that has this 法人番号."""
        return duplicates.same_number(self.cleaned_data["corporate_number"], besides=self.besides)

    def possible_doubles(self) -> list[Organisation]:
        """Those with this name, hereabouts."""
        return duplicates.same_name(self.cleaned_data["name"], self.cleaned_data["municipality"], besides=self.besides)

    def values(self) -> dict[str, Any]:
        """What ``register_organisation`` and ``resubmit_organisation`` take."""
        return {name: value for name, value in self.cleaned_data.items() if name != "nickname"}

    def typed(self) -> dict[str, Any]:
        """The valid answers as a draft may keep them, to be given to a form again."""
        place = self.cleaned_data["municipality"]
        return {**self.values(), "municipality": place.code if place else OUTSIDE}


def application_initial(organisation: Organisation) -> dict[str, Any]:
    """What stands in the form about ``organisation`` when its application is mended."""
    place = organisation.municipality
    asked = [name for name in OrganisationForm.base_fields if name != "nickname"]
    return {
        **{name: getattr(organisation, name) for name in asked},
        "municipality": place.code if place else OUTSIDE,
    }
