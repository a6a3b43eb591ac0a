"""Notices of what was found, of colleagues who help, and of what universities, banks and media bring."""

from collections.abc import Callable

from django.utils import timezone

from matching.enums import IntroductionState
from matching.enums.doors import ApproachKind, ApproachResult, ApproachState
from matching.models import Approach
from matching.notices import doors, pro_bono, recommendations, searches
from matching.suggesting.reading import recommended_to
from tests.factories.matching import PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory
from tests.factories.pro_bono import ProBonoApplicationFactory, helping
from tests.factories.recommendations import RecommendationFactory
from tests.factories.searches import SavedSearchFactory
from tests.factories.stories import StoryFactory
from tomoiki.notifications.notice import Notice


def approach(kind: ApproachKind, **values: object) -> Approach:
    organisation = OrganisationFactory()
    made: Approach = Approach.objects.create(
        kind=kind,
        organisation=organisation,
        made_by=somebody_of(organisation),
        message="お話をうかがえますか。",
        **values,
    )
    return made


def to_story() -> Approach:
    story = StoryFactory(state="published")
    somebody_of(story.organisation)
    return approach(ApproachKind.INTERVIEW, story=story, deadline="来月の10日")


def settled() -> Approach:
    return approach(
        ApproachKind.INFORMATION,
        state=ApproachState.SETTLED,
        settled_at=timezone.now(),
        settled_by=StaffFactory(),
        result=ApproachResult.USED,
        answer="次の便りでお知らせします。",
    )


def passed_on() -> Approach:
    post, client = PostFactory(), OrganisationFactory()
    for organisation in (post.organisation, client):
        somebody_of(organisation)
    return approach(
        ApproachKind.PASSED_ON,
        state=ApproachState.PASSED,
        post=post,
        client=client,
        agreed_by="phone",
        agreed_on=timezone.localdate(),
    )


def found() -> Notice:
    pair = RecommendationFactory()
    person = somebody_of(pair.need.organisation)
    items = recommended_to(pair.need, person, 3)
    return recommendations.NewRecommendations(pair.need.organisation, items, day=timezone.localdate())


def for_search() -> Notice:
    posts = [PostFactory(title=f"手話の会{number}") for number in range(2)]
    return searches.NewForSearch(SavedSearchFactory(), posts, at_once=False)


NOTICES: dict[str, Callable[[], Notice]] = {
    "matching_new_for_search": for_search,
    "matching_new_recommendations": found,
    "matching_approach_waiting": lambda: doors.ApproachWaiting(to_story()),
    "matching_approach_to_story": lambda: doors.ApproachToStory(to_story()),
    "matching_approach_answered": lambda: doors.ApproachAnswered(settled()),
    "matching_need_passed_on": lambda: doors.NeedPassedOn(passed_on()),
    "matching_need_for_client": lambda: doors.NeedPassedOnToClient(passed_on()),
    "matching_pro_bono_applied": lambda: pro_bono.ColleagueApplied(ProBonoApplicationFactory()),
    "matching_pro_bono_put_forward": lambda: pro_bono.ColleaguePutForward(helping()),
    "matching_pro_bono_left": lambda: pro_bono.VolunteerLeft(helping(IntroductionState.UNDER_WAY)),
    "matching_pro_bono_left_employer": lambda: pro_bono.VolunteerLeftEmployer(ProBonoApplicationFactory()),
    "matching_pro_bono_thanked": lambda: pro_bono.VolunteerThanked(
        helping(IntroductionState.UNDER_WAY, thanks="おかげで決算を自分たちで作れました。")
    ),
    "matching_pro_bono_goes_on": lambda: pro_bono.VolunteerGoesOn(helping(IntroductionState.UNDER_WAY)),
}
