"""One renderer draws every form: label, mark, help, control, error, and a summary that leads to each error."""

import re
from html.parser import HTMLParser
from pathlib import Path

import django_filters
from django import forms
from django.conf import settings
from django.contrib.auth.models import Permission
from django.core.files.base import ContentFile
from django.template import Context, Template
from django.utils.html import format_html

from tomoiki.web.fields import HoneypotField, JapaneseDateTimeField, JapaneseIntegerField, StoredFileField
from tomoiki.web.widgets import (
    CardRadioSelect,
    ChipCheckboxSelect,
    NativeDateInput,
    NativeDateTimeInput,
    NativeTimeInput,
    PhotoInput,
)

Attributes = dict[str, str | None]


class Page(HTMLParser):
    """The elements of a piece of HTML, each as (tag, attributes)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Attributes]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def all(self, tag: str) -> list[Attributes]:
        return [attrs for name, attrs in self.elements if name == tag]

    def ids(self) -> list[str]:
        return [str(attrs["id"]) for _, attrs in self.elements if "id" in attrs]

    def by_id(self, wanted: str) -> Attributes:
        return next(attrs for _, attrs in self.elements if attrs.get("id") == wanted)


class PostForm(forms.Form):
    title = forms.CharField(label="見出し", max_length=40, help_text="例：子どもが立ち寄れる部屋")
    note = forms.CharField(label="メモ", required=False, max_length=100, widget=forms.Textarea)
    people = JapaneseIntegerField(label="人数", unit="人", required=False)
    kind = forms.ChoiceField(
        label="種類",
        choices=[("place", "場所"), ("food", "食べもの")],
        widget=CardRadioSelect(descriptions={"place": "部屋や庭"}, icons={"place": "place"}),
    )
    themes = forms.MultipleChoiceField(
        label="テーマ", choices=[("children", "子ども")], required=False, widget=ChipCheckboxSelect
    )
    moment = JapaneseDateTimeField(label="日時", required=False)
    agree = forms.BooleanField(label="規約に同意します")
    website = HoneypotField()


def drawn(form: object) -> str:
    return Template("{{ form }}").render(Context({"form": form}))


def test_every_label_says_whether_the_field_is_needed() -> None:
    html = drawn(PostForm())
    marks = dict(re.findall(r'field__label"[^>]*>([^<]+)<span class="requirement[^>]*>(※..)</span>', html))
    assert marks == {
        "見出し": "※必須",
        "メモ": "※任意",
        "人数": "※任意",
        "種類": "※必須",
        "テーマ": "※任意",
        "日時": "※任意",
    }


def test_every_visible_control_has_a_name_of_its_own() -> None:
    page = Page(drawn(PostForm()))
    labelled = {attrs["for"] for attrs in page.all("label")}
    for attrs in [*page.all("input"), *page.all("textarea")]:
        assert attrs["id"] in labelled or attrs.get("aria-label"), attrs


def test_help_that_names_what_people_wrote_is_text_and_a_forms_own_link_a_link() -> None:
    class Named(forms.Form):
        quantity = forms.CharField(help_text="「<form action=/x>」のあと3人ぶん")
        terms = forms.CharField(help_text=format_html('<a href="{}">読む</a>', "/terms/"))

    html = str(Named())
    assert "「&lt;form action=/x&gt;」のあと3人ぶん" in html
    assert '<a href="/terms/">読む</a>' in html


def test_help_stands_above_the_control_and_is_read_with_it() -> None:
    html = drawn(PostForm())
    assert html.index("例：子どもが立ち寄れる部屋") < html.index('name="title"')
    page = Page(html)
    assert page.by_id("id_title")["aria-describedby"] == "id_title_helptext"
    assert "id_title_helptext" in page.ids()


def test_an_error_stands_below_is_read_with_the_control_and_marks_it() -> None:
    html = drawn(PostForm({"title": ""}))
    page = Page(html)
    control = page.by_id("id_title")
    assert control["aria-invalid"] == "true"
    assert str(control["aria-describedby"]).split() == ["id_title_helptext", "id_title_error"]
    assert "id_title_error" in page.ids()
    assert html.index('name="title"') < html.index('id="id_title_error"')


def test_the_summary_counts_the_errors_and_leads_to_each_control() -> None:
    form = PostForm({"title": "", "people": "たくさん"})
    page = Page(drawn(form))
    links = [str(attrs["href"]).removeprefix("#") for attrs in page.all("a")]
    assert links == ["id_title", "id_people", "id_kind_0", "id_agree"]
    assert set(links) <= set(page.ids())
    assert "入力を確かめてください（4か所）" in drawn(form)


def test_an_error_of_the_whole_form_is_in_the_summary_without_a_link() -> None:
    form = PostForm({"title": "a", "kind": "place", "agree": "on"})
    form.add_error(None, "同じ投稿がもうあります。")
    html = drawn(form)
    assert "<li>同じ投稿がもうあります。</li>" in html
    assert html.count("同じ投稿がもうあります。") == 1


def test_a_form_without_errors_has_no_summary() -> None:
    assert "error-summary" not in drawn(PostForm())
    assert "error-summary" not in drawn(PostForm({"title": "a", "kind": "place", "agree": "on"}))


def test_what_was_typed_is_kept() -> None:
    page = Page(drawn(PostForm({"people": "たくさん", "kind": "food", "moment_0": "あした", "moment_1": "14:00"})))
    assert page.by_id("id_people")["value"] == "たくさん"
    assert "checked" in page.by_id("id_kind_1")
    assert page.by_id("id_moment_0")["value"] == "あした"


def test_what_was_typed_is_never_markup() -> None:
    html = drawn(PostForm({"title": "<script>alert(1)</script>" * 3}))
    assert "<script" not in html


def test_choices_are_one_group_whose_legend_is_the_label() -> None:
    html = drawn(PostForm({"title": "a"}))
    assert len(Page(html).all("fieldset")) == 3
    assert re.search(r'<fieldset aria-describedby="id_kind_error">\s*<legend class="field__label">種類', html)
    assert "部屋や庭" in html


def test_a_trap_for_programs_is_hidden_from_people_and_readers() -> None:
    html = drawn(PostForm())
    assert re.search(r'aria-hidden="true"><label for="id_website">', html)
    assert Page(html).by_id("id_website")["tabindex"] == "-1"


def test_an_identifier_is_given_once() -> None:
    ids = Page(drawn(PostForm({"title": ""}))).ids()
    assert len(ids) == len(set(ids))


def test_a_placeholder_that_repeats_the_label_is_left_out() -> None:
    class LoginForm(forms.Form):
        login = forms.CharField(label="メールアドレス", widget=forms.TextInput({"placeholder": "メールアドレス"}))
        code = forms.CharField(label="番号", widget=forms.TextInput({"placeholder": "123456"}))

    page = Page(drawn(LoginForm()))
    assert "placeholder" not in page.by_id("id_login")
    assert page.by_id("id_code")["placeholder"] == "123456"


def test_a_filter_of_django_filter_is_drawn_by_the_same_renderer() -> None:
    class PermissionFilter(django_filters.FilterSet):
        name = django_filters.CharFilter(label="名前")

        class Meta:
            model = Permission
            fields = ("name",)

    form = PermissionFilter({}, queryset=Permission.objects.none()).form
    form.quiet_labels = True
    html = drawn(form)
    assert 'class="field field--text"' in html
    assert "※" not in html


def test_forms_written_field_by_field_share_one_summary() -> None:
    forms_given = [PostForm({"title": ""}, prefix="a"), PostForm({"title": ""}, prefix="b")]
    html = Template('{% include "components/error_summary.html" with forms=forms %}').render(
        Context({"forms": forms_given})
    )
    assert 'href="#id_a-title"' in html
    assert 'href="#id_b-title"' in html


def test_a_formset_draws_its_management_form_and_each_form() -> None:
    html = drawn(forms.formset_factory(PostForm, extra=2)())
    assert 'name="form-TOTAL_FORMS"' in html
    assert 'name="form-1-title"' in html


def test_a_stored_file_is_shown_and_can_be_taken_away() -> None:
    class PhotoForm(forms.Form):
        photo = StoredFileField(label="写真", required=False)

    stored = ContentFile(b"x", name="heya.jpg")
    html = drawn(PhotoForm(initial={"photo": stored}))
    assert "いまのファイル：heya.jpg" in html
    assert 'name="photo-clear"' in html
    taken_away = PhotoForm({"photo-clear": "on"}, initial={"photo": stored})
    assert taken_away.is_valid()
    assert taken_away.cleaned_data["photo"] is False


def test_a_photo_may_come_from_the_camera() -> None:
    assert 'accept="image/jpeg' in PhotoInput().render("photo", None)
    assert "capture" not in PhotoInput().render("photo", None)
    assert 'capture="environment"' in PhotoInput(camera=True).render("photo", None)


def test_native_controls_are_given_what_browsers_understand() -> None:
    field = JapaneseDateTimeField()
    value = field.clean(["2027年4月1日", "午後2時"])
    html = NativeDateTimeInput().render("at", value)
    assert 'value="2027-04-01"' in html
    assert 'value="14:00"' in html
    assert (NativeDateInput.input_type, NativeTimeInput.input_type) == ("date", "time")


def test_no_part_with_a_form_is_included_without_its_context() -> None:
    """``only`` would leave the token behind that a browser must send back."""
    folder = Path(settings.BASE_DIR) / "templates"
    with_token = {
        str(each.relative_to(folder)) for each in folder.rglob("*.html") if "{% csrf_token %}" in each.read_text()
    }
    assert with_token
    included = re.compile(r'\{% include "([^"]+)"[^%]*\bonly %\}')
    lost = [
        f"{each.relative_to(folder)} includes {name}"
        for each in folder.rglob("*.html")
        for name in included.findall(each.read_text())
        if name in with_token
    ]
    assert lost == []
