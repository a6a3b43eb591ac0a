"""What becomes of posts, introductions and outcomes when a person or an organisation moves on."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from matching import search_text
from matching.enums import OPEN_STATES, RAISED, IntroductionState, OfflineResult, PostState
from matching.models import (
    Ibasho,
    IbashoAnswer,
    Introduction,
    OfflineResponse,
    Outcome,
    Participant,
    Post,
    PostRevision,
)
from matching.resources import answers_in_words
from members.links.names import free_name
from members.models import Organisation, User
from tomoiki.conversations.models import Attachment, Conversation, ConversationMessage
from tomoiki.web.lifecycle import (
    BriefLine,
    BriefSection,
    Carry,
    Columns,
    Identity,
    Move,
    Nothing,
    OrganisationLink,
    Pass,
    PersonLink,
    Rows,
    Trace,
    Wipe,
    brief_sections,
    mask,
    organisation_links,
    organisation_traces,
    person_links,
    person_traces,
)

GONE = search_text.ERASED
A_NUMBER = Nothing("The number of an anonymised row says that somebody did it, and nothing else.")

#: Posts that somebody still has to look after.
OPEN_POSTS = (PostState.DRAFT, PostState.SUBMITTED, PostState.RETURNED, PostState.PUBLISHED, PostState.PAUSED)


def _with_organisation(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("organisation")


POST_COLUMNS: Columns = {
    "number": ("番号", "pk"),
    "direction": ("困りごと・できること", "get_direction_display"),
    "organisation": ("団体", lambda post: str(post.organisation)),
    "resource": ("種類", "get_resource_display"),
    "title": ("見出し", "title"),
    "body": ("くわしい内容", "body"),
    "answers": ("種類ごとの内容", lambda post: "\n".join(f"{name}：{text}" for name, text in answers_in_words(post))),
    "state": ("状態", "get_state_display"),
    "created_at": ("書き始めた日時", "created_at"),
    "published_at": ("掲載した日時", "published_at"),
    "ended_at": ("終わった日時", "ended_at"),
}


# --- a person ---


def open_posts_of(leaver: Any, organisation: Any) -> QuerySet[Post]:
    """What the leaver looks after for this organisation, or wrote without anybody looking after it."""
    theirs = Q(contact=leaver) | Q(contact=None, author=leaver)
    return Post.objects.filter(theirs, organisation=organisation, state__in=OPEN_POSTS).order_by("expires_at", "pk")


def _post_line(post: Post) -> BriefLine:
    return BriefLine(
        f"{post.get_direction_display()}「{post}」（{post.get_state_display()}）",
        post.get_absolute_url(),
        post.last_day,
    )


person_links.register(
    PersonLink(
        "matching.Post.contact",
        hand_over=Pass("担当している困りごと・できること", rows=open_posts_of, line=_post_line),
        export=Rows(
            "担当している困りごと・できること", POST_COLUMNS, rows=lambda rows: rows.select_related("organisation")
        ),
        # Its organisation's people are told and look after it themselves.
        erase=Wipe({"contact": None}),
    )
)
person_links.register(
    PersonLink(
        "matching.Post.author",
        hand_over=Nothing("Who wrote it stays so; whoever looks after it now is its contact."),
        export=Rows("書いた困りごと・できること", POST_COLUMNS, rows=_with_organisation),
        erase=Nothing("A post is the organisation's; its author reads as somebody who left, their name is masked."),
    )
)
person_links.register(
    PersonLink(
        "matching.PostRevision.author",
        hand_over=Nothing("A change that waits belongs to its post, and that is handed over."),
        export=Rows(
            "書いた修正案",
            {
                "created_at": ("書いた日時", "created_at"),
                "post": ("掲載", lambda revision: str(revision.post)),
                "changes": ("変えるところ", "changes"),
                "note": ("変える理由", "note"),
                "state": ("状態", "get_state_display"),
            },
            rows=lambda rows: rows.select_related("post"),
        ),
        erase=Nothing("It is a draft of the organisation's text; the author reads as somebody who left."),
    )
)
person_links.register(
    PersonLink(
        "matching.Introduction.proposed_by",
        hand_over=Nothing("Whoever began an introduction stays named; its sides go on, and staff share a queue."),
        export=Rows(
            "始めたおつなぎ",
            {
                "created_at": ("作られた日時", "created_at"),
                "post": ("もとの掲載", lambda introduction: str(introduction.post)),
                "origin": ("きっかけ", "get_origin_display"),
                "message": ("ひとこと", "message"),
                "state": ("状態", "get_state_display"),
            },
            rows=lambda rows: rows.select_related("post"),
        ),
        erase=Nothing("An introduction is its participants'; who began it reads as somebody who left."),
    )
)
person_links.register(
    PersonLink(
        "matching.Participant.answered_by",
        hand_over=Nothing("Who gave an answer stays so; what comes next is asked of the organisation."),
        export=Rows(
            "したお返事",
            {
                "answered_at": ("お返事の日時", "answered_at"),
                "post": ("もとの掲載", lambda side: str(side.introduction.post)),
                "organisation": ("団体", lambda side: str(side.organisation)),
                "answer": ("お返事", "get_answer_display"),
                "decline_note": ("見送りの説明", "decline_note"),
                "decline_words": ("見送りを伝えることば", "decline_words"),
            },
            rows=lambda rows: rows.select_related("introduction__post", "organisation"),
        ),
        erase=Nothing("An answer is the organisation's; who gave it reads as somebody who left."),
    )
)
person_links.register(
    PersonLink(
        "matching.Outcome.reported_by",
        hand_over=Nothing("Who reported stays so."),
        export=Rows(
            "書いた成果報告",
            {
                "reported_at": ("報告した日時", "reported_at"),
                "post": ("もとの掲載", lambda outcome: str(outcome.introduction.post)),
                "result": ("どうなりましたか", "get_result_display"),
                "story": ("できごと", "story"),
                "people_reached": ("届いた人数", "people_reached"),
            },
            rows=lambda rows: rows.select_related("introduction__post"),
        ),
        erase=Nothing("What came of an introduction is the organisation's report; figures stay true."),
    )
)


person_links.register(
    PersonLink(
        "matching.OfflineResponse.recorded_by",
        hand_over=Nothing("What reached a desk by telephone waits in the organisation's list, for all of its people."),
        # Who rang up is somebody else's data.
        export=Rows(
            "電話や紙でのお申し出の記録",
            {
                "created_at": ("記録した日時", "created_at"),
                "post": ("掲載", lambda response: str(response.post)),
                "channel": ("届いた方法", "get_channel_display"),
            },
            rows=lambda rows: rows.select_related("post"),
        ),
        erase=A_NUMBER,
    )
)
person_links.register(
    PersonLink(
        "matching.OfflineResponse.settled_by",
        hand_over=Nothing("Who settled it stays so."),
        export=Nothing("That the person settled it stands in the trail, which is part of the data."),
        erase=A_NUMBER,
    )
)


def _unsign(identity: Identity, actor: Any) -> None:
    """People put their names into what they write for their organisation."""
    instead = "退会した方"
    posts = Post.objects.filter(Q(author=identity.pk) | Q(contact=identity.pk))
    mask(posts, ["title", "body", "area_note", "when_note", "quantity_note", "search_text"], identity, instead)
    # The terms are formed of the texts again: a name is in many of them.
    search_text.rebuild_posts(posts)
    mask(PostRevision.objects.filter(author=identity.pk), ["note", "changes"], identity, instead)
    mask(Introduction.objects.filter(proposed_by=identity.pk), ["message", "end_note"], identity, instead)
    mask(Participant.objects.filter(answered_by=identity.pk), ["decline_note", "decline_words"], identity, instead)
    mask(Outcome.objects.filter(reported_by=identity.pk), ["story"], identity, instead)


person_traces.register(Trace("names in posts and introductions", erase=_unsign))


# --- an organisation ---


def _with_winner(rows: QuerySet[Participant], winner: Organisation) -> QuerySet[Participant]:
    """Where both stand in one introduction: the same organisation cannot be both sides."""
    return rows.filter(introduction__participants__organisation=winner)


def _pair_along(side: Participant, winner: Organisation) -> Iterable[tuple[models.Model, Mapping[str, Any]]]:
    """The pair of a post and an organisation names the organisation; unless the winner has the same pair open."""
    introduction = side.introduction
    before = f":organisation:{side.organisation_id}"
    pair, found, purpose = introduction.pair_key.partition(before)
    if not found or (purpose and not purpose.startswith(":")):
        return []
    key = f"{pair}:organisation:{winner.pk}{purpose}"
    if introduction.state in OPEN_STATES and Introduction.objects.open().filter(pair_key=key).exists():
        return []
    return [(introduction, {"pair_key": key})]


def _rename_ibasho(ibasho: Ibasho, winner: Organisation) -> Mapping[str, Any]:
    name = free_name(Ibasho.objects.filter(organisation=winner), ibasho.name, ibasho.organisation.name, 80)
    return {"organisation_id": winner.pk, "name": name}


def _people_reached(side: Participant) -> int | None:
    return side.outcome.people_reached if side.has_reported else None


def _same_ibasho(rows: QuerySet[Ibasho], winner: Organisation) -> QuerySet[Ibasho]:
    return rows.filter(name__in=Ibasho.objects.filter(organisation=winner).values("name"))


def _erase_posts(rows: Any, actor: Any) -> None:
    """What a post said goes; of what kind it was, how much, where and when stays."""
    posts = Post.objects.filter(pk__in=rows.values("pk"))
    # Nobody is left to ring back.
    OfflineResponse.objects.filter(post__in=posts.values("pk"), settled_at=None).update(
        who="", contact="", words="", settled_at=timezone.now(), result=OfflineResult.NOT_NOW
    )
    revisions = PostRevision.objects.filter(post__in=posts.values("pk"))
    revisions.exclude(staff_message="").update(staff_message=GONE)
    revisions.update(changes={}, note="", photo=None)
    posts.exclude(staff_message="").update(staff_message=GONE)
    posts.update(
        title=GONE,
        body="",
        area_note="",
        when_note="",
        quantity_note="",
        details={},
        photo=None,
        photo_alt="",
        search_text="",
        search_terms=[],
    )


def _erase_sides(rows: Any, actor: Any) -> None:
    """What the organisation wrote in introductions goes; that it took part, and what came of it in numbers, stays."""
    sides = list(rows.values_list("pk", "introduction"))
    introductions = {introduction for _, introduction in sides}
    rows.update(decline_note="", decline_words="")
    Outcome.objects.filter(participant__in=[pk for pk, _ in sides]).update(story="")
    begun = Introduction.objects.filter(pk__in=introductions, origin__in=RAISED).exclude(
        post__organisation__in=rows.values("organisation")
    )
    begun.update(message="")
    Introduction.objects.filter(pk__in=introductions, state=IntroductionState.ENDED_EARLY).update(end_note="")
    _erase_messages(introductions, [str(pk) for pk, _ in sides])


def _erase_desk(rows: Any, actor: Any) -> None:
    _erase_messages(
        set(rows.values_list("introduction", flat=True)),
        [str(pk) for pk in rows.values_list("pk", flat=True)],
    )


def _erase_messages(introductions: set[int], sides: list[str]) -> None:
    """The key of a side stands with each message that was written from it."""
    conversations = Conversation.objects.about_any(Introduction, introductions)
    messages = ConversationMessage.objects.filter(conversation__in=conversations.values("pk"), side__in=sides)
    Attachment.objects.filter(message__in=messages.values("pk")).delete()
    messages.update(body="（退会した団体が書いたメッセージは、消去しました）")


def _erase_ibasho(rows: Any, actor: Any) -> None:
    for ibasho in rows.order_by("pk"):
        ibasho.name = f"居場所{ibasho.pk}"
        ibasho.who_comes = ibasho.address = ""
        ibasho.save(update_fields=["name", "who_comes", "address", "updated_at"])
        # The answers to its questions stay for the figures; what people wrote beside them may tell where it was.
        IbashoAnswer.objects.filter(survey__ibasho=ibasho).update(words="")


organisation_links.register(
    OrganisationLink(
        "matching.Post.organisation",
        merge=Move(
            follows=lambda rows, back: rows.filter(on_behalf_of__in=back.get("members.RelayedGroup", ())),
        ),
        export=Rows("困りごと・できること", POST_COLUMNS, rows=_with_organisation),
        erase=Carry(_erase_posts),
    )
)
organisation_links.register(
    OrganisationLink(
        "matching.Participant.organisation",
        merge=Move(
            clashes=_with_winner,
            along=_pair_along,
            follows=lambda rows, back: rows.filter(post__in=back.get("matching.Post", ())),
            label="おつなぎ",
        ),
        export=Rows(
            "おつなぎ",
            {
                "number": ("番号", "introduction_id"),
                "post": ("もとの掲載", lambda side: str(side.introduction.post)),
                "side": ("立場", "get_side_display"),
                "state": ("状態", lambda side: side.introduction.get_state_display()),
                "asked_at": ("たずねた日時", lambda side: side.introduction.asked_at),
                "answer": ("お返事", "get_answer_display"),
                "answered_at": ("お返事の日時", "answered_at"),
                "quantity": ("数", "quantity"),
                "story": ("成果報告のできごと", lambda side: side.outcome.story if side.has_reported else ""),
                "people_reached": (
                    "届いた人数",
                    lambda side: side.outcome.people_reached if side.has_reported else None,
                ),
            },
            # What staff prepared and did not ask yet is known to nobody.
            rows=lambda rows: rows.filter(introduction__asked_at__isnull=False).select_related(
                "introduction__post", "outcome"
            ),
        ),
        erase=Carry(_erase_sides),
    )
)
organisation_links.register(
    OrganisationLink(
        "matching.Participant.desk",
        merge=Move(
            follows=lambda rows, back: rows.filter(group__in=back.get("members.RelayedGroup", ())),
            label="地域の団体に代わるおつなぎ",
        ),
        export=Rows(
            "代わって話すおつなぎ",
            {
                "number": ("番号", "introduction_id"),
                "group": ("地域の団体", lambda side: str(side.group or "")),
                "post": ("もとの掲載", lambda side: str(side.introduction.post)),
                "answer": ("お返事", "get_answer_display"),
            },
            rows=lambda rows: rows.filter(introduction__asked_at__isnull=False).select_related(
                "introduction__post", "group"
            ),
        ),
        erase=Carry(_erase_desk),
    )
)
organisation_links.register(
    OrganisationLink(
        "matching.Ibasho.organisation",
        merge=Move(
            clashes=_same_ibasho,
            settle=_rename_ibasho,
        ),
        export=Rows(
            "居場所",
            {
                "name": ("居場所の名前", "name"),
                "address": ("住所", "address"),
                "who_comes": ("だれが来る場所か", "who_comes"),
                "opened_on": ("開いた日", "opened_on"),
                "closed_on": ("閉じた日", "closed_on"),
                "open_days_a_month": ("月に開く日数", "open_days_a_month"),
                "people_a_time": ("1回に来る人数", "people_a_time"),
            },
        ),
        erase=Carry(_erase_ibasho),
    )
)


def _mask_elsewhere(identity: Identity, actor: Any) -> None:
    """Partners name it in what they wrote, also to the staff."""
    instead = "退会した団体"
    sides = Participant.objects.filter(organisation__in=identity.pks).values("introduction")
    mask(Introduction.objects.filter(pk__in=sides), ["message", "end_note"], identity, instead, familiar=True)
    mask(Outcome.objects.filter(introduction__in=sides), ["story"], identity, instead, familiar=True)
    mask(
        Participant.objects.filter(introduction__in=sides),
        ["decline_note", "decline_words"],
        identity,
        instead,
        familiar=True,
    )
    talks = Conversation.objects.about_any(Introduction, sides).values("pk")
    mask(ConversationMessage.objects.filter(conversation__in=talks), ["body"], identity, instead, familiar=True)


organisation_traces.register(Trace("names in introductions", erase=_mask_elsewhere))


# --- what a successor should know ---


def _running_introductions(organisation: Organisation, leaver: User) -> Iterable[BriefLine]:
    """All of the organisation: whoever of its people wrote last, the successor reads on."""
    sides = Participant.objects.filter(Q(organisation=organisation) | Q(desk=organisation)).values("introduction")
    open_ones = Introduction.objects.open().filter(pk__in=sides, asked_at__isnull=False)
    for introduction in open_ones.with_participants().order_by(F("respond_by").asc(nulls_last=True), "pk")[:100]:
        partners = "・".join(
            str(side.organisation)
            for side in introduction.sides()
            if organisation.pk not in {side.organisation_id, side.desk_id}
        )
        yield BriefLine(
            f"{introduction}（{introduction.get_state_display()}）" + (f"　相手：{partners}" if partners else ""),
            introduction.get_absolute_url(),
            introduction.respond_by if introduction.state == IntroductionState.ASKED else None,
        )


brief_sections.register(
    BriefSection("introductions", "進んでいるおつなぎ", _running_introductions, order=20),
)
