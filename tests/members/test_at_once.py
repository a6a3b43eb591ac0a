"""Two people, or one person twice, in the same moment."""

from collections.abc import Callable
from threading import Barrier, Thread
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import connection

from members import transitions
from members.enums import OrganisationState
from members.models import Affiliation, JoinRequest, Organisation
from tests.factories.members import (
    AffiliationFactory,
    JoinRequestFactory,
    OrganisationFactory,
    StaffFactory,
    UserFactory,
    member_of,
)
from tomoiki.audit.actors import REGISTRATION
from tomoiki.audit.models import Entry
from tomoiki.notifications.models import Notification
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls: Callable[[], Any]) -> list[str]:
    """Run ``calls`` in threads that start together; 'done' or the code of the refusal for each, sorted."""
    start = Barrier(len(calls))
    results: list[str] = []

    def run(call: Callable[[], Any]) -> None:
        start.wait(5)
        try:
            call()
            results.append("done")
        except TransitionError as error:
            results.append(error.code)
        except ValidationError:
            results.append("invalid")
        finally:
            connection.close()

    threads = [Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    return sorted(results)


def test_two_of_the_office_decide_on_one_application() -> None:
    organisation = OrganisationFactory(state=OrganisationState.APPLIED)
    one, other = StaffFactory(), StaffFactory()
    results = at_once(
        lambda: transitions.approve_organisation(organisation.pk, actor=one),
        lambda: transitions.return_organisation(organisation.pk, message="場所を教えてください。", actor=other),
    )
    assert results == ["done", "wrong_state"]
    assert Entry.objects.about(organisation).count() == 1


def test_two_colleagues_register_one_corporate_number() -> None:
    data = {"kind": "npo", "name": "みどりの縁側", "corporate_number": "5835678256246"}
    one, other = UserFactory(), UserFactory()
    results = at_once(
        lambda: transitions.register_organisation(data, user=one, actor=one),
        lambda: transitions.register_organisation(data, user=other, actor=other),
    )
    assert results == ["already_registered", "done"]
    assert Organisation.objects.get().state == OrganisationState.APPLIED


def test_a_confirmation_and_the_sweep_submit_once() -> None:
    user = UserFactory(email_confirmed=False)
    data = {"kind": "npo", "name": "みどりの縁側"}
    organisation = transitions.register_organisation(data, user=user, actor=REGISTRATION)
    EmailAddress.objects.update(verified=True)
    settle = lambda: transitions.settle_registration(user, actor=REGISTRATION)  # noqa: E731 - called twice
    assert at_once(settle, settle) == ["done", "done"]
    assert Entry.objects.about(organisation).filter(action="organisation.applied").count() == 1


def test_a_button_pressed_twice_asks_once() -> None:
    organisation, user = OrganisationFactory(), UserFactory()
    member_of(organisation)
    ask = lambda: transitions.ask_to_join(organisation.pk, message="", actor=user)  # noqa: E731 - called twice
    assert at_once(ask, ask) == ["done", "done"]
    assert JoinRequest.objects.count() == 1
    assert Notification.objects.filter(code="members_join_requested").count() == 1


def test_two_owners_answer_one_request() -> None:
    request = JoinRequestFactory()
    one, other = member_of(request.organisation), member_of(request.organisation)
    results = at_once(
        lambda: transitions.accept_join_request(request.pk, actor=one),
        lambda: transitions.refuse_join_request(request.pk, actor=other),
    )
    assert results == ["done", "wrong_state"]


def test_the_last_two_owners_do_not_both_leave() -> None:
    organisation = OrganisationFactory()
    one, other = AffiliationFactory(organisation=organisation), AffiliationFactory(organisation=organisation)
    results = at_once(
        lambda: transitions.end_affiliation(one.pk, actor=one.user),
        lambda: transitions.end_affiliation(other.pk, actor=other.user),
    )
    assert results == ["done", "last_owner"]
    assert Affiliation.objects.current().filter(organisation=organisation).count() == 1


def test_of_two_edits_one_is_shown_to_the_other() -> None:
    organisation = OrganisationFactory()
    one, other = member_of(organisation), member_of(organisation)
    seen = organisation.updated_at
    results = at_once(
        *[
            lambda person=person, words=words: transitions.update_profile(
                organisation.pk, data={"description": words}, version=seen, actor=person
            )
            for person, words in ((one, "一人目"), (other, "二人目"))
        ]
    )
    assert results == ["changed_meanwhile", "done"]
