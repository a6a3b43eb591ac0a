"""What matching tells lower apps: its lists, who may read its photos and conversations, what waits for a member."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from matching import (  # noqa: F401 - they register themselves
    handing_over,
    links,
    retention_rules,
    story_sources,
    timelines,
    timelines_of_doors,
    timelines_of_thanks,
    transitions,
)
from matching.doors import story_links
from matching.enums import TALKING_STATES
from matching.models import Introduction, Participant, Post, PostRevision
from matching.notices.people import people_by_side
from matching.referral_activity import register_referral_activity
from matching.resources import lists as resource_lists  # noqa: F401 - they register themselves
from matching.staff_queues import QUEUES
from matching.waiting import waiting_in_matching
from matching.workflow import POSTS
from members.models import Organisation, User
from tomoiki.conversations.access import SECRETARIAT, ConversationAccess, Seat, conversation_access
from tomoiki.conversations.models import ConversationMessage
from tomoiki.conversations.reportable import Reportable, reportables
from tomoiki.files.access import FileAccess, file_access
from tomoiki.files.models import StoredFile
from tomoiki.stories.ways import StoryWay, story_ways
from tomoiki.vocabulary.lists import Vocabulary, vocabularies
from tomoiki.web.waiting import WaitingSource, member_waiting, staff_waiting

vocabularies.register(
    Vocabulary(
        "decline_reason",
        "見送りの理由",
        (
            ("not_now", "今は時期が合わない", "しばらくしたら、また声をかけてほしいとき"),
            ("dates", "日にちや時間が合わない", ""),
            ("place", "場所が遠い、または使いにくい", ""),
            ("amount", "数や量が合わない", ""),
            ("content", "内容が、思っていたものと違う", ""),
            ("no_hands", "受け入れる余裕や人手がない", ""),
            ("settled", "ほかで決まった", ""),
            ("cost", "費用の面でむずかしい", ""),
            ("internal", "団体のなかで話がまとまらなかった", ""),
            ("other", "そのほか", "下の欄に、ひとことお書きください"),
        ),
    )
)
vocabularies.register(
    Vocabulary(
        "end_reason",
        "途中で終わる理由",
        (
            ("plans_changed", "予定や事情が変わった", ""),
            ("dates", "日にちの都合がつかなかった", ""),
            ("did_not_fit", "話してみると、条件が合わなかった", ""),
            ("no_contact", "連絡がとれなくなった", ""),
            ("weather", "天候や災害のため", ""),
            ("partner_left", "相手の団体が退会した", ""),
            ("concern", "心配なことがあった", "くわしくは事務局がうかがいます"),
            ("other", "そのほか", ""),
        ),
    )
)

vocabularies.register(
    Vocabulary(
        "not_relevant_reason",
        "おすすめが合わない理由",
        (
            ("content", "種類や内容が違う", ""),
            ("place", "場所が遠い", ""),
            ("dates", "日にちや時間が合わない", ""),
            ("amount", "数や量が合わない", ""),
            ("partner", "この団体とは、今はむずかしい", "理由は相手に伝わりません"),
            ("known", "もう知っている・やりとりがある", ""),
            ("not_now", "今は考えていない", ""),
            ("other", "そのほか", ""),
        ),
    )
)
vocabularies.register(
    Vocabulary(
        "ibasho_who",
        "居場所に来る人",
        (
            ("infants", "乳幼児と保護者", ""),
            ("children", "小学生", ""),
            ("youth", "中学生・高校生", ""),
            ("young_adults", "若者", ""),
            ("adults", "大人", ""),
            ("elderly", "高齢の方", ""),
            ("disability", "障害のある方", ""),
            ("carers", "介護や子育てをしている方", ""),
            ("foreign", "外国につながる方", ""),
            ("alone", "ひとりで過ごしがちな方", ""),
            ("anyone", "どなたでも", ""),
        ),
    )
)


# --- photos ---


def can_read_photo(user: Any, file: StoredFile) -> bool:
    """Whoever may see one of the posts that show it, those whom an introduction brought to it included."""
    return Post.objects.readable_by(user).filter(photo=file).exists()


def can_read_proposed_photo(user: Any, file: StoredFile) -> bool:
    """Whoever proposes it or decides about it: the post's own organisation, and staff."""
    if not user.is_authenticated:
        return False
    revisions = PostRevision.objects.filter(photo=file)
    return (revisions if user.is_staff else revisions.filter(post__in=Post.objects.owned_by(user))).exists()


file_access.register(FileAccess("post photos", "matching.Post", can_read_photo))
file_access.register(FileAccess("proposed photos", "matching.PostRevision", can_read_proposed_photo))


# --- conversations ---


def _may_read(user: Any, introduction: Introduction) -> bool:
    return Introduction.objects.talking_with(user).filter(pk=introduction.pk).exists()


def _seats(user: Any, introduction: Introduction) -> Sequence[Seat]:
    """One for each side the person acts for, while the participants talk; the secretariat's for staff."""
    if introduction.state not in TALKING_STATES or not user.is_active:
        return ()
    acts_for = set(Organisation.objects.able_to_act(user).values_list("pk", flat=True))
    sides = Participant.objects.filter(introduction=introduction).together().with_groups().order_by("pk")
    sides = sides.select_related("introduction", "organisation", "desk", "post")
    seats = [Seat(str(side.pk), _speaker(side)) for side in sides if side.speaks.pk in acts_for]
    # Staff who also belong to one of the organisations say as whom they write.
    return [*seats, Seat(SECRETARIAT, "事務局")] if user.is_staff else seats


def _speaker(side: Participant) -> str:
    """As whom a side writes; a column holds no more."""
    limit = ConversationMessage._meta.get_field("speaker").max_length or 0
    return side.label if len(side.label) <= limit else side.speaks.name


def _readers(introduction: Introduction) -> list[User]:
    return list(people_by_side(introduction.participants.together().select_related("organisation", "desk")))


conversation_access.register(
    ConversationAccess(
        model="matching.Introduction",
        can_read=_may_read,
        seats=_seats,
        readers=_readers,
        title=lambda introduction: str(introduction.post),
        url=lambda introduction: introduction.get_absolute_url(),
    )
)


# --- reports ---


def _reportable_post(user: Any, pk: int) -> Post | None:
    """An open post that the person may read and did not write."""
    posts = Post.objects.visible_to(user).on_board().select_related("organisation").filter(pk=pk)
    return posts.exclude(organisation__in=Organisation.objects.of(user)).first()


reportables.register(
    Reportable(
        kind="post",
        model="matching.Post",
        noun="掲載",
        find=_reportable_post,
        title=str,
        text=lambda post: "\n".join(
            filter(None, (post.title, post.body, post.area_note, post.when_note, post.quantity_note, post.photo_alt))
        ),
        url=lambda post: post.get_absolute_url(),
        staff_url=lambda post: reverse("admin:matching_post_change", args=[post.pk]),
        remove=lambda subject, message, actor: transitions.take_down_post(subject.pk, message=message, actor=actor),
        removable=lambda post: POSTS.allows(post, "take_down"),
    )
)


# --- what waits ---

member_waiting.register(WaitingSource("matching", waiting_in_matching))

for _queue in QUEUES:
    staff_waiting.register(_queue)


# --- how active an organisation is, in numbers, for whoever invited it and may know ---

register_referral_activity()


# --- what universities and the media may do about a story ---

story_ways.register(StoryWay("doors", story_links))
