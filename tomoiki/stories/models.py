"""Published good practice, and the consent of everybody in it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Union

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q
from django.urls import reverse
from django.utils import timezone

from members.enums import OrganisationState
from members.models import Organisation
from tomoiki.files.models import StoredFile
from tomoiki.stories.enums import Consent, PersonAgreed, PersonAppears, StoryState, WithdrawnBy

if TYPE_CHECKING:
    from members.models import User

Visitor = Union["User", AnonymousUser]

#: The parts of a story's text, with the heading that stands over each.
SECTIONS = {
    "challenge": "課題",
    "done": "したこと",
    "happened": "起きたこと",
    "future": "これから",
}


_INNER_MARKS = str.maketrans("「」", "『』")


class StoryQuerySet(models.QuerySet["Story"]):
    def public(self) -> "StoryQuerySet":
        """What everybody reads: published, and none of its partners is suspended."""
        suspended = StoryPartner.objects.filter(story=OuterRef("pk"), organisation__state=OrganisationState.SUSPENDED)
        return self.filter(~Exists(suspended), state=StoryState.PUBLISHED)

    def drafted_by(self, user: Visitor) -> "StoryQuerySet":
        """Those of one's own organisations' writing."""
        return self.filter(organisation__in=Organisation.objects.of(user))

    def concerning(self, user: Visitor) -> "StoryQuerySet":
        """Those that one's organisations write or were asked about."""
        own = Organisation.objects.of(user).values("pk")
        asked = StoryPartner.objects.filter(organisation__in=own).values("story")
        return self.filter(Q(organisation__in=own) | Q(pk__in=asked, asked_at__isnull=False))

    def visible_to(self, user: Visitor) -> "StoryQuerySet":
        """What is public, what concerns one's organisations, and all for staff."""
        if not user.is_authenticated:
            return self.public()
        if user.is_staff:
            return self.all()
        public = self.model.objects.public().values("pk")
        return self.filter(Q(pk__in=public) | Q(pk__in=self.model.objects.concerning(user).values("pk")))

    def waiting_for_publication(self) -> "StoryQuerySet":
        """Everybody agreed, and staff have not published yet; the longest waiting first."""
        missing = StoryPartner.objects.filter(story=OuterRef("pk")).exclude(consent=Consent.YES)
        persons = StoryPerson.objects.filter(story=OuterRef("pk")).exclude(consent=Consent.YES)
        return self.filter(~Exists(missing), ~Exists(persons), state=StoryState.ASKING_CONSENT).order_by(
            "asked_at", "pk"
        )

    def for_cards(self) -> "StoryQuerySet":
        """With what a card shows, in a fixed number of queries."""
        return self.prefetch_related(
            Prefetch("partners", queryset=StoryPartner.objects.select_related("organisation")),
            Prefetch("photos", queryset=StoryPhoto.objects.select_related("file")),
        )

    def whole(self) -> "StoryQuerySet":
        """With everything that stands in it."""
        return (
            self.for_cards()
            .select_related("organisation")
            .prefetch_related(
                Prefetch("persons", queryset=StoryPerson.objects.select_related("partner__organisation")),
                Prefetch("quotes", queryset=StoryQuote.objects.select_related("partner__organisation")),
            )
        )


