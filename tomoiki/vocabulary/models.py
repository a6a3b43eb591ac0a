from django.contrib.postgres.fields import ArrayField
from django.db import models

from tomoiki.vocabulary.enums import SynonymDirection


class TermQuerySet(models.QuerySet["Term"]):
    def of(self, vocabulary: str) -> "TermQuerySet":
        """The active terms of one list, in order."""
        return self.filter(vocabulary=vocabulary, active=True).order_by("order", "pk")


class Term(models.Model):
    """A choice that staff may edit: a theme, a reason, a skill. Its code never changes; its label may.

    Rows come from each app's registered defaults by ``post_migrate`` and are never overwritten by it.
    """

    vocabulary = models.CharField("一覧", max_length=40)
    code = models.SlugField("コード", max_length=60)
    label = models.CharField("表示", max_length=100)
    help_text = models.CharField("説明", max_length=200, blank=True)
    order = models.PositiveIntegerField("並び順", default=0)
    active = models.BooleanField("使う", default=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        verbose_name = "選択肢"
        verbose_name_plural = "選択肢"
        ordering = ["vocabulary", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["vocabulary", "code"],
                name="term_code_unique",
                violation_error_message="同じ一覧に、同じコードの選択肢がすでにあります。",
            )
        ]

    def __str__(self) -> str:
        return self.label


class TermRevision(models.Model):
    """What a term's label was before: old records are read with the words of their time."""

    term = models.ForeignKey(Term, on_delete=models.CASCADE, related_name="revisions")
    label = models.CharField("それまでの表示", max_length=100)
    help_text = models.CharField("それまでの説明", max_length=200, blank=True)
    replaced_at = models.DateTimeField("変えた日時")

    class Meta:
        verbose_name = "選択肢の履歴"
        verbose_name_plural = "選択肢の履歴"
        ordering = ["-replaced_at"]

    def __str__(self) -> str:
        return self.label


class SynonymGroup(models.Model):
    """Words that a search takes for each other; the shipped ones come by ``post_migrate`` and are staff's from then."""

    words = ArrayField(models.CharField(max_length=40), verbose_name="ことば")
    direction = models.CharField("見つけ方", max_length=7, choices=SynonymDirection, default=SynonymDirection.EQUAL)
    note = models.CharField("メモ", max_length=200, blank=True)
    active = models.BooleanField("使う", default=True)
    # By which a shipped group is known again, whatever staff made of its words; none for groups that staff added.
    code = models.CharField("コード", max_length=60, blank=True, editable=False)
    changed_at = models.DateTimeField("変えた日時", auto_now=True)

    class Meta:
        verbose_name = "検索の同義語"
        verbose_name_plural = "検索の同義語"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(words__len__gte=2),
                name="synonym_group_has_words",
                violation_error_message="同じ意味のことばを、2つ以上書いてください。",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=~models.Q(code=""),
                name="synonym_group_code_unique",
                violation_error_message="このまとまりは、すでに登録されています。",
            ),
        ]

    def __str__(self) -> str:
        shown = "・".join(self.words[:3])
        return shown if len(self.words) <= 3 else f"{shown} ほか{len(self.words) - 3}語"
