from typing import TYPE_CHECKING, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone

from members.managers import UserManager
from members.models.lookups import domain_of

if TYPE_CHECKING:
    from members.models.organisation import Organisation


class User(AbstractBaseUser, PermissionsMixin):
    """A person. Organisations act through people; what a person may do depends on their affiliations."""

    email = models.EmailField(
        "メールアドレス",
        max_length=254,
        unique=True,
        error_messages={"unique": "このメールアドレスはすでに使われています。"},
    )
    name = models.CharField("お名前", max_length=60, blank=True)
    name_kana = models.CharField("フリガナ", max_length=60, blank=True)
    phone = models.CharField("電話番号", max_length=20, blank=True)
    is_active = models.BooleanField("使用中", default=True)
    is_staff = models.BooleanField("事務局の職員", default=False)
    date_joined = models.DateTimeField("登録した日時", default=timezone.now)
    # People are anonymised in place, so that what they did keeps its meaning.
    anonymised_at = models.DateTimeField("匿名にした日時", null=True, blank=True)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()

    class Meta:
        verbose_name = "人"
        verbose_name_plural = "人"
        indexes = [models.Index(domain_of("email"), name="user_email_domain")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")),
                name="user_email_lower_case",
                violation_error_message="メールアドレスは小文字で保存します。",
            )
        ]

    def __str__(self) -> str:
        return self.name or ("退会した方" if self.anonymised_at else self.email)

    def get_full_name(self) -> str:
        return str(self)

    def get_short_name(self) -> str:
        """The family name, as written before the first space."""
        return (self.name or str(self)).replace("　", " ").split(" ")[0]

    def clean(self) -> None:
        self.email = self.email.strip().lower()

    @property
    def organisations(self) -> "models.QuerySet[Organisation]":
        """The organisations this person belongs to now."""
        from members.models.organisation import Organisation  # the two modules name each other

        return Organisation.objects.of(self)


class Practitioner(models.Model):
    """A social-business practitioner who teaches, reviews or accompanies."""

    user = models.OneToOneField(User, on_delete=models.PROTECT, related_name="practitioner", verbose_name="人")
    title = models.CharField("肩書き", max_length=100, blank=True)
    introduction = models.TextField("紹介", max_length=2000, blank=True)
    active = models.BooleanField("活動中", default=True)

    class Meta:
        verbose_name = "実践者"
        verbose_name_plural = "実践者"

    def __str__(self) -> str:
        return str(self.user)
