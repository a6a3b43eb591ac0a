"""How far a campaign has come, by type and by area, and the list of those who said yes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from members.enums import AffiliationRole, OrganisationKind, OrganisationState, ReconfirmationAnswer
from members.models import Affiliation, Reconfirmation, ReconfirmationReply
from tomoiki.places.enums import Region
from tomoiki.web.templatetags.ui import ja_date

#: Who counts: members, also while suspended. Who left since was asked too, and is counted apart.
COUNTED = (OrganisationState.APPROVED, OrganisationState.SUSPENDED)
#: Silence stands last, and under no other answer.
HEADINGS = (*(answer.label for answer in ReconfirmationAnswer), "返事なし", "合計")


@dataclass
class Tally:
    """Answers of one group of organisations."""

    label: str
    numbers: dict[str, int] = field(default_factory=dict)

    def add(self, answer: str, number: int) -> None:
        self.numbers[answer] = self.numbers.get(answer, 0) + number

    @property
    def silent(self) -> int:
        return self.numbers.get("", 0)

    @property
    def total(self) -> int:
        return sum(self.numbers.values())

    @property
    def answered_percent(self) -> int:
        """How many of a hundred answered, rounded down: 100 only when nobody is silent."""
        return 100 * (self.total - self.silent) // self.total if self.total else 0

    @property
    def labelled(self) -> list[tuple[str, int]]:
        """Each of ``HEADINGS`` with its number."""
        answers = [self.numbers.get(answer, 0) for answer in ReconfirmationAnswer]
        return list(zip(HEADINGS, [*answers, self.silent, self.total], strict=True))


@dataclass(frozen=True)
class Progress:
    """A campaign in numbers. ``left`` are those who were asked and are no members any more.

    ``newcomers`` became members after it began; ``unreachable`` are silent and have nobody who could answer online.
    """

    whole: Tally
    kinds: Sequence[Tally]
    regions: Sequence[Tally]
    municipalities: Sequence[Tally]
    left: int
    newcomers: int
    unreachable: int


def progress_of(campaign: Reconfirmation) -> Progress:
    """Two queries, however many organisations were asked."""
    replies = ReconfirmationReply.objects.filter(reconfirmation=campaign)
    counted = (
        replies.filter(organisation__state__in=COUNTED)
        .order_by()
        .values_list(
            "organisation__kind",
            "organisation__municipality__region",
            "organisation__municipality__order",
            "organisation__municipality__name",
            "answer",
        )
        .annotate(n=Count("pk"))
    )
    whole = Tally("全体")
    kinds = {kind.value: Tally(kind.label) for kind in OrganisationKind}
    regions = {region.value: Tally(region.label) for region in Region}
    elsewhere = Tally("神奈川県の外・登録なし")
    places: dict[tuple[int, str], Tally] = {}
    for kind, region, order, place, answer, number in counted:
        groups = [whole, kinds[kind], regions.get(region, elsewhere)]
        if place:
            groups.append(places.setdefault((order, place), Tally(place)))
        for tally in groups:
            tally.add(answer, number)
    members = Q(organisation__state__in=COUNTED)
    owners = Affiliation.objects.current().filter(role=AffiliationRole.OWNER, user__is_active=True)
    owned = Exists(owners.filter(organisation=OuterRef("organisation")).exclude(user__email=""))
    apart = replies.aggregate(
        left=Count("pk", filter=~members),
        newcomers=Count("pk", filter=members & Q(organisation__approved_at__gt=campaign.opened_at)),
        unreachable=Count("pk", filter=members & Q(answer="") & Q(~owned)),
    )
    return Progress(
        whole=whole,
        kinds=[each for each in kinds.values() if each.total],
        regions=[each for each in (*regions.values(), elsewhere) if each.total],
        municipalities=[tally for _, tally in sorted(places.items())],
        **apart,
    )


# --- those who said yes ---

EXPORT_HEADINGS = [
    "団体の番号",
    "団体名",
    "フリガナ",
    "種類",
    "法人番号",
    "郵便番号",
    "市区町村",
    "住所",
    "代表電話",
    "代表担当者",
    "メールアドレス",
    "お返事",
    "同意した規約",
    "答えた方",
    "届き方",
    "お返事の日",
    "ひとこと",
]


def consenting(campaign: Reconfirmation) -> QuerySet[ReconfirmationReply]:
    """Those who said in so many words that they go on, and are members in good standing today.

    Nobody who was silent, holds or leaves; nobody who said yes and then left, was suspended, merged or erased. Whoever
    is reinstated stands in the list again: their yes was never taken back.
    """
    return (
        ReconfirmationReply.objects.consenting()
        .filter(
            reconfirmation=campaign,
            organisation__state=OrganisationState.APPROVED,
            organisation__erased_at=None,
        )
        .order_by("organisation__name_kana", "organisation__name", "pk")
    )


def export_rows(campaign: Reconfirmation) -> Iterator[list[Any]]:
    """The rows under ``EXPORT_HEADINGS``, with what is registered of each organisation now."""
    owners = Affiliation.objects.current().filter(
        Q(user__is_active=True, user__anonymised_at=None), role=AffiliationRole.OWNER
    )
    replies = (
        consenting(campaign)
        .select_related("organisation__municipality", "answered_by")
        .prefetch_related(
            Prefetch(
                "organisation__affiliations",
                queryset=owners.select_related("user").order_by("pk"),
                to_attr="owners_now",
            )
        )
    )
    document = str(campaign.document) if campaign.document else "（規約の同意は求めていません）"
    for reply in replies.iterator(chunk_size=2_000):
        organisation = reply.organisation
        people = organisation.owners_now  # type: ignore[attr-defined]
        postal = organisation.postal_code
        on_paper = bool(reply.channel)
        yield [
            organisation.pk,
            organisation.name,
            organisation.name_kana,
            organisation.kind_label,
            organisation.corporate_number,
            f"{postal[:3]}-{postal[3:]}" if postal else "",
            organisation.municipality.name if organisation.municipality else "",
            organisation.whole_address,
            organisation.phone,
            "、".join(str(each.user) for each in people),
            "、".join(each.user.email for each in people),
            reply.get_answer_display(),
            document,
            reply.said_by if on_paper else str(reply.answered_by or ""),
            reply.get_channel_display() if on_paper else "このサイト",
            ja_date(reply.said_on if on_paper else reply.answered_at),
            reply.note,
        ]
