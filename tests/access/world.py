"""One of each thing whose page has an address, so that each address can be tried by each kind of visitor."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from matching.enums import AppointmentState, IntroductionState, PostState
from matching.models import Ibasho, IbashoSurvey, Introduction, OfflineResponse, Post, WelcomeConfirmation
from matching.volunteer_keys import key_of
from matching.welcome_keys import link_for
from members.enums import HandoverState, OrganisationState, ReferralState
from members.models import (
    Affiliation,
    ConsentDocument,
    Handover,
    Invitation,
    JoinRequest,
    Organisation,
    Reconfirmation,
    Referral,
    RelayedGroup,
    User,
)
from tests.factories.consents import ReconfirmationReplyFactory, ReferralFactory
from tests.factories.introducing import AppointmentFactory
from tests.factories.matching import (
    IbashoFactory,
    IntroductionFactory,
    OfferFactory,
    OutcomeFactory,
    PostFactory,
    PostRevisionFactory,
)
from tests.factories.members import (
    AffiliationFactory,
    ConsentDocumentFactory,
    JoinRequestFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
    member_of,
)
from tests.factories.people import HandoverFactory, InvitationFactory
from tests.factories.pro_bono import ProBonoApplicationFactory, ProBonoCallFactory, helping
from tests.factories.relay import DeskFactory, RelayedGroupFactory
from tests.factories.searches import SavedSearchFactory
from tests.factories.stories import ConfirmationFactory, StoryFactory, SurveyFactory
from tests.matching.relayed import answered, need_of
from tomoiki.notifications.models import Notification
from tomoiki.stories.models import Story


@dataclass
class World:
    """The four visitors, and what the member's organisation has."""

    member: User
    outsider: User
    staff: User
    organisation: Organisation
    returned: Organisation
    elsewhere: Organisation
    colleague: Affiliation
    join_request: JoinRequest
    draft: Post
    published: Post
    dated: Post
    foreign_post: Post
    revised: Post
    asked: Introduction
    agreed: Introduction
    under_way: Introduction
    reported: Introduction
    notification: Notification
    desk: Organisation
    group: RelayedGroup
    relayed: Introduction
    offline_response: OfflineResponse
    invitation: Invitation
    invitation_received: Invitation
    handover: Handover
    planned_handover: Handover
    newer_terms: ConsentDocument
    referral: Referral
    received: Referral
    campaign: Reconfirmation
    story_draft: Story
    story_asked: Story
    story_public: Story
    ibasho: Ibasho
    ibasho_closed: Ibasho
    survey: IbashoSurvey
    thanked: WelcomeConfirmation
    welcome_key: str
    #: What areas with a module of their own add.
    more: dict[str, Any]

    @classmethod
    def build(cls) -> "World":
        # Before the people, who have all agreed to it.
        newer_terms = ConsentDocumentFactory()
        organisation = OrganisationFactory()
        member = member_of(organisation)
        returned = OrganisationFactory(state=OrganisationState.RETURNED)
        AffiliationFactory(organisation=returned, user=member)
        elsewhere = OrganisationFactory()
        outsider = member_of(elsewhere)
        partner = OrganisationFactory()
        revised = PostFactory(organisation=organisation)
        PostRevisionFactory(post=revised)

        def introduction(state: IntroductionState) -> Introduction:
            made: Introduction = IntroductionFactory(
                post=PostFactory(organisation=organisation), offer=OfferFactory(organisation=partner), state=state
            )
            return made

        reported = introduction(IntroductionState.UNDER_WAY)
        side = reported.participants.get(organisation=organisation)
        OutcomeFactory(introduction=reported, participant=side, reported_by=member)
        published = PostFactory(organisation=organisation)
        desk = DeskFactory()
        AffiliationFactory(organisation=desk, user=member)
        group = RelayedGroupFactory(desk=desk)
        return cls(
            member=member,
            outsider=outsider,
            staff=StaffFactory(),
            organisation=organisation,
            returned=returned,
            elsewhere=OrganisationFactory(),
            colleague=AffiliationFactory(organisation=organisation, user=UserFactory()),
            join_request=JoinRequestFactory(organisation=organisation),
            draft=PostFactory(organisation=organisation, state=PostState.DRAFT),
            published=published,
            dated=PostFactory(organisation=organisation, weekdays=[1]),
            foreign_post=PostFactory(organisation=partner),
            revised=revised,
            asked=introduction(IntroductionState.ASKED),
            agreed=introduction(IntroductionState.AGREED),
            under_way=introduction(IntroductionState.UNDER_WAY),
            reported=reported,
            notification=_notification(member, published),
            desk=desk,
            group=group,
            relayed=answered(need_of(group)),
            offline_response=OfflineResponse.objects.create(
                post=published,
                who="山道 歩",
                contact="046-000-0000",
                channel="phone",
                received_on=timezone.localdate(),
                recorded_by=member,
            ),
            invitation=InvitationFactory(organisation=organisation, invited_by=member, token="a-token"),
            invitation_received=InvitationFactory(email=member.email),
            handover=HandoverFactory(organisation=organisation, state=HandoverState.DONE, requested_by=member),
            planned_handover=HandoverFactory(organisation=organisation, requested_by=member),
            newer_terms=newer_terms,
            referral=ReferralFactory(referrer=organisation, made_by=member, token="a-link"),
            received=ReferralFactory(invited=organisation, state=ReferralState.ACCEPTED),
            campaign=ReconfirmationReplyFactory(organisation=organisation).reconfirmation,
            story_draft=StoryFactory(organisation=organisation),
            story_asked=StoryFactory(organisation=organisation, state="asking_consent"),
            story_public=StoryFactory(organisation=organisation, state="published"),
            ibasho=IbashoFactory(organisation=organisation),
            ibasho_closed=IbashoFactory(organisation=organisation, closed_on=timezone.localdate()),
            survey=SurveyFactory(ibasho__organisation=organisation, token="a-survey"),
            thanked=ConfirmationFactory(introduction=introduction(IntroductionState.COMPLETED), confirmed_by=member),
            welcome_key=link_for(introduction(IntroductionState.UNDER_WAY).participants.get(side="need"), member.pk)
            .rstrip("/")
            .rpartition("/")[2],
            more={
                "saved_search": SavedSearchFactory(person=member),
                **_appointments(introduction),
                **_pro_bono(organisation, member),
            },
        )

    def __getitem__(self, name: str) -> Any:
        return self.more[name] if name in self.more else getattr(self, name)