class Story(models.Model):
    """What organisations achieved together, told with the consent of everybody in it."""

    title = models.CharField("題", max_length=80)
    lead = models.CharField("ひとことで", max_length=200, blank=True)
    challenge = models.TextField("課題", max_length=2000, blank=True)
    done = models.TextField("したこと", max_length=2000, blank=True)
    happened = models.TextField("起きたこと", max_length=2000, blank=True)
    future = models.TextField("これから", max_length=2000, blank=True)
    # Vocabulary "theme".
    themes = ArrayField(models.SlugField(max_length=60), verbose_name="テーマ", default=list, blank=True)
    # Codes of places.Municipality.
    areas = ArrayField(models.CharField(max_length=5), verbose_name="地域", default=list, blank=True)
    state = models.CharField("状態", max_length=14, choices=StoryState, default=StoryState.DRAFT)
    # Goes up with each change of substance after others were asked: a consent is to one version.
    version = models.PositiveIntegerField("版", default=1)
    # The organisation that writes it; none where the office does.
    organisation = models.ForeignKey(
        Organisation,
        verbose_name="書いている団体",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="stories",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="書き始めた人", on_delete=models.PROTECT, related_name="+"
    )
    # What it was made from (an introduction), which an upper app knows.
    source_type = models.ForeignKey(ContentType, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source_id = models.BigIntegerField(null=True, blank=True)
    created_at = models.DateTimeField("書き始めた日時", default=timezone.now)
    asked_at = models.DateTimeField("同意をうかがった日時", null=True, blank=True)
    published_at = models.DateTimeField("公開した日時", null=True, blank=True)
    withdrawn_at = models.DateTimeField("公開をやめた日時", null=True, blank=True)
    withdrawn_by = models.CharField("やめた理由", max_length=8, choices=WithdrawnBy, blank=True)
    message = models.CharField("事務局からのひとこと", max_length=500, blank=True)
    idempotency_key = models.CharField(max_length=80, unique=True, null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(auto_now=True)

    objects = StoryQuerySet.as_manager()

    class Meta:
        verbose_name = "共創事例"
        verbose_name_plural = "共創事例"
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["-published_at", "-id"], name="story_public", condition=Q(state="published")),
            models.Index(fields=["-created_at", "-id"], name="story_newest"),
            models.Index(fields=["asked_at"], name="story_asking", condition=Q(state="asking_consent")),
            models.Index(fields=["source_type", "source_id"], name="story_source"),
            GinIndex(fields=["themes"], name="story_themes"),
            GinIndex(fields=["areas"], name="story_areas"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["asking_consent", "published"]) | Q(asked_at__isnull=False),
                name="story_asked_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False), name="story_published_has_time"
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_at__isnull=True)),
                name="story_withdrawn_has_time",
            ),
            models.CheckConstraint(
                condition=Q(source_type__isnull=True, source_id__isnull=True)
                | Q(source_type__isnull=False, source_id__isnull=False),
                name="story_source_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("stories:story", args=[self.pk])

    @property
    def sections(self) -> list[tuple[str, str]]:
        """(heading, text) of the parts that were written."""
        return [(heading, getattr(self, name)) for name, heading in SECTIONS.items() if getattr(self, name)]

    @property
    def cover(self) -> "StoryPhoto | None":
        """The first photo, from what was prefetched if it was."""
        photos = list(self.photos.all())
        return photos[0] if photos else None

    def everybody_agreed(self) -> bool:
        """Whether all partners and all persons consent to it as it is now."""
        consents = [each.consent for each in self.partners.all()]
        return bool(consents) and all(
            consent == Consent.YES for consent in (*consents, *(each.consent for each in self.persons.all()))
        )

    def content(self) -> Mapping[str, Any]:
        """All that others consent to, as it can be stored and compared: words, names, pictures."""
        return {
            **{name: getattr(self, name) for name in ("title", "lead", *SECTIONS)},
            "partners": [
                {"organisation": each.organisation_id, "named_as": each.named_as, "role": each.role}
                for each in self.partners.all()
            ],
            "persons": [
                {"name": each.name, "appears": each.appears, "organisation": each.partner.organisation_id}
                for each in self.persons.all()
            ],
            "photos": [{"file": each.file_id, "caption": each.caption} for each in self.photos.all()],
            "quotes": [
                {
                    "text": each.text,
                    "source": each.source,
                    "organisation": each.partner.organisation_id if each.partner else None,
                }
                for each in self.quotes.all()
            ],
        }


class StoryPartner(models.Model):
    """An organisation that stands in a story, and whether it agrees to that."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="partners", verbose_name="事例")
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="story_parts", verbose_name="団体"
    )
    # A group without an account, for which its desk (the organisation) answers.
    named_as = models.CharField("事例での名前", max_length=120, blank=True)
    role = models.CharField("受けもったこと", max_length=100, blank=True)
    order = models.PositiveSmallIntegerField(default=0)
    consent = models.CharField("同意", max_length=9, choices=Consent, default=Consent.WAITING)
    decided_at = models.DateTimeField("答えた日時", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    # What should be changed, to the writer and the office.
    note = models.CharField("直してほしいところ", max_length=500, blank=True)

    class Meta:
        verbose_name = "事例の団体"
        verbose_name_plural = "事例の団体"
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["story", "organisation", "named_as"],
                name="story_partner_once",
                violation_error_message="同じ団体が二度書かれています。",
            ),
            models.CheckConstraint(
                condition=Q(consent="waiting", decided_at__isnull=True)
                | (~Q(consent="waiting") & Q(decided_at__isnull=False)),
                name="story_consent_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """As it stands in the story."""
        return self.named_as or self.organisation.name


class StoryPerson(models.Model):
    """Somebody who is named or shown; the organisation they belong to asks them, and answers for it."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="persons", verbose_name="事例")
    partner = models.ForeignKey(
        StoryPartner, on_delete=models.CASCADE, related_name="persons", verbose_name="同意をたずねる団体"
    )
    name = models.CharField("だれか", max_length=80)
    appears = models.CharField("どう出るか", max_length=5, choices=PersonAppears)
    consent = models.CharField("同意", max_length=9, choices=Consent, default=Consent.WAITING)
    agreed = models.CharField("どう確かめたか", max_length=7, choices=PersonAgreed, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "事例に出る人"
        verbose_name_plural = "事例に出る人"
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(consent="yes") | ~Q(agreed=""), name="story_person_agreed_somehow")
        ]

    def __str__(self) -> str:
        return self.name


class StoryPhoto(models.Model):
    """A picture of a story, with what it shows in words for those who do not see it."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="photos", verbose_name="事例")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+", verbose_name="写真")
    alt = models.CharField("写真の説明", max_length=120)
    caption = models.CharField("写真に添える言葉", max_length=120, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "事例の写真"
        verbose_name_plural = "事例の写真"
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(alt=""),
                name="story_photo_is_described",
                violation_error_message="写真に何が写っているかを書いてください。",
            )
        ]

    def __str__(self) -> str:
        return self.alt


class StoryQuote(models.Model):
    """Somebody's words."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="quotes", verbose_name="事例")
    partner = models.ForeignKey(
        StoryPartner,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="quotes",
        verbose_name="どの団体の声か",
    )
    text = models.TextField("ことば", max_length=600)
    source = models.CharField("だれの声か", max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = "事例のことば"
        verbose_name_plural = "事例のことば"
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.text[:30]

    @property
    def spoken(self) -> str:
        """In quotation marks; those within it are the inner ones."""
        return f"「{self.text.translate(_INNER_MARKS)}」"


class StoryVersion(models.Model):
    """A story as everybody was asked about it: to what they consented can be looked up later."""

    story = models.ForeignKey(Story, on_delete=models.CASCADE, related_name="versions", verbose_name="事例")
    number = models.PositiveIntegerField("版")
    content = models.JSONField("内容")
    asked_at = models.DateTimeField("同意をうかがった日時", default=timezone.now)
    published_at = models.DateTimeField("公開した日時", null=True, blank=True)

    class Meta:
        verbose_name = "事例の版"
        verbose_name_plural = "事例の版"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["story", "number"], name="story_version_once")]

    def __str__(self) -> str:
        return f"{self.story} 第{self.number}版"
