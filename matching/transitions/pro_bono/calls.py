"""The coordinator: needs shown to colleagues, and colleagues put forward."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from matching.enums import Answer, IntroductionState, Visibility
from matching.enums.doors import Purpose
from matching.enums.pro_bono import ProBonoState
from matching.models import Introduction, Participant, Post, ProBonoApplication, ProBonoCall
from matching.models.pro_bono import call_token
from matching.notices.pro_bono import (
    ColleaguePutForward,
    mail_volunteer,
)
from matching.transitions.checks import limited, person
from matching.transitions.introductions import respond_to_post
from matching.transitions.locks import lock_introduction
from matching.transitions.pro_bono.common import (
    locked,
    locked_application,
    locked_call,
    settle,
)
from matching.workflow import PRO_BONO
from members.models import Organisation
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor, SystemActor
from tomoiki.notifications import outbox
from tomoiki.workflow import TransitionError, require

MAX_POSTS = 20
LONGEST_CALL = timedelta(days=366)

CALL_FIELDS = frozenset({"title", "message", "posts", "closes_on"})


@transaction.atomic
def make_pro_bono_call(
    *, on_behalf: Organisation, data: Mapping[str, Any], actor: Actor, idempotency_key: str | None = None
) -> ProBonoCall:
    """Make the link by which colleagues of ``on_behalf`` see chosen needs. The same key makes one call.

    ``data`` holds ``CALL_FIELDS``. Raises ``ValidationError`` by field.
    """
    coordinator = person(actor)
    require(actor, "matching.make_pro_bono_call", on_behalf)
    if idempotency_key:
        known = ProBonoCall.objects.filter(idempotency_key=idempotency_key, organisation=on_behalf).first()
        if known is not None:
            return known
    call = ProBonoCall(organisation=on_behalf, coordinator=coordinator, idempotency_key=idempotency_key or None)
    posts = _apply(call, data)
    made = call
    if idempotency_key:
        # Two clicks at once: the second waits here for the first and finds its key taken.
        made, created = ProBonoCall.objects.get_or_create(idempotency_key=idempotency_key, defaults=_columns(call))
        if not created:
            return made
    else:
        made.save(force_insert=True)
    made.posts.set(posts)
    audit.record(made, "pro_bono.call_made", actor=actor, codes={"posts": _numbers(post.pk for post in posts)})
    return made


def _numbers(pks: Iterable[int]) -> str:
    """For the trail."""
    return ",".join(str(pk) for pk in sorted(pks))


def _columns(call: ProBonoCall) -> dict[str, Any]:
    names = ("organisation", "coordinator", "title", "message", "closes_on", "token")
    return {name: getattr(call, name) for name in names}


@transaction.atomic
def update_pro_bono_call(pk: int, *, data: Mapping[str, Any], actor: Actor) -> ProBonoCall:
    """Change the words, the needs or the last day; a need that somebody applied for stays in it."""
    call = locked_call(pk)
    require(actor, "matching.edit_pro_bono_call", call)
    posts = _apply(call, data)
    applied = ProBonoApplication.objects.filter(call=call).values_list("post", flat=True)
    kept = {post.pk for post in posts} | set(applied)
    call.save(update_fields=["title", "message", "closes_on"])
    call.posts.set(kept)
    audit.record(call, "pro_bono.call_changed", actor=actor, fields=sorted(data), codes={"posts": _numbers(kept)})
    return call


def _apply(call: ProBonoCall, data: Mapping[str, Any]) -> list[Post]:
    """Set and check what the coordinator wrote; the chosen needs, in the order given."""
    unknown = set(data) - CALL_FIELDS
    if unknown:
        raise TypeError(f"not to be set here: {sorted(unknown)}")
    call.title = limited("title", data["title"], 60)
    call.message = limited("message", data.get("message", ""), 1000)
    call.closes_on = data["closes_on"]
    wrong: dict[str, str] = {}
    if not call.title:
        wrong["title"] = "見出しを書いてください。"
    today = timezone.localdate()
    if call.closes_on is None or call.closes_on < today:
        wrong["closes_on"] = "今日よりあとの日にしてください。"
    elif call.closes_on > today + LONGEST_CALL:
        wrong["closes_on"] = "1年以内の日にしてください。"
    posts = list(data["posts"])
    if not posts:
        wrong["posts"] = "社内に紹介する困りごとを、ひとつ以上選んでください。"
    elif len(posts) > MAX_POSTS:
        wrong["posts"] = f"一度に紹介できるのは、{MAX_POSTS}件までです。"
    elif any(post.organisation_id == call.organisation_id for post in posts):
        wrong["posts"] = "自分の団体の困りごとは、選べません。"
    elif any(post.visibility != Visibility.PUBLIC for post in posts):
        # Whoever has the link reads them, and a link goes further than one meant it to.
        wrong["posts"] = "参加団体だけに公開されている困りごとは、社内募集では紹介できません。"
    if wrong:
        raise ValidationError(wrong)
    return posts


@transaction.atomic
def close_pro_bono_call(pk: int, *, actor: Actor) -> ProBonoCall:
    """Take no more applications. Those who have applied stay; again has no effect."""
    call = locked_call(pk)
    require(actor, "matching.edit_pro_bono_call", call)
    if call.closed_at is None:
        call.closed_at = timezone.now()
        call.save(update_fields=["closed_at"])
        audit.record(call, "pro_bono.call_closed", actor=actor)
    return call


@transaction.atomic
def renew_call_link(pk: int, *, actor: Actor) -> ProBonoCall:
    """Make the old link useless, where it went to people it was not meant for."""
    call = locked_call(pk)
    require(actor, "matching.edit_pro_bono_call", call)
    call.token = call_token()
    call.save(update_fields=["token"])
    audit.record(call, "pro_bono.link_renewed", actor=actor)
    return call


@transaction.atomic
def put_forward(call_pk: int, *, post: int, applications: Collection[int], message: str, actor: Actor) -> Introduction:
    """Name these colleagues to the organisation whose need it is: only now it reads who they are.

    The employer raises its hand for the need with ``message``, or they join the introduction that is on its way.
    All or none: raises ``TransitionError`` when one of them has withdrawn meanwhile.
    """
    call = ProBonoCall.objects.select_related("organisation").get(pk=call_pk)
    require(actor, "matching.put_forward", call)
    if not applications:
        raise ValidationError({"applications": "推薦する方を、ひとり以上選んでください。"})
    need = Post.objects.get(pk=post)
    open_one = open_introduction(call.organisation, need)
    if open_one is None:
        introduction = respond_to_post(need.pk, on_behalf=call.organisation, message=message, actor=actor)
    else:
        introduction = lock_introduction(open_one)
        if introduction.state not in _JOINABLE:
            raise TransitionError("over", "このおつなぎは、先ほど終わりました。画面を開き直してご確認ください。")
    rows = list(locked(ProBonoApplication.objects.filter(pk__in=applications, call=call, post=need)))
    if len(rows) != len(set(applications)):
        raise TransitionError("not_there", "選んだ申し込みが見つかりません。画面を開き直してご確認ください。")
    for application in rows:
        before = PRO_BONO.check(application, "put_forward")
        application.state = ProBonoState.PUT_FORWARD
        application.introduction = introduction
        application.put_forward_at = timezone.now()
        application.save(update_fields=["state", "introduction", "put_forward_at"])
        audit.record(
            application, "pro_bono.put_forward", actor=actor, before=before, codes={"introduction": introduction.pk}
        )
        mail_volunteer(application, "matching_pro_bono_you_were_put_forward", f"推薦しました：「{need}」")
        if open_one is not None:
            outbox.put(ColleaguePutForward(application))
    return introduction


_JOINABLE = (IntroductionState.ASKED, IntroductionState.AGREED, IntroductionState.UNDER_WAY)


def open_introduction(organisation: Organisation, need: Post) -> int | None:
    """The introduction that is on its way between the two, which more colleagues may join."""
    # Whoever said no, or left, does not take part; research and interviews are no help.
    own = Participant.objects.filter(organisation=organisation, left_at=None).exclude(answer=Answer.NO)
    found = Introduction.objects.filter(
        state__in=_JOINABLE, purpose=Purpose.HELP, participants__post=need, pk__in=own.values("introduction")
    ).order_by("-pk")
    return found.values_list("pk", flat=True).first()


@transaction.atomic
def not_choose_application(pk: int, *, actor: Actor) -> ProBonoApplication:
    """Tell a colleague politely that it will not be this time; nobody else ever reads who it was."""
    application = locked_application(pk)
    require(actor, "matching.decide_pro_bono_application", application)
    if application.state == ProBonoState.NOT_CHOSEN:
        return application
    if application.state == ProBonoState.PUT_FORWARD and not isinstance(actor, SystemActor):
        raise TransitionError("named_already", "すでに推薦しています。やめるときは「活動を終える」を使ってください。")
    return settle(
        application,
        "not_choose",
        ProBonoState.NOT_CHOSEN,
        "pro_bono.not_chosen",
        actor=actor,
        mail=("matching_pro_bono_not_this_time", f"お申し込みについて：「{application.post}」"),
    )
