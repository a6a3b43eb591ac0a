"""Stored uploads: names that cannot be guessed, bytes that go when they are no longer wanted."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from tests.factories.matching import PostFactory
from tests.factories.members import UserFactory
from tests.files.samples import PDF, office, picture, upload
from tomoiki.files.checks import models_without_access
from tomoiki.files.enums import FileKind
from tomoiki.files.models import StoredFile
from tomoiki.files.tasks import remove_orphans
from tomoiki.files.uploads import DOCUMENTS, PICTURES, UploadRefused, clean_name, store_upload

pytestmark = pytest.mark.django_db


def test_neither_the_address_nor_the_name_on_disk_can_be_guessed() -> None:
    person = UserFactory()
    first, second = (store_upload(upload(picture()), by=person) for _ in range(2))
    assert first.token != second.token
    assert len(first.token) >= 32
    assert first.token not in str(first.content.name)
    assert re.fullmatch(r"uploads/[0-9a-f]{2}/[0-9a-f]{40}\.jpg", str(first.content.name))
    assert str(first.content.name) != str(second.content.name)
    assert first.uploaded_by == person
    assert first.url == f"/files/{first.token}/"


def test_everything_is_stored_outside_the_web_root_and_readable_to_the_portal_alone() -> None:
    stored = store_upload(upload(picture(1600, 900)), by=None)
    assert stored.storage_names() == [
        str(stored.content.name),
        stored.variant_path("480"),
        stored.variant_path("1200"),
    ]
    for name in stored.storage_names():
        path = Path(default_storage.path(name))
        assert path.is_file()
        assert path.stat().st_mode & 0o077 == 0
    root = Path(default_storage.path(""))
    served = [Path(settings.STATIC_ROOT), *(Path(str(folder)) for folder in settings.STATICFILES_DIRS)]
    assert not any(root.is_relative_to(folder) or folder.is_relative_to(root) for folder in served)


def test_size_checksum_and_dimensions_are_those_of_what_was_kept() -> None:
    stored = store_upload(upload(picture(640, 480)), by=None)
    with stored.content.open() as kept:
        content = kept.read()
    assert stored.size == len(content)
    assert (stored.kind, stored.width, stored.height) == (FileKind.IMAGE, 640, 480)
    assert stored.variants == {"480": [480, 360]}
    assert stored.small_url == f"{stored.url}480/"
    assert stored.large_url == stored.url


def test_the_declared_type_and_the_name_play_no_part() -> None:
    stored = store_upload(upload(PDF, name="猫.jpg", content_type="image/jpeg"), by=None)
    assert (stored.kind, stored.content_type, stored.name) == (FileKind.PDF, "application/pdf", "猫.pdf")


@pytest.mark.parametrize(
    ("allow", "content", "words"),
    [
        (PICTURES, PDF, "写真（JPEG、PNG）"),
        (DOCUMENTS, picture(), "PDFか"),
        ({FileKind.PDF}, office(), "受け取れません"),
    ],
)
def test_a_field_takes_only_what_it_asks_for(allow: frozenset[FileKind], content: bytes, words: str) -> None:
    with pytest.raises(UploadRefused, match=words):
        store_upload(upload(content), by=None, allow=allow)
    assert not StoredFile.objects.exists()


def test_a_size_that_lies_is_noticed() -> None:
    sent = upload(b"\xff\xd8" + b"\x00" * (10 * 1024 * 1024))
    sent.size = 10
    with pytest.raises(UploadRefused, match="10MBまで"):
        store_upload(sent, by=None)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("夏祭りのちらし.PDF", "夏祭りのちらし.pdf"),
        ("C:\\Users\\mori\\ちらし.pdf", "ちらし.pdf"),
        ("../../etc/passwd", "passwd.pdf"),
        ("ちらし\u202efdp.exe", "ちらしfdp.pdf"),
        ('a"b<c>d|e.pdf', "abcde.pdf"),
        ("第1回. 資料", "第1回. 資料.pdf"),
        ("", "ファイル.pdf"),
        ("...", "ファイル.pdf"),
        ("か\u3099くしゅう会.pdf", "がくしゅう会.pdf"),
        ("長" * 300 + ".pdf", "長" * 100 + ".pdf"),
    ],
)
def test_a_name_keeps_its_words_and_loses_what_could_mislead(typed: str, kept: str) -> None:
    assert clean_name(typed, "pdf") == kept


def test_the_bytes_go_with_the_row_once_that_is_certain(django_capture_on_commit_callbacks) -> None:
    stored = store_upload(upload(picture(1600, 900)), by=None)
    names = stored.storage_names()
    with django_capture_on_commit_callbacks(execute=False), transaction.atomic():
        stored.delete()
    assert all(default_storage.exists(name) for name in names)
    again = store_upload(upload(picture(1600, 900)), by=None)
    names = again.storage_names()
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        again.delete()
    assert not any(default_storage.exists(name) for name in names)


def test_what_nothing_refers_to_goes_after_a_day(django_capture_on_commit_callbacks) -> None:
    old = timezone.now() - timedelta(hours=25)
    used, unused, fresh = (store_upload(upload(picture()), by=None) for _ in range(3))
    PostFactory(photo=used, photo_alt="赤と青")
    StoredFile.objects.filter(pk__in=[used.pk, unused.pk]).update(created_at=old)
    with django_capture_on_commit_callbacks(execute=True):
        assert remove_orphans() == 1
    assert set(StoredFile.objects.all()) == {used, fresh}
    assert not default_storage.exists(str(unused.content.name))


def test_bytes_that_no_row_names_go_as_well(monkeypatch: pytest.MonkeyPatch) -> None:
    stored = store_upload(upload(picture()), by=None)
    folder = Path(default_storage.path(str(stored.content.name))).parent
    lost = folder / ("0" * 40 + ".jpg")
    lost.write_bytes(b"lost")
    monkeypatch.setattr(default_storage, "get_modified_time", lambda name: timezone.now() - timedelta(days=2))
    remove_orphans()
    assert not lost.exists()
    assert default_storage.exists(str(stored.content.name))


def test_every_model_with_files_says_who_may_read_them() -> None:
    assert models_without_access() == []
