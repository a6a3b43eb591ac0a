"""Stories as pages: what everybody reads, writing, and one decision."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.factories.matching import OutcomeFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, UserFactory, member_of
from tests.factories.stories import ConfirmationFactory, StoryFactory
from tomoiki.stories.models import Story

pytestmark = pytest.mark.django_db


def test_everybody_reads_what_is_published_and_nothing_else(client: Client) -> None:
    public, draft = StoryFactory(state="published"), StoryFactory()
    html = client.get(reverse("stories:stories")).content.decode()
    assert public.title in html
    assert draft.title not in html
    assert public.happened in client.get(public.get_absolute_url()).content.decode()
    assert client.get(draft.get_absolute_url()).status_code == 404
    assert client.get(reverse("stories:preview", args=[public.pk])).status_code == 302
    assert public.title in client.get(reverse("stories:feed")).content.decode()


def test_the_list_costs_the_same_for_one_and_for_three(client: Client) -> None:
    counts: list[int] = []
    for _ in range(2):
        StoryFactory(state="published", partners=[OrganisationFactory()])
        StoryFactory(state="published") if counts else None
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("stories:stories"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_stories_are_found_by_theme_kind_and_place(client: Client) -> None:
    wanted = StoryFactory(state="published", organisation__kind="university", themes=["disaster"], areas=["14100"])
    other = StoryFactory(state="published", organisation__kind="company")
    for query in ("theme=disaster", "kind=university", "area=14100"):
        html = client.get(reverse("stories:stories") + f"?{query}").content.decode()
        assert wanted.title in html
        assert other.title not in html


def form_data(story: Story | None = None, **changes: str) -> dict[str, str]:
    empty = {
        f"{name}-{key}": "0"
        for name in ("partners", "persons", "photos", "quotes")
        for key in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    return {"title": "題", "lead": "", "key": "a-key", **empty, **changes}


def test_a_draft_is_written_with_its_partners_and_words(client: Client) -> None:
    organisation, partner = OrganisationFactory(), OrganisationFactory()
    client.force_login(member_of(organisation))
    data = form_data(
        **{
            "on_behalf": str(organisation.pk),
            "partners-TOTAL_FORMS": "3",
            "partners-0-name": organisation.name,
            "partners-1-name": partner.name,
            "partners-1-role": "場所の提供",
            # The page gives out a spare row with each list.
            "partners-2-name": "",
            "quotes-TOTAL_FORMS": "2",
            "quotes-0-text": "また来たい",
            "quotes-0-said_by": "小学生",
            "photos-TOTAL_FORMS": "1",
            "persons-TOTAL_FORMS": "1",
        }
    )
    response = client.post(reverse("stories:new"), data)
    story = Story.objects.get()
    assert response["Location"] == reverse("stories:preview", args=[story.pk])
    assert {each.organisation for each in story.partners.all()} == {organisation, partner}
    assert story.quotes.get().text == "また来たい"
    assert "また来たい" in client.get(response["Location"]).content.decode()
    # Pressed twice, it is one draft; a name that nobody bears is told beside it.
    client.post(reverse("stories:new"), data)
    assert Story.objects.count() == 1
    wrong = client.post(reverse("stories:new"), data | {"partners-1-name": "どこにもない団体", "key": "b"})
    assert wrong.status_code == 200
    assert "この名前の団体は登録されていません" in wrong.content.decode()


def test_a_story_begins_with_the_words_of_both_sides(client: Client) -> None:
    outcome = OutcomeFactory()
    introduction = outcome.introduction
    need = introduction.participants.get(side="need")
    ConfirmationFactory(introduction=introduction, words="玄関の靴がいっぱいでした。", may_be_used=True)
    client.force_login(somebody_of(need.organisation))
    assert "この取り組みを事例にする" in client.get(introduction.get_absolute_url()).content.decode()
    html = client.get(reverse("stories:new") + f"?from=introduction-{introduction.pk}").content.decode()
    assert outcome.story in html
    assert "玄関の靴がいっぱいでした。" in html
    assert introduction.participants.get(side="offer").organisation.name in html
    # Somebody else's introduction begins nothing.
    client.force_login(member_of(OrganisationFactory()))
    html = client.get(reverse("stories:new") + f"?from=introduction-{introduction.pk}").content.decode()
    assert outcome.story not in html


def test_consent_is_one_decision_on_one_page(client: Client) -> None:
    partner = OrganisationFactory()
    story = StoryFactory(partners=[partner], state="asking_consent")
    side = story.partners.get(organisation=partner)
    client.force_login(member_of(partner))
    address = reverse("stories:consent", args=[story.pk])
    html = client.get(address).content.decode()
    assert story.happened in html
    # To open the page decides nothing.
    side.refresh_from_db()
    assert side.consent == "waiting"
    client.post(address, {"partner": side.pk, "version": 1, "answer": "yes"})
    side.refresh_from_db()
    assert side.consent == "yes"
    client.post(reverse("stories:take_back", args=[story.pk]), {"partner": side.pk})
    side.refresh_from_db()
    assert side.consent == "withdrawn"


def test_photos_are_private_until_it_is_published(client: Client) -> None:
    from random import Random

    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils import timezone

    from matching.demo.pictures import _draw
    from tomoiki.files.uploads import store_upload
    from tomoiki.stories.models import StoryPhoto
    from tomoiki.web.demo import DemoWorld

    story = StoryFactory(state="asking_consent", agreed=True)
    drawn = _draw(DemoWorld(Random(1), timezone.now(), timezone.now()))
    file = store_upload(SimpleUploadedFile("a.jpg", drawn, content_type="image/jpeg"), by=UserFactory())
    StoryPhoto.objects.create(story=story, file=file, alt="重なる丸")
    assert client.get(file.url).status_code == 404
    from tomoiki.stories import transitions

    transitions.publish_story(story.pk, actor=StaffFactory())
    assert client.get(file.url).status_code == 200
    side = story.partners.get()
    transitions.withdraw_consent(story.pk, partner=side.pk, actor=somebody_of(story.organisation))
    assert client.get(file.url).status_code == 404


def test_personal_data_is_pointed_out_before_anybody_is_asked(client: Client) -> None:
    story = StoryFactory(done="連絡は 090-1234-5678 まで。")
    client.force_login(somebody_of(story.organisation))
    assert (
        "個人のことが書かれているかもしれません"
        in client.get(reverse("stories:preview", args=[story.pk])).content.decode()
    )
