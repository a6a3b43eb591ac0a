"""Every foreign key to a person or an organisation says what becomes of it."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from members.models import Affiliation, Handover, JoinRequest, Organisation, RelayedGroup, User
from tests.factories.members import AffiliationFactory, JoinRequestFactory, OrganisationFactory, UserFactory
from tomoiki.places.models import Municipality
from tomoiki.web import lifecycle
from tomoiki.web.lifecycle import (
    Carry,
    Identity,
    Move,
    Nothing,
    Pass,
    Rows,
    Wipe,
    field_of,
    mask,
    organisation_links,
    organisation_traces,
    person_links,
    person_traces,
    references_to,
    undeclared,
)

EVERY_LINK = [*person_links, *organisation_links]
EVERY_WAY = [
    (link.key, way)
    for link in EVERY_LINK
    for way in (
        (link.hand_over, link.export, link.erase)
        if isinstance(link, lifecycle.PersonLink)
        else (link.merge, link.export, link.erase)
    )
]


def test_nothing_that_leads_to_a_person_or_an_organisation_was_forgotten() -> None:
    assert undeclared() == []


@pytest.mark.parametrize("registry", [person_links, organisation_links], ids=["person", "organisation"])
def test_a_foreign_key_that_nobody_declared_is_found(registry: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    key = registry.keys()[0]
    monkeypatch.setattr(registry, "_items", {k: link for k, link in registry._items.items() if k != key})
    assert undeclared() == [key]


def test_a_new_model_is_found_as_soon_as_it_refers_to_a_person() -> None:
    class Grown(models.Model):
        keeper = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
        friends = models.ManyToManyField(User, related_name="+", through="members.Affiliation")
        organisation = models.OneToOneField(Organisation, on_delete=models.CASCADE, related_name="+")
        note = models.TextField()

        class Meta:
            app_label = "web"
            managed = False

        def __str__(self) -> str:
            return self.note

    try:
        assert undeclared() == ["web.Grown.friends", "web.Grown.keeper", "web.Grown.organisation"]
    finally:
        del apps.all_models["web"]["grown"]
        apps.clear_cache()


def test_each_declaration_names_a_field_that_leads_where_it_says() -> None:
    assert set(person_links.keys()) <= set(references_to("members.User"))
    assert set(organisation_links.keys()) <= set(references_to("members.Organisation"))


@pytest.mark.parametrize(("key", "way"), EVERY_WAY, ids=[f"{key} {type(way).__name__}" for key, way in EVERY_WAY])
def test_each_declaration_can_be_carried_out(key: str, way: Any) -> None:
    """Reasons are sentences, columns exist, labels are in Japanese."""
    model = field_of(key).model
    if isinstance(way, Nothing):
        assert way.reason.endswith(".")
        assert len(way.reason.split()) > 3
    if isinstance(way, Wipe):
        assert set(way.values) <= {each.name for each in model._meta.concrete_fields}
    if isinstance(way, Rows):
        assert way.columns
        assert not way.title.isascii()
        for name, (label, how) in way.columns.items():
            assert name.isidentifier()
            assert not label.isascii()
            assert callable(how) or hasattr(model, how), f"{key}: {how}"
    if isinstance(way, Pass):
        assert not way.title.isascii()
    if isinstance(way, Carry):
        assert callable(way.carry)


@pytest.mark.django_db
@pytest.mark.parametrize("key", [key for key, way in EVERY_WAY if isinstance(way, Rows)])
def test_the_rows_of_an_export_can_be_read_from_the_database(key: str) -> None:
    """Joins and prefetches name what exists; the rows of nobody are none."""
    for registry in (person_links, organisation_links):
        link = registry.get(key)
        if link is not None and isinstance(link.export, Rows):
            assert list(link.export.of(field_of(key).model._base_manager.none())) == []
            list(link.export.of(field_of(key).model._base_manager.all())[:1])


@pytest.mark.django_db
def test_what_may_clash_where_two_organisations_become_one_can_be_asked() -> None:
    winner, loser = OrganisationFactory(), OrganisationFactory()
    for link in organisation_links:
        if isinstance(link.merge, Move) and link.merge.clashes:
            rows = lifecycle.rows_of(link.key, loser)
            assert list(link.merge.clashes(rows, winner)) == []


@pytest.mark.django_db
def test_whoever_stands_in_both_organisations_keeps_one_place() -> None:
    winner, loser, person = OrganisationFactory(), OrganisationFactory(), UserFactory()
    AffiliationFactory(organisation=winner, user=person)
    double = AffiliationFactory(organisation=loser, user=person)
    other = AffiliationFactory(organisation=loser)
    move = organisation_links["members.Affiliation.organisation"].merge
    assert isinstance(move, Move)
    assert move.clashes
    assert move.settle
    assert list(move.clashes(Affiliation.objects.filter(organisation=loser), winner)) == [double]
    assert set(move.settle(double, winner)) == {"ended_at"}
    assert other.ended_at is None


@pytest.mark.django_db
def test_only_a_second_waiting_request_to_join_clashes() -> None:
    winner, loser, person = OrganisationFactory(), OrganisationFactory(), UserFactory()
    JoinRequestFactory(organisation=winner, user=person)
    double = JoinRequestFactory(organisation=loser, user=person)
    JoinRequestFactory(organisation=loser, user=UserFactory())
    move = organisation_links["members.JoinRequest.organisation"].merge
    assert isinstance(move, Move)
    assert move.clashes
    assert list(move.clashes(JoinRequest.objects.filter(organisation=loser), winner)) == [double]


@pytest.mark.django_db
def test_two_groups_of_one_name_both_go_over() -> None:
    municipality = Municipality.objects.order_by("code")[0]
    winner, loser = OrganisationFactory(), OrganisationFactory(name="みほん市福祉課")
    for desk in (winner, loser):
        RelayedGroup.objects.create(desk=desk, name="青葉町内会", kind="neighbourhood", municipality=municipality)
    move = organisation_links["members.RelayedGroup.desk"].merge
    assert isinstance(move, Move)
    assert move.clashes
    assert move.settle
    [double] = move.clashes(RelayedGroup.objects.filter(desk=loser), winner)
    assert move.settle(double, winner) == {"desk_id": winner.pk, "name": "青葉町内会（みほん市福祉課）"}


# --- names in texts ---


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("担当は見本花子です", "担当は退会した方です"),
        ("担当は見本　花子です", "担当は退会した方です"),
        ("mihon@machi.example まで", "退会した方 まで"),
        ("MIHON@machi.example まで", "退会した方 まで"),
        ("x-mihon@machi.example まで", "x-mihon@machi.example まで"),
        ("電話 045-123-4567", "電話 退会した方"),
        ("電話 0451234567", "電話 退会した方"),
        ("番号 00451234567", "番号 00451234567"),
        ("だれのことでもない", "だれのことでもない"),
    ],
)
def test_a_name_is_masked_however_it_is_written(written: str, left: str) -> None:
    identity = Identity(1, names=("見本 花子",), others=("mihon@machi.example", "0451234567"))
    request = JoinRequestFactory(message=written)
    mask(JoinRequest.objects.all(), ["message"], identity, "退会した方")
    request.refresh_from_db()
    assert request.message == left


@pytest.mark.django_db
def test_a_name_is_masked_in_json_too_and_the_rest_stays() -> None:
    place = AffiliationFactory()
    handover = Handover.objects.create(
        organisation=place.organisation,
        leaver=place.user,
        requested_by=place.user,
        brief=[{"title": "担当の方", "lines": [{"text": "見本 花子さん", "url": "/organisation/1/", "due": ""}]}],
    )
    mask(Handover.objects.all(), ["brief"], Identity(1, names=("見本 花子",)), "退会した方")
    handover.refresh_from_db()
    assert handover.brief == [
        {"title": "担当の方", "lines": [{"text": "退会した方さん", "url": "/organisation/1/", "due": ""}]}
    ]


@pytest.mark.django_db
def test_a_masked_text_never_outgrows_its_column() -> None:
    place = AffiliationFactory(title="森" * 80)
    mask(Affiliation.objects.all(), ["title"], Identity(1, names=("森森",)), "退会した方")
    place.refresh_from_db()
    assert len(place.title) == 80
    assert "森" not in place.title


def test_of_a_single_sign_nobody_can_tell_whom_it_means() -> None:
    assert Identity(1, names=("森",)).pattern() == ""


def test_traces_have_names_of_their_own() -> None:
    assert "what others were told" in person_traces
    assert "what others were told" in organisation_traces
