"""Uploads in forms: kept when the form comes back, taken away when asked, never another person's."""

from datetime import timedelta
from typing import Any

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from members.models import User
from tests.factories.members import UserFactory
from tests.files.samples import PDF, picture, upload
from tomoiki.files import fields
from tomoiki.files.fields import FileUploadField, ImageUploadField, MultipleFileField, TakesUploads, keep, kept
from tomoiki.files.models import StoredFile
from tomoiki.files.tasks import ORPHANED_AFTER
from tomoiki.files.uploads import store_upload

pytestmark = pytest.mark.django_db


class PhotoForm(TakesUploads, forms.Form):
    title = forms.CharField()
    photo = ImageUploadField(label="写真", required=False)


class PapersForm(TakesUploads, forms.Form):
    papers = MultipleFileField(label="資料", max_files=2, required=False)


class MustForm(TakesUploads, forms.Form):
    paper = FileUploadField(label="資料")


def files(**values: SimpleUploadedFile | list[SimpleUploadedFile]) -> MultiValueDict[str, Any]:
    return MultiValueDict({name: value if isinstance(value, list) else [value] for name, value in values.items()})


def post(**values: str | list[str]) -> QueryDict:
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data.setlist(name.replace("__", "-"), value if isinstance(value, list) else [value])
    return data


@pytest.fixture
def person() -> User:
    return UserFactory()


def test_a_photo_becomes_a_stored_file(person: User) -> None:
    form = PhotoForm(post(title="部屋"), files(photo=upload(picture())), uploader=person)
    assert form.is_valid(), form.errors
    photo = form.cleaned_data["photo"]
    assert isinstance(photo, StoredFile)
    assert photo.uploaded_by == person


def test_a_photo_survives_an_error_in_another_field(person: User) -> None:
    first = PhotoForm(post(title=""), files(photo=upload(picture(), name="部屋.jpg")), uploader=person)
    assert not first.is_valid()
    html = str(first["photo"])
    stored = StoredFile.objects.get()
    assert "部屋.jpg" in html
    assert stored.small_url in html
    assert 'name="photo-kept"' in html
    again = PhotoForm(post(title="部屋", photo__kept=keep(stored)), files(), uploader=person)
    assert again.is_valid(), again.errors
    assert again.cleaned_data["photo"] == stored
    assert StoredFile.objects.count() == 1


def test_a_kept_photo_is_given_back_to_its_sender_only(person: User) -> None:
    stored = store_upload(upload(picture()), by=person)
    assert kept(keep(stored), uploader=person) == stored
    assert kept(keep(stored), uploader=UserFactory()) is None
    assert kept(keep(stored), uploader=None) is None
    assert kept(keep(stored) + "x", uploader=person) is None
    form = PhotoForm(post(title="部屋", photo__kept=keep(stored)), files(), uploader=UserFactory())
    assert not form.is_valid()
    assert "もう一度選んでください" in str(form.errors["photo"])


def test_a_photo_is_not_kept_for_ever(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    text = keep(store_upload(upload(picture()), by=person))
    monkeypatch.setattr(fields, "KEPT_FOR", timedelta(seconds=-1))
    assert kept(text, uploader=person) is None


def test_the_photo_of_an_object_stays_is_taken_away_or_replaced(person: User) -> None:
    stored = store_upload(upload(picture()), by=person)

    def form(data: QueryDict, sent: MultiValueDict[str, Any] | None = None) -> PhotoForm:
        made = PhotoForm(data, sent or files(), uploader=person, initial={"photo": stored.pk})
        assert made.is_valid(), made.errors
        return made

    assert form(post(title="部屋")).cleaned_data["photo"] == stored
    assert form(post(title="部屋", photo__drop=stored.token)).cleaned_data["photo"] is None
    replaced = form(post(title="部屋"), files(photo=upload(picture(), name="新しい部屋.jpg"))).cleaned_data["photo"]
    assert replaced.name == "新しい部屋.jpg"


def test_a_colleague_opens_and_saves_a_form_with_somebody_elses_photo(person: User) -> None:
    stored = store_upload(upload(picture()), by=person)
    html = str(PhotoForm(initial={"photo": stored}, uploader=UserFactory())["photo"])
    assert stored.name in html
    # What is stored already needs no keeping, and only its sender could have it kept.
    assert "photo-kept" not in html
    form = PhotoForm(post(title="部屋"), files(), uploader=UserFactory(), initial={"photo": stored})
    assert form.is_valid()
    assert form.cleaned_data["photo"] == stored


def test_a_refused_file_is_named_beside_the_field(person: User) -> None:
    form = PhotoForm(post(title="部屋"), files(photo=upload(b"<svg/>", name="a.jpg")), uploader=person)
    assert not form.is_valid()
    assert form.errors["photo"] == [
        "この種類のファイルは受け取れません。写真（JPEG、PNG）、PDF、Word・Excel・PowerPointのファイルを選んでください。"
    ]
    assert not StoredFile.objects.exists()


def test_several_papers_up_to_a_number(person: User) -> None:
    form = PapersForm(post(), files(papers=[upload(PDF, "一.pdf"), upload(PDF, "二.pdf")]), uploader=person)
    assert form.is_valid(), form.errors
    first, second = form.cleaned_data["papers"]
    assert [first.name, second.name] == ["一.pdf", "二.pdf"]
    too_many = PapersForm(
        post(papers__kept=[keep(first), keep(second)]), files(papers=[upload(PDF, "三.pdf")]), uploader=person
    )
    assert not too_many.is_valid()
    assert too_many.errors["papers"] == ["ファイルは2個までです。"]
    # What was there is shown again, so that one can be taken away.
    assert "一.pdf" in str(too_many["papers"])
    swapped = PapersForm(
        post(papers__kept=[keep(first), keep(second)], papers__drop=[first.token]),
        files(papers=[upload(PDF, "三.pdf")]),
        uploader=person,
    )
    assert swapped.is_valid(), swapped.errors
    assert [paper.name for paper in swapped.cleaned_data["papers"]] == ["二.pdf", "三.pdf"]


def test_one_refused_paper_is_named_and_the_others_are_kept(person: User) -> None:
    form = PapersForm(post(), files(papers=[upload(PDF, "一.pdf"), upload(b"MZ", "悪.exe")]), uploader=person)
    assert not form.is_valid()
    assert "「悪.exe」" in str(form.errors["papers"])
    assert "一.pdf" in str(form["papers"])


def test_a_required_paper_is_asked_for(person: User) -> None:
    form = MustForm(post(), files(), uploader=person)
    assert form.errors["paper"] == ["ファイルを選んでください。"]
    stored = store_upload(upload(PDF), by=person)
    emptied = MustForm(post(paper__drop=stored.token), files(), uploader=person, initial={"paper": stored})
    assert emptied.errors["paper"] == ["ファイルを選んでください。"]


def test_a_field_says_what_it_takes() -> None:
    assert FileUploadField().help_text == "写真（JPEG、PNG）、PDF、Word・Excel・PowerPoint。10MBまで。"
    assert ImageUploadField().help_text == "写真（JPEG、PNG）。10MBまで。"
    assert MultipleFileField().help_text == "写真（JPEG、PNG）、PDF、Word・Excel・PowerPoint。10MBまで、5個まで。"
    assert 'accept="image/jpeg,image/png,image/webp,image/gif"' in str(PhotoForm()["photo"])


def test_a_kept_upload_outlives_every_form_that_keeps_it() -> None:
    assert fields.KEPT_FOR < ORPHANED_AFTER
