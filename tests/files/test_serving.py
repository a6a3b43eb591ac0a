"""Who may read an upload, and with which headers it travels."""

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.files.storage import default_storage
from django.test import Client

from matching.enums import PostState, Visibility
from tests.factories.matching import PostFactory
from tests.factories.members import StaffFactory, UserFactory, member_of
from tests.files.samples import PDF, picture, upload
from tomoiki.files.access import can_read
from tomoiki.files.uploads import store_upload

pytestmark = pytest.mark.django_db


def test_an_upload_not_yet_used_belongs_to_its_sender_alone(client: Client) -> None:
    sender = UserFactory()
    stored = store_upload(upload(picture()), by=sender)
    assert can_read(sender, stored)
    assert not can_read(UserFactory(), stored)
    assert not can_read(AnonymousUser(), stored)
    assert client.get(stored.url).status_code == 404
    client.force_login(UserFactory())
    assert client.get(stored.url).status_code == 404
    client.force_login(sender)
    assert client.get(stored.url).status_code == 200


def test_an_upload_of_nobody_known_is_read_by_nobody() -> None:
    stored = store_upload(upload(picture()), by=AnonymousUser())
    assert not can_read(AnonymousUser(), stored)
    assert not can_read(UserFactory(), stored)


@pytest.mark.parametrize(
    ("state", "visibility", "who"),
    [
        (PostState.PUBLISHED, Visibility.PUBLIC, {"anonymous", "stranger", "member", "own", "staff"}),
        (PostState.PUBLISHED, Visibility.MEMBERS, {"member", "own", "staff"}),
        (PostState.SUBMITTED, Visibility.PUBLIC, {"own", "staff"}),
        (PostState.DRAFT, Visibility.PUBLIC, {"own"}),
    ],
)
def test_the_photo_of_a_post_is_seen_by_whoever_sees_the_post(
    client: Client, state: PostState, visibility: Visibility, who: set[str]
) -> None:
    sender = UserFactory()
    photo = store_upload(upload(picture()), by=sender)
    post = PostFactory(state=state, visibility=visibility, photo=photo, photo_alt="赤と青")
    people = {
        "anonymous": None,
        "stranger": UserFactory(),
        "member": member_of(PostFactory().organisation),
        "own": member_of(post.organisation),
        "staff": StaffFactory(),
    }
    seen = set()
    for name, person in people.items():
        client.logout()
        if person is not None:
            client.force_login(person)
        status = client.get(photo.url).status_code
        assert status in (200, 404)
        if status == 200:
            seen.add(name)
    assert seen == who


def test_a_picture_is_shown_in_place_with_headers_that_let_nothing_run(client: Client) -> None:
    sender = UserFactory()
    stored = store_upload(upload(picture(1600, 900)), by=sender)
    client.force_login(sender)
    response = client.get(stored.url)
    assert response["Content-Type"] == "image/jpeg"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["Cache-Control"] == "private, max-age=300"
    assert "Cookie" in response["Vary"]
    assert response["Content-Disposition"].startswith("inline")
    smaller = client.get(stored.small_url)
    assert smaller["Content-Type"] == "image/webp"
    assert b"".join(smaller.streaming_content)[8:12] == b"WEBP"  # type: ignore[attr-defined]


def test_anything_but_a_picture_is_saved_to_disk_under_its_own_name(client: Client) -> None:
    sender = UserFactory()
    stored = store_upload(upload(PDF, name="ちらし.pdf"), by=sender)
    client.force_login(sender)
    response = client.get(stored.url)
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%E3%81%A1%E3%82%89%E3%81%97.pdf"
    assert b"".join(response.streaming_content) == PDF  # type: ignore[attr-defined]


def test_what_the_browser_has_is_not_sent_again(client: Client) -> None:
    sender = UserFactory()
    stored = store_upload(upload(picture()), by=sender)
    client.force_login(sender)
    etag = client.get(stored.url)["ETag"]
    response = client.get(stored.url, headers={"if-none-match": etag})
    assert response.status_code == 304
    assert response["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    # Not even that much to somebody who may not read it.
    client.logout()
    assert client.get(stored.url, headers={"if-none-match": etag}).status_code == 404


def test_no_such_file_no_such_copy_and_lost_bytes_look_the_same(client: Client) -> None:
    sender = UserFactory()
    stored = store_upload(upload(picture()), by=sender)
    client.force_login(sender)
    assert client.get("/files/no-such-token/").status_code == 404
    assert client.get(f"{stored.url}9999/").status_code == 404
    assert client.post(stored.url).status_code == 405
    default_storage.delete(str(stored.content.name))
    assert client.get(stored.url).status_code == 404
