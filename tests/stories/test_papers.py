"""A story on paper: one page, read aloud, with its photo and the way to the page."""

import io
from base64 import b64encode

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from tests.documents.test_pdf import roles_in, text_of
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory
from tests.factories.stories import StoryFactory
from tests.files.samples import picture
from tomoiki.files.uploads import store_upload
from tomoiki.stories.models import Story, StoryPhoto, StoryQuote
from tomoiki.stories.papers import _picture, story_sheet

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> Story:
    made: Story = StoryFactory(state="published", partners=[OrganisationFactory()], future="月に四度ひらきます。")
    StoryQuote.objects.create(story=made, text="「また来てもいい？」と聞かれました。", source="店長")
    file = store_upload(SimpleUploadedFile("a.jpg", picture(), content_type="image/jpeg"), by=UserFactory())
    StoryPhoto.objects.create(story=made, file=file, alt="子どもが机を囲んでいる")
    return Story.objects.whole().get(pk=made.pk)


def test_a_sheet_says_it_all_on_one_page_for_eyes_and_ears(story: Story) -> None:
    reader = PdfReader(io.BytesIO(story_sheet(story)))
    assert len(reader.pages) == 1
    text = text_of(reader)
    partners = [each.organisation.name.replace(" ", "") for each in story.partners.all()]
    for words in (*partners, story.happened, "月に四度ひらきます。", f"{settings.SITE_URL}{story.get_absolute_url()}"):
        assert words in text, words
    # Marks within marks.
    assert "「『また来てもいい？』と聞かれました。」" in text
    assert {"/H1", "/H2", "/Figure"} <= roles_in(reader.trailer["/Root"]["/StructTreeRoot"])  # type: ignore[index]


def test_its_photo_is_the_file_that_the_page_shows(story: Story) -> None:
    photo = story.cover
    assert photo is not None
    with photo.file.content.storage.open(str(photo.file.content.name)) as stream:
        content = stream.read()
    assert f"data:{photo.file.content_type};base64,{b64encode(content).decode()}" in _picture(photo)


def test_a_photo_whose_file_is_lost_is_left_out(story: Story) -> None:
    photo = story.cover
    assert photo is not None
    photo.file.content.storage.delete(str(photo.file.content.name))
    assert _picture(photo) == ""
    assert len(PdfReader(io.BytesIO(story_sheet(story))).pages) == 1


def test_what_is_not_public_says_so_and_leads_nowhere(client: Client) -> None:
    draft = Story.objects.whole().get(pk=StoryFactory().pk)
    text = text_of(PdfReader(io.BytesIO(story_sheet(draft))))
    assert "公開前の確認用です" in text
    assert draft.get_absolute_url() not in text
    withdrawn = StoryFactory(state="withdrawn")
    client.force_login(StaffFactory())
    assert client.get(reverse("stories:sheet", args=[withdrawn.pk])).status_code == 404