def _notification(recipient: User, about: Post) -> Notification:
    return Notification.objects.create(
        key=f"test:{about.pk}",
        recipient=recipient,
        code="test",
        topic="post",
        urgency="normal",
        subject="掲載しました",
        reason="掲載した団体の担当者のため",
        link=about.get_absolute_url(),
        content_type=ContentType.objects.get_for_model(about),
        object_id=about.pk,
    )


def _pro_bono(organisation: Organisation, member: User) -> dict[str, Any]:
    """A call of the member's organisation, whose colleague helps another one."""
    call = ProBonoCallFactory(organisation=organisation, coordinator=member)
    helping_one = helping(call=call)
    return {
        "call": call,
        "call_to_close": ProBonoCallFactory(organisation=organisation, coordinator=member),
        "call_need": helping_one.post,
        "call_token": call.token,
        "applied": ProBonoApplicationFactory(call=call),
        "helping": helping_one,
        "volunteer_key": key_of(helping_one),
    }


def _appointments(introduction: Callable[[IntroductionState], Introduction]) -> dict[str, Any]:
    """One being arranged and one fixed, each of an introduction of its own."""
    return {
        "appointment": AppointmentFactory(introduction=introduction(IntroductionState.AGREED)),
        "appointment_fixed": AppointmentFactory(
            introduction=introduction(IntroductionState.AGREED), state=AppointmentState.FIXED
        ),
    }
