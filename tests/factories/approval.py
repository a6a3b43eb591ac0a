"""Two organisations that turn out to be one, with something of everything that may lead to an organisation."""

import random
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.utils import timezone

from matching.enums import IntroductionState, PostState
from matching.models import Post
from members import search_text
from members.enums import AffiliationRole, InvitationState, JoinRequestState, ReferralState
from members.models import (
    Affiliation,
    ApplicationRound,
    Branch,
    Handover,
    Invitation,
    Organisation,
    Reconfirmation,
    ReconfirmationReply,
    Referral,
    RelayedGroup,
    User,
)
from members.rounds import snapshot
from tests.factories.matching import IbashoFactory, IntroductionFactory, OfferFactory, OutcomeFactory, PostFactory
from tests.factories.members import (
    AffiliationFactory,
    JoinRequestFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
)
from tomoiki.places.models import Municipality

#: What only grows, or tells of the merge itself.
_APART = {
    "audit.Entry",
    "members.Merge",
    "members.MergeMove",
    "notifications.Message",
    "notifications.Notification",
    "sessions.Session",
    "contenttypes.ContentType",
}


#: An organisation's last change, and a post's mark that what fits it is looked for anew: undoing is a change, too.
_TOUCHED = {(Organisation, "updated_at"), (Post, "stale_at")}


def everything(*, apart: Iterable[str] = ()) -> dict[str, dict[Any, dict[str, Any]]]:
    """Every row of every table: model -> number -> column -> value, without what only marks that it was touched."""
    found = {}
    for model in apps.get_models(include_auto_created=True):
        label = model._meta.label
        if label in _APART or label in set(apart) or not model._meta.managed:
            continue
        found[label] = {row.pk: _columns(row) for row in model._base_manager.all()}
    return found


def _columns(row: Model) -> dict[str, Any]:
    return {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if (type(row), field.name) not in _TOUCHED
    }


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Any]:
    """Where two dumps differ: (model, number) -> the two rows."""
    return {
        f"{label} {pk}": (before[label].get(pk), after[label].get(pk))
        for label in before
        for pk in before[label].keys() | after[label].keys()
        if before[label].get(pk) != after[label].get(pk)
    }


def two_that_are_one(seed: int) -> tuple[Organisation, Organisation]:
    """Winner and loser, both approved and in the middle of things; every ``seed`` makes other ones."""
    chance = random.Random(seed)
    winner, loser = OrganisationFactory(name="ひだまりの会"), OrganisationFactory(name="NPO法人ひだまりの会", phone="")
    winner.website, loser.website = chance.choice([("", "https://hidamari.example/"), ("https://a.example/", "")])
    winner.phone = chance.choice(["", "045-111-2222"])
    loser.corporate_number = chance.choice(["", "5835678256246"])
    loser.details = {"activities": "子ども食堂"}
    loser.audiences = {"website": "members"}
    winner.save()
    loser.save()
    both: User = UserFactory()
    for organisation in (winner, loser):
        _people(chance, organisation, both)
        _belongings(chance, organisation)
        _matters(chance, organisation)
    Invitation.objects.filter(organisation=winner, state=InvitationState.SENT).update(email="onaji@machi.example")
    Invitation.objects.filter(organisation=loser, state=InvitationState.SENT).update(email="onaji@machi.example")
    once = IntroductionFactory(
        post=PostFactory(organisation=winner),
        offer=OfferFactory(organisation=loser),
        state=IntroductionState.COMPLETED,
    )
    assert once.participants.count() == 2
    _asked_both(winner, loser)
    for organisation in (winner, loser):
        search_text.refresh(organisation)
    return winner, loser


def _people(chance: random.Random, organisation: Organisation, both: User) -> None:
    AffiliationFactory(organisation=organisation, role=AffiliationRole.OWNER)
    AffiliationFactory(organisation=organisation, user=both, role=chance.choice(list(AffiliationRole)))
    AffiliationFactory(organisation=organisation, role=AffiliationRole.VIEWER, ended_at=timezone.now())
    for _ in range(chance.randrange(3)):
        AffiliationFactory(organisation=organisation, role=AffiliationRole.EDITOR)
    JoinRequestFactory(organisation=organisation)
    JoinRequestFactory(organisation=organisation, state=JoinRequestState.REFUSED, answered_at=timezone.now())


def _belongings(chance: random.Random, organisation: Organisation) -> None:
    place = Municipality.objects.order_by("code").first()
    owner = organisation.affiliations.filter(role=AffiliationRole.OWNER).first()
    assert place is not None
    assert owner is not None
    for number in range(chance.randrange(3)):
        Branch.objects.create(organisation=organisation, name=f"支店{number}", municipality=place)
    for number in range(2):
        RelayedGroup.objects.create(desk=organisation, kind="jichikai", name=f"第{number}自治会", municipality=place)
    for state in (InvitationState.SENT, InvitationState.DECLINED):
        Invitation.objects.create(
            organisation=organisation,
            email=f"{state}{organisation.pk}@machi.example",
            invited_by=owner.user,
            state=state,
            token_hash=f"{organisation.pk}-{state}",
        )
    Referral.objects.create(
        referrer=organisation, made_by=owner.user, organisation_name="となりの会", state=ReferralState.ISSUED
    )
    Handover.objects.create(organisation=organisation, leaver=owner.user, requested_by=owner.user)
    ApplicationRound.objects.create(
        organisation=organisation,
        number=1,
        data=snapshot(organisation),
        decision="approved",
        decided_at=timezone.now(),
    )


def _matters(chance: random.Random, organisation: Organisation) -> None:
    IbashoFactory(organisation=organisation, name="ひだまりの間")
    for state in chance.sample(list(PostState), 3):
        PostFactory(organisation=organisation, state=state)
    for state in chance.sample(list(IntroductionState), 3):
        IntroductionFactory(post=PostFactory(organisation=organisation), state=state)
    IntroductionFactory(responder=organisation, state=IntroductionState.ASKED)
    introduction = IntroductionFactory(post=PostFactory(organisation=organisation), state=IntroductionState.UNDER_WAY)
    OutcomeFactory(introduction=introduction)


def _asked_both(winner: Organisation, loser: Organisation) -> None:
    """Asked together: one person waits for both, one post was answered by both, one campaign asks both."""
    waits = UserFactory()
    post = PostFactory()
    staff = StaffFactory()
    campaign = Reconfirmation.objects.create(
        title="継続の確認",
        body="続けますか。",
        deadline=timezone.localdate() + timedelta(days=20),
        created_by=staff,
        state="open",
        opened_at=timezone.now(),
    )
    for organisation in (winner, loser):
        JoinRequestFactory(organisation=organisation, user=waits)
        IntroductionFactory(post=post, responder=organisation, state=IntroductionState.ASKED)
        ReconfirmationReply.objects.create(reconfirmation=campaign, organisation=organisation)


def current_people(organisation: Organisation) -> dict[int, str]:
    """person -> role."""
    return dict(Affiliation.objects.current().filter(organisation=organisation).values_list("user", "role"))
