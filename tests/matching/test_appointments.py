"""Finding a date: three proposals, what suits whom, one that is fixed, moved, or called off."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import timezone

from matching import transitions
from matching.enums import AppointmentState, IntroductionState, Suits
from matching.models import Appointment, Introduction, Participant
from matching.tasks import remind_of_appointments
from tests.factories.matching import IntroductionFactory, OfferFactory, PostFactory, somebody_of
from tests.factories.members import OrganisationFactory, StaffFactory, member_of
from tests.factories.relay import DeskFactory, RelayedGroupFactory
from tests.matching.traces import told
from tomoiki.conversations.models import ConversationMessage
from tomoiki.web.waiting import waiting_for
from tomoiki.workflow import TransitionError

pytestmark = pytest.mark.django_db


def day(days: int, hour: int = 14) -> datetime:
    local = timezone.localtime() + timedelta(days=days)
    return local.replace(hour=hour, minute=0, second=0, microsecond=0)


@pytest.fixture
def introduction() -> Introduction:
    made: Introduction = IntroductionFactory(
        state=IntroductionState.AGREED,
        post=PostFactory(organisation=OrganisationFactory(name="ひなたの庭")),
        offer=OfferFactory(organisation=OrganisationFactory(name="ここち住宅")),
    )
    return made


def sides(introduction: Introduction) -> tuple[Participant, Participant]:
    first, second = introduction.participants.order_by("pk")
    return first, second


def propose(introduction: Introduction, **more: object) -> Appointment:
    side = sides(introduction)[0]
    data = {"dates": [day(3), day(4), day(5)], "place": "市民センター 2階", **more}
    return transitions.propose_appointment(
        introduction.pk,
        participant=side.pk,
        actor=somebody_of(side.organisation),
        **data,  # type: ignore[arg-type]
    )


def tick(appointment: Appointment, side: Participant, *suits: Suits) -> Appointment:
    dates = appointment.dates.order_by("starts_at")
    return transitions.answer_appointment(
        appointment.pk,
        participant=side.pk,
        suits={date.pk: value for date, value in zip(dates, suits, strict=True)},
        actor=somebody_of(side.organisation),
    )


def fix(appointment: Appointment, number: int = 0) -> Appointment:
    date = appointment.dates.order_by("starts_at")[number]
    side = sides(appointment.introduction)[1]
    return transitions.fix_appointment(appointment.pk, date=date.pk, actor=somebody_of(side.organisation))


def lines(introduction: Introduction) -> list[str]:
    return list(ConversationMessage.objects.filter(author=None).order_by("pk").values_list("body", flat=True))


def test_three_dates_are_proposed_ticked_and_one_is_fixed(introduction: Introduction) -> None:
    first, second = sides(introduction)
    appointment = propose(introduction)
    assert told("matching_appointment_proposed") == [somebody_of(second.organisation)]
    tick(appointment, second, Suits.NO, Suits.YES, Suits.MAYBE)
    assert told("matching_appointment_ticked") == [somebody_of(first.organisation)]
    fixed = fix(appointment, 1)
    assert (fixed.state, fixed.starts_at) == (AppointmentState.FIXED, day(4))
    assert set(told("matching_appointment_fixed")) == {
        somebody_of(first.organisation),
        somebody_of(second.organisation),
    }
    assert any("打ち合わせの日が決まりました" in line for line in lines(introduction))


def test_whoever_proposes_can_come(introduction: Introduction) -> None:
    appointment = propose(introduction)
    replies = {reply.suits for date in appointment.dates.all() for reply in date.replies.all()}
    assert replies == {Suits.YES}


def test_the_newest_answer_counts_and_the_same_again_changes_nothing(introduction: Introduction) -> None:
    second = sides(introduction)[1]
    appointment = propose(introduction)
    tick(appointment, second, Suits.YES, Suits.YES, Suits.YES)
    before = len(lines(introduction))
    tick(appointment, second, Suits.YES, Suits.YES, Suits.YES)
    tick(appointment, second, Suits.NO, Suits.NO, Suits.NO)
    said = {reply.suits for date in appointment.dates.all() for reply in date.replies.filter(participant=second)}
    assert said == {Suits.NO}
    # That all have answered is said once.
    assert len(lines(introduction)) == before


def test_none_suits_and_new_dates_replace_the_old(introduction: Introduction) -> None:
    second = sides(introduction)[1]
    old = propose(introduction)
    tick(old, second, Suits.NO, Suits.NO, Suits.NO)
    new = transitions.propose_appointment(
        introduction.pk,
        participant=second.pk,
        dates=[day(8)],
        place="",
        online_url="https://meet.example/abc",
        actor=somebody_of(second.organisation),
    )
    old.refresh_from_db()
    assert (old.state, new.state) == (AppointmentState.REPLACED, AppointmentState.PROPOSED)
    with pytest.raises(TransitionError):
        fix(old)


def test_a_double_click_proposes_once(introduction: Introduction) -> None:
    assert propose(introduction, idempotency_key="form").pk == propose(introduction, idempotency_key="form").pk
    assert len(told("matching_appointment_proposed")) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"dates": []},
        {"dates": [timezone.now() - timedelta(minutes=1)]},
        {"dates": [timezone.now() + timedelta(days=800)]},
        {"place": ""},
        {"place": "", "online_url": "javascript:alert(1)"},
        {"minutes": 5},
    ],
)
def test_what_cannot_be_proposed(introduction: Introduction, wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        propose(introduction, **wrong)
    assert not Appointment.objects.exists()


@pytest.mark.parametrize("state", [IntroductionState.ASKED, IntroductionState.COMPLETED, IntroductionState.ENDED_EARLY])
def test_only_those_who_agreed_meet(state: IntroductionState) -> None:
    with pytest.raises((TransitionError, PermissionDenied)):
        propose(IntroductionFactory(state=state))


def test_a_date_that_passed_meanwhile_is_not_fixed(introduction: Introduction) -> None:
    appointment = propose(introduction)
    first = appointment.dates.order_by("starts_at")[0]
    first.starts_at = timezone.now() - timedelta(hours=1)
    first.save()
    with pytest.raises(ValidationError):
        fix(appointment)


def test_nobody_else_proposes_ticks_or_fixes(introduction: Introduction) -> None:
    appointment = propose(introduction)
    stranger = member_of(OrganisationFactory())
    side = sides(introduction)[1]
    date = appointment.dates.order_by("pk")[0]
    for call in (
        lambda: transitions.propose_appointment(
            introduction.pk, participant=side.pk, dates=[day(2)], place="ここ", actor=stranger
        ),
        lambda: transitions.answer_appointment(
            appointment.pk, participant=side.pk, suits={date.pk: "yes"}, actor=stranger
        ),
        lambda: transitions.fix_appointment(appointment.pk, date=date.pk, actor=stranger),
        lambda: transitions.cancel_appointment(appointment.pk, actor=stranger),
        # Staff arrange, but say of nobody else what suits.
        lambda: transitions.answer_appointment(
            appointment.pk, participant=side.pk, suits={date.pk: "yes"}, actor=StaffFactory()
        ),
    ):
        with pytest.raises(PermissionDenied):
            call()


def test_staff_propose_for_the_secretariat(introduction: Introduction) -> None:
    appointment = transitions.propose_appointment(
        introduction.pk, participant=None, dates=[day(2)], place="県庁", actor=StaffFactory()
    )
    assert appointment.proposed_by_side is None
    assert len(told("matching_appointment_proposed")) == 2
    with pytest.raises(PermissionDenied):
        transitions.propose_appointment(
            introduction.pk,
            participant=None,
            dates=[day(2)],
            place="県庁",
            actor=somebody_of(sides(introduction)[0].organisation),
        )


def test_a_moved_one_has_a_higher_number_in_calendars(introduction: Introduction) -> None:
    appointment = fix(propose(introduction))
    person = somebody_of(sides(introduction)[0].organisation)
    same = {"minutes": 60, "place": "市民センター 2階", "online_url": "", "note": "", "actor": person}
    transitions.move_appointment(appointment.pk, starts_at=day(3), **same)  # type: ignore[arg-type]
    assert told("matching_appointment_moved") == []
    moved = transitions.move_appointment(appointment.pk, starts_at=day(6, 10), **same)  # type: ignore[arg-type]
    assert (moved.sequence, moved.starts_at) == (1, day(6, 10))
    assert len(told("matching_appointment_moved")) == 2


def test_called_off_twice_is_off_once(introduction: Introduction) -> None:
    appointment = fix(propose(introduction))
    person = somebody_of(sides(introduction)[0].organisation)
    for _ in range(2):
        off = transitions.cancel_appointment(appointment.pk, note="台風が来るため", actor=person)
    assert off.state == AppointmentState.CANCELLED
    assert told("matching_appointment_cancelled") == [somebody_of(sides(introduction)[1].organisation)]


def test_an_early_end_calls_off_what_was_ahead(introduction: Introduction) -> None:
    appointment = fix(propose(introduction))
    side = sides(introduction)[0]
    transitions.end_introduction_early(
        introduction.pk, on_behalf=side.organisation, reason="other", actor=somebody_of(side.organisation)
    )
    appointment.refresh_from_db()
    assert appointment.state == AppointmentState.CANCELLED


def test_everybody_is_reminded_on_the_day_before_once(introduction: Introduction) -> None:
    appointment = fix(propose(introduction, dates=[day(1, 0), day(2)]))
    later = IntroductionFactory(state=IntroductionState.AGREED)
    fix(propose(later, dates=[day(2)]))
    for _ in range(2):
        assert remind_of_appointments() == 1
    assert len(told("matching_appointment_tomorrow")) == 2
    assert appointment.introduction_id == introduction.pk


def test_a_desk_ticks_for_its_group() -> None:
    desk = DeskFactory()
    group = RelayedGroupFactory(desk=desk)
    person = somebody_of(desk)
    agreed = {"group_agreed_by": "phone", "group_agreed_on": timezone.localdate()}
    need = PostFactory(organisation=desk, author=person, on_behalf_of=group, **agreed)
    introduction = IntroductionFactory(state=IntroductionState.AGREED, post=need)
    introduction.participants.filter(post=need).update(desk=desk, group=group)
    side = introduction.participants.exclude(post=need).get()
    appointment = transitions.propose_appointment(
        introduction.pk,
        participant=side.pk,
        dates=[day(3)],
        place="公民館",
        actor=somebody_of(side.organisation),
    )
    of_group = introduction.participants.get(group=group)
    tick(appointment, of_group, Suits.YES)
    assert any("都合がそろいました" in line for line in lines(introduction))


# --- pages ---


def as_side(client: Client, side: Participant) -> Client:
    client.force_login(somebody_of(side.organisation))
    return client


def test_three_dates_typed_as_people_type_them(introduction: Introduction, client: Client) -> None:
    as_side(client, sides(introduction)[0])
    coming = timezone.localdate() + timedelta(days=10)
    data = {
        "participant": sides(introduction)[0].pk,
        "first_0": f"{coming.year}年{coming.month}月{coming.day}日",
        "first_1": "午後2時",
        "second_0": f"令和{coming.year - 2018}年{coming.month}月{coming.day}日",
        "second_1": "１６：３０",
        "third_0": "",
        "third_1": "",
        "minutes": "90",
        "place": "市民センター",
        "online_url": "",
        "note": "",
        "key": "k",
    }
    answer = client.post(f"/introductions/{introduction.pk}/appointments/new/", data)
    appointment = Appointment.objects.get()
    assert answer.headers["Location"] == f"/appointments/{appointment.pk}/"
    found = [timezone.localtime(date.starts_at).strftime("%H:%M") for date in appointment.dates.order_by("starts_at")]
    assert (found, appointment.minutes) == (["14:00", "16:30"], 90)


def test_a_past_date_comes_back_with_a_word(introduction: Introduction, client: Client) -> None:
    as_side(client, sides(introduction)[0])
    data = {"first_0": "2020/1/1", "first_1": "10:00", "minutes": "60", "place": "ここ", "key": "k"}
    data["participant"] = str(sides(introduction)[0].pk)
    answer = client.post(f"/introductions/{introduction.pk}/appointments/new/", data)
    assert answer.status_code == 422
    assert "もう過ぎています" in answer.content.decode()


def test_the_page_asks_shows_and_fixes(introduction: Introduction, client: Client) -> None:
    appointment = propose(introduction)
    second = sides(introduction)[1]
    as_side(client, second)
    url = f"/appointments/{appointment.pk}/"
    assert "次は、あなたのお返事です" in client.get(url).content.decode()
    dates = list(appointment.dates.order_by("starts_at"))
    ticks = {f"date_{date.pk}": "yes" for date in dates}
    incomplete = client.post(f"{url}answer/", {"participant": second.pk, f"date_{dates[0].pk}": "yes"})
    assert incomplete.status_code == 422
    client.post(f"{url}answer/", {"participant": second.pk, **ticks})
    assert "全員の都合がそろいました" in client.get(url).content.decode()
    assert client.post(f"{url}fix/", {}).status_code == 422
    client.post(f"{url}fix/", {"date": dates[2].pk})
    page = client.get(url).content.decode()
    assert "カレンダーに入れる" in page
    assert "候補日を出しました" in client.get(introduction.get_absolute_url()).content.decode()


def test_the_calendar_file(introduction: Introduction, client: Client) -> None:
    appointment = propose(introduction, dates=[datetime(timezone.localdate().year + 1, 1, 4, 5, 0, tzinfo=UTC)])
    as_side(client, sides(introduction)[1])
    url = f"/appointments/{appointment.pk}/calendar/"
    assert client.get(url).status_code == 404
    fix(appointment)
    answer = client.get(url)
    text = answer.content.decode()
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert "DTSTART;TZID=Asia/Tokyo:" in text
    assert "T140000" in text
    assert f"UID:appointment-{appointment.pk}@" in text


def test_what_waits_for_whom(introduction: Introduction) -> None:
    appointment = propose(introduction)
    first, second = (somebody_of(side.organisation) for side in sides(introduction))

    def titles(person: object) -> list[str]:
        return [item.title for item in waiting_for(person) if item.icon == "calendar"]

    assert (titles(first), titles(second)) == ([], ["候補日の都合を答えてください"])
    tick(appointment, sides(introduction)[1], Suits.YES, Suits.YES, Suits.YES)
    assert titles(first) == titles(second) == ["候補日の都合がそろいました"]
    fix(appointment)
    assert titles(first) == titles(second) == []


def test_an_open_poll_of_a_completed_introduction_is_over(introduction: Introduction, client: Client) -> None:
    appointment = propose(introduction)
    second = sides(introduction)[1]
    Introduction.objects.filter(pk=introduction.pk).update(state=IntroductionState.COMPLETED, ended_at=timezone.now())
    as_side(client, second)
    page = client.get(f"/appointments/{appointment.pk}/").content.decode()
    assert "日にちの相談も終わりました" in page
    for waits in ("候補日を相談中", "お返事を待っています", "あなたのお返事です", "この都合で答える", "この日に決める"):
        assert waits not in page
    shown = client.get(introduction.get_absolute_url())
    told = shown.content.decode()
    assert shown.context["page"].next_appointment is None
    for waits in ("候補日を相談中", "お返事を待っています", "都合を答える"):
        assert waits not in told
