"""Where a person stands with the portal, and what they can do next: why their page is never empty."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.urls import reverse

from members.enums import AffiliationRole, JoinRequestState, OrganisationKind, OrganisationState
from members.models import Affiliation, JoinRequest, Organisation, Practitioner, User

_ACTING = (AffiliationRole.OWNER, AffiliationRole.EDITOR)
#: Kinds of organisation with a door of their own to needs and stories.
_COMING = (OrganisationKind.UNIVERSITY, OrganisationKind.FINANCIAL, OrganisationKind.MEDIA)
#: Those who left, or became part of another, are no longer a place of anybody.
_GONE = (OrganisationState.WITHDRAWN, OrganisationState.MERGED)


@dataclass(frozen=True)
class Place:
    """One organisation of the person, and what they may do for it."""

    organisation: Organisation
    role: str
    role_label: str

    @property
    def approved(self) -> bool:
        return self.organisation.state == OrganisationState.APPROVED

    @property
    def acts(self) -> bool:
        """Whether the person may write and answer for it now."""
        return self.approved and self.role in _ACTING

    @property
    def comes_by_doors(self) -> bool:
        """Whether it may bring research, an interview or a client to a need."""
        return self.acts and self.organisation.kind in _COMING

    @property
    def informs(self) -> bool:
        """Whether it may send the consortium information."""
        return self.acts and self.organisation.kind == OrganisationKind.MEDIA


@dataclass(frozen=True)
class Way:
    """A button: ``variant`` as in ``{% button %}``."""

    label: str
    url: str
    variant: str = ""


@dataclass(frozen=True)
class Situation:
    """A card: how things stand, and the ways on. ``tone`` is that of its edge (need, warning, danger, state)."""

    tone: str
    title: str
    text: str
    ways: Sequence[Way]


@dataclass(frozen=True)
class FirstStep:
    """One of the first things to do as a new member."""

    icon: str
    tone: str
    title: str
    text: str
    ways: Sequence[Way]


def places_of(user: User) -> list[Place]:
    """The person's organisations now, those in good standing first; one query."""
    rows = (
        Affiliation.objects.current()
        .filter(user=user)
        .exclude(organisation__state__in=_GONE)
        .select_related("organisation__municipality")
        .order_by("organisation__name", "pk")
    )
    places = [Place(row.organisation, row.role, row.get_role_display()) for row in rows]
    return sorted(places, key=lambda place: not place.approved)


def situation_of(user: User, places: Sequence[Place], practitioner: Practitioner | None) -> Situation | None:
    """What somebody can do who cannot take part yet; None for a member in good standing. Two queries at most.

    Each single thing to be done (confirm the address, mend the application) is a row of what waits; this card says
    what stands open besides.
    """
    if any(place.approved for place in places):
        return None
    if places:
        return _not_approved(OrganisationState(places[0].organisation.state))
    if user.is_staff or practitioner is not None:
        return None
    if JoinRequest.objects.filter(user=user, state=JoinRequestState.WAITING).exists():
        return Situation(
            "state",
            "お返事を待つあいだに",
            "公開されている困りごと・できることは、いまからご覧いただけます。団体に加わると、手を挙げたり書いたりできます。",
            _look_around(),
        )
    return Situation(
        "state",
        "まだ、どの団体にも加わっていません",
        "書いたり手を挙げたりするには、団体の登録が必要です。団体がもう登録されていれば、その団体のページから、"
        "担当者として加わる申し込みができます。",
        (
            Way("団体を登録する", reverse("members:join")),
            Way("登録されている団体をさがす", reverse("pages:organisations"), "secondary"),
        ),
    )


def _not_approved(state: OrganisationState) -> Situation:
    contact = Way("事務局に問い合わせる", reverse("pages:contact"), "secondary")
    if state == OrganisationState.SUSPENDED:
        return Situation(
            "danger",
            "いま、団体の利用を一時停止しています",
            "そのあいだ、掲載は見えなくなり、書くことも手を挙げることもできません。再開すると元に戻ります。",
            (contact, *_look_around()[:1]),
        )
    if state == OrganisationState.REJECTED:
        return Situation(
            "danger",
            "今回は、団体の登録を見送りました",
            "事情が変わったときや、理由に納得がいかないときは、事務局へご相談ください。公開されている掲載は、いままでどおりご覧いただけます。",
            (contact, *_look_around()[:1]),
        )
    return Situation(
        "state",
        "登録が終わるまでのあいだに",
        "公開されている困りごと・できることは、いまからご覧いただけます。登録が終わると、手を挙げたり書いたりできます。",
        _look_around(),
    )


def _look_around() -> tuple[Way, ...]:
    return (
        Way("困りごと・できることを見る", reverse("matching:board"), "secondary"),
        Way("よくある質問を読む", reverse("pages:faq"), "secondary"),
    )


def first_steps_of(acting: Sequence[Place], *, has_posts: bool) -> list[FirstStep]:
    """The first things to do for somebody who may act and whose organisations have written nothing yet."""
    if not acting or has_posts:
        return []
    return [
        FirstStep(
            "edit",
            "need",
            "困りごとか、できることを一つ書く",
            "「月に2回、部屋を借りたい」「パンが余る日がある」。小さなことほど、相手が見つかりやすいものです。"
            "事務局が確かめてから載せます。",
            (
                Way("困りごとを書く", reverse("matching:post_new", args=["need"]), "need"),
                Way("できることを書く", reverse("matching:post_new", args=["offer"])),
            ),
        ),
        FirstStep(
            "hand-stop",
            "state",
            "力になれそうなものに、手を挙げる",
            "ひとこと添えて送ると、相手の団体に届きます。お返事は、このページでお知らせします。",
            (Way("困りごと・できることを見る", reverse("matching:board"), "secondary"),),
        ),
    ]
