"""What the forms of posts and responses accept, and what they say to what they do not."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.http import QueryDict
from django.utils import timezone

from matching.enums import Direction, PostState
from matching.forms.posts import PostForm, RevisionForm, version_of
from matching.forms.responses import ResponseForm
from matching.models import Post
from members.models import Organisation
from tests.factories.matching import OfferFactory, PostFactory
from tests.factories.members import OrganisationFactory
from tomoiki.vocabulary.lists import choices
from tomoiki.vocabulary.models import Term

pytestmark = pytest.mark.django_db


def data(**values: Any) -> QueryDict:
    """What a browser would send."""
    query = QueryDict(mutable=True)
    for name, value in values.items():
        query.setlist(name, list(value) if isinstance(value, list) else [value])
    return query


def filled(organisation: Organisation, **more: Any) -> QueryDict:
    return data(
        **{
            "on_behalf": str(organisation.pk),
            "resource": "place",
            "title": "午後の部屋",
            "body": "一行目\r\n二行目",
            "visibility": "public",
            **more,
        }
    )


def post_form(organisation: Organisation, query: QueryDict, **kwargs: Any) -> PostForm:
    return PostForm(query, direction=kwargs.pop("direction", "need"), organisations=[organisation], **kwargs)


@pytest.fixture
def organisation() -> Organisation:
    return OrganisationFactory()


def test_the_least_that_is_needed_is_kind_title_and_words(organisation: Organisation) -> None:
    form = post_form(organisation, filled(organisation))
    assert form.is_valid(), form.errors
    values = form.post_data()
    assert values["title"] == "午後の部屋"
    assert values["body"] == "一行目\n二行目"
    assert values["areas"] == []
    assert values["weekdays"] == []
    assert values["quantity"] is None
    assert values["photo"] is None
    assert values["available_from"] is None


def test_a_draft_may_be_a_mere_beginning(organisation: Organisation) -> None:
    beginning = data(on_behalf=str(organisation.pk), visibility="public", title="部屋")
    assert post_form(organisation, beginning, draft=True).is_valid()
    assert set(post_form(organisation, beginning).errors) == {"resource", "body"}


def test_what_people_in_japan_type_is_read(organisation: Organisation) -> None:
    form = post_form(
        organisation,
        filled(
            organisation,
            areas=["14205", "14207"],
            weekdays=["0", "4"],
            time_from="午後2時",
            time_until="18:00",
            available_from="令和99年4月1日",
            quantity="１，５００",
            unit="pieces",
        ),
    )
    assert form.is_valid(), form.errors
    values = form.post_data()
    assert values["areas"] == ["14205", "14207"]
    assert values["weekdays"] == [0, 4]
    assert values["time_from"] == time(14)
    assert values["time_until"] == time(18)
    assert values["available_from"] == date(2117, 4, 1)
    assert values["quantity"] == 1500


def tomorrow(days: int = 1) -> str:
    return (timezone.localdate() + timedelta(days=days)).isoformat()


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"quantity": "15"}, "unit"),
        ({"unit": "people"}, "quantity"),
        ({"quantity": "0", "unit": "people"}, "quantity"),
        ({"quantity": "たくさん", "unit": "people"}, "quantity"),
        ({"available_until": "2020-01-01"}, "available_until"),
        ({"title": "あ" * 61}, "title"),
        ({"body": "あ" * 2001}, "body"),
        ({"areas": ["99999"]}, "areas"),
        ({"weekdays": ["7"]}, "weekdays"),
        ({"themes": ["none"]}, "themes"),
        ({"resource": "gold"}, "resource"),
    ],
)
def test_each_mistake_is_told_beside_its_field(organisation: Organisation, more: dict[str, Any], field: str) -> None:
    form = post_form(organisation, filled(organisation, **more))
    assert set(form.errors) == {field}


def test_the_end_comes_after_the_beginning(organisation: Organisation) -> None:
    form = post_form(organisation, filled(organisation, available_from=tomorrow(9), available_until=tomorrow(2)))
    assert set(form.errors) == {"available_until"}
    assert post_form(
        organisation, filled(organisation, available_from=tomorrow(2), available_until=tomorrow(2))
    ).is_valid()


def test_a_line_break_counts_once(organisation: Organisation) -> None:
    assert post_form(organisation, filled(organisation, body="あ\r\n" * 1000)).is_valid()


def test_another_organisation_cannot_be_named(organisation: Organisation) -> None:
    form = post_form(organisation, filled(OrganisationFactory()))
    assert "on_behalf" in form.errors


def test_of_several_organisations_one_is_chosen(organisation: Organisation) -> None:
    other = OrganisationFactory()
    query = filled(other)
    form = PostForm(query, direction="offer", organisations=[organisation, other])
    assert form.is_valid()
    assert form.cleaned_data["on_behalf"] == other
    del query["on_behalf"]
    form = PostForm(query, direction="offer", organisations=[organisation, other])
    assert set(form.errors) == {"on_behalf"}
    assert any("on_behalf" in [field.name for row in section.rows for field in row] for section in form.sections())


def test_help_speaks_to_who_needs_and_to_who_gives(organisation: Organisation) -> None:
    need = PostForm(direction="need", organisations=[organisation])
    offer = PostForm(direction="offer", organisations=[organisation])
    for name in ("resource", "title", "body", "areas", "quantity"):
        assert need.fields[name].help_text
        assert offer.fields[name].help_text
        assert need.fields[name].help_text != offer.fields[name].help_text


def test_every_field_stands_in_one_section_or_is_hidden(organisation: Organisation) -> None:
    form = PostForm(direction="need", organisations=[organisation])
    shown = [field.name for section in form.sections() for field in section.fields()]
    assert sorted([*shown, *(field.name for field in form.hidden_fields())]) == sorted(form.fields)


def test_less_than_what_is_settled_cannot_be_asked(organisation: Organisation) -> None:
    post = PostFactory(organisation=organisation, quantity=15, quantity_taken=8, unit="people")
    query = filled(organisation, quantity="7", unit="people")
    assert set(post_form(organisation, query, post=post).errors) == {"quantity"}
    assert set(post_form(organisation, filled(organisation), post=post).errors) == {"quantity"}
    assert post_form(organisation, filled(organisation, quantity="8", unit="people"), post=post).is_valid()


def test_a_theme_no_longer_offered_stays_with_its_post(organisation: Organisation) -> None:
    code = choices("theme")[0][0]
    Term.objects.filter(vocabulary="theme", code=code).update(active=False)
    post = PostFactory(organisation=organisation, themes=[code], state=PostState.DRAFT)
    assert post_form(organisation, filled(organisation, themes=[code]), post=post).is_valid()
    assert "themes" in post_form(organisation, filled(organisation, themes=[code])).errors


def revision(post: Post, **more: Any) -> RevisionForm:
    query = filled(
        post.organisation,
        title=post.title,
        body=post.body,
        areas=list(post.areas),
        resource=post.resource,
        visibility=post.visibility,
    )
    for name, value in more.items():
        query.setlist(name, value if isinstance(value, list) else [value])
    return RevisionForm(query, direction=post.direction, organisations=[post.organisation], post=post)


def test_a_revision_holds_only_what_changed() -> None:
    post = PostFactory(areas=["14205", "14207"])
    form = revision(post, areas=["14207", "14205"], title="夕方の部屋", quantity="3", unit="rooms")
    assert form.is_valid(), form.errors
    assert form.changes() == {"title": "夕方の部屋", "quantity": 3, "unit": "rooms"}


def test_a_revision_without_a_change_is_told_so() -> None:
    form = revision(PostFactory())
    assert not form.is_valid()
    assert "変わったところがありません" in str(form.non_field_errors())


def test_a_form_of_an_older_page_knows_so(organisation: Organisation) -> None:
    post = PostFactory(organisation=organisation, state=PostState.DRAFT)
    query = filled(organisation, version=version_of(post))
    form = post_form(organisation, query, post=post)
    assert form.is_valid()
    assert not form.is_outdated(post)
    post.save(update_fields=["updated_at"])
    assert form.is_outdated(post)
    form.follow(post)
    assert form["version"].value() == version_of(post)


@pytest.mark.parametrize("version", ["", "yesterday", "2026-99-99T00:00"])
def test_a_version_nobody_wrote_stops_nothing(organisation: Organisation, version: str) -> None:
    post = PostFactory(organisation=organisation, state=PostState.DRAFT)
    form = post_form(organisation, filled(organisation, version=version), post=post)
    assert form.is_valid()
    assert not form.is_outdated(post)


# --- raising a hand ---


def test_a_response_asks_for_as_much_as_is_left(organisation: Organisation) -> None:
    post = PostFactory(quantity=15, quantity_taken=5, unit="people")
    form = ResponseForm(
        data(on_behalf=str(organisation.pk), message="できます", quantity="11"),
        target=post,
        organisations=[organisation],
    )
    assert set(form.errors) == {"quantity"}
    assert "あと10人まで" in str(form.errors)
    form = ResponseForm(
        data(on_behalf=str(organisation.pk), message="できます", quantity="10人"),
        target=post,
        organisations=[organisation],
    )
    assert form.is_valid()
    assert form.cleaned_data["quantity"] == 10


def test_without_a_quantity_none_is_asked(organisation: Organisation) -> None:
    form = ResponseForm(target=PostFactory(quantity=None), organisations=[organisation])
    assert "quantity" not in form.fields


def test_own_open_posts_of_the_other_direction_are_offered_fitting_ones_first(organisation: Organisation) -> None:
    target = PostFactory(resource="place")
    other = OfferFactory(organisation=organisation, resource="food")
    fitting = OfferFactory(
        organisation=organisation, resource="place", published_at=timezone.now() - timedelta(days=90)
    )
    OfferFactory(organisation=organisation, state=PostState.PAUSED)
    PostFactory(organisation=organisation)
    OfferFactory()
    form = ResponseForm(target=target, organisations=[organisation])
    assert [key for key, _ in form.fields["post"].choices] == ["", fitting.pk, other.pk]  # type: ignore[attr-defined]


def test_a_post_of_another_organisation_cannot_be_brought(organisation: Organisation) -> None:
    second = OrganisationFactory()
    theirs = OfferFactory(organisation=second)
    form = ResponseForm(
        data(on_behalf=str(organisation.pk), message="できます", post=str(theirs.pk)),
        target=PostFactory(),
        organisations=[organisation, second],
    )
    assert set(form.errors) == {"post"}
    strange = OfferFactory()
    form = ResponseForm(
        data(on_behalf=str(second.pk), message="できます", post=str(strange.pk)),
        target=PostFactory(direction=Direction.NEED),
        organisations=[organisation, second],
    )
    assert set(form.errors) == {"post"}
