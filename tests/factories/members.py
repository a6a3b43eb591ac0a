"""People and organisations as rows, without the transitions that would lead to them."""

from functools import cache
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group
from django.utils import timezone
from factory.django import DjangoModelFactory

from members.enums import AffiliationRole, ConsentKind, OrganisationKind, OrganisationState
from members.models import Affiliation, Consent, ConsentDocument, JoinRequest, Organisation, RegistrationDraft, User
from tomoiki.staff.roles import OFFICE

#: The password of everybody the factories make.
PASSWORD = "machi-no-akari-7"

# States in which an organisation has been approved at some time.
_ONCE_APPROVED = {
    OrganisationState.APPROVED,
    OrganisationState.SUSPENDED,
    OrganisationState.WITHDRAWN,
    OrganisationState.MERGED,
}
_WITH_REASON = {OrganisationState.RETURNED, OrganisationState.REJECTED}


@cache
def _hashed() -> str:
    return make_password(PASSWORD)


class UserFactory(DjangoModelFactory[User]):
    """A person with a confirmed e-mail address; ``email_confirmed=False`` for one who has not opened the mail."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"hito{n}@machi.example")
    name = factory.Sequence(lambda n: f"見本 花子{n}")
    name_kana = "ミホン ハナコ"
    password = factory.LazyFunction(_hashed)

    @factory.post_generation
    def email_confirmed(self: User, create: bool, extracted: bool | None, **kwargs: Any) -> None:  # type: ignore[misc]
        if create:
            EmailAddress.objects.create(user=self, email=self.email, verified=extracted is not False, primary=True)

    @factory.post_generation
    def agreed(self: User, create: bool, extracted: bool | None, **kwargs: Any) -> None:  # type: ignore[misc]
        """To the texts in force; ``agreed=False`` for somebody who is still to be asked."""
        if create and extracted is not False:
            current = ConsentDocument.objects.current()
            Consent.objects.bulk_create([Consent(user=self, document=document) for document in current])


class StaffFactory(UserFactory):
    """Somebody of the office (事務局)."""

    email = factory.Sequence(lambda n: f"shokuin{n}@jimukyoku.example")
    name = factory.Sequence(lambda n: f"事務局 職員{n}")
    is_staff = True

    @factory.post_generation
    def in_the_office(self: User, create: bool, extracted: bool | None, **kwargs: Any) -> None:  # type: ignore[misc]
        """With the rights of the office; ``in_the_office=False`` for staff without a role yet."""
        if create and extracted is not False:
            self.groups.add(Group.objects.get(name=OFFICE))


class OrganisationFactory(DjangoModelFactory[Organisation]):
    """An approved organisation without people; ``state=`` for another state."""

    class Meta:
        model = Organisation

    kind = OrganisationKind.NPO
    name = factory.Sequence(lambda n: f"NPO法人みほんの輪{n}")
    name_kana = "ミホンノワ"
    phone = "045-000-0000"
    description = "地域の子どもたちと夕食を囲んでいます。"
    state = OrganisationState.APPROVED
    kind_other = factory.LazyAttribute(lambda o: "学校法人" if o.kind == OrganisationKind.OTHER else "")
    applied_at = factory.LazyAttribute(lambda o: None if o.state == OrganisationState.DRAFT else timezone.now())
    approved_at = factory.LazyAttribute(lambda o: timezone.now() if o.state in _ONCE_APPROVED else None)
    withdrawn_at = factory.LazyAttribute(lambda o: timezone.now() if o.state == OrganisationState.WITHDRAWN else None)
    merged_into = factory.Maybe(
        factory.LazyAttribute(lambda o: o.state == OrganisationState.MERGED),
        yes_declaration=factory.SubFactory("tests.factories.members.OrganisationFactory"),
    )
    staff_message = factory.LazyAttribute(
        lambda o: "活動の内容をもう少し詳しく教えてください。" if o.state in _WITH_REASON else ""
    )


class AffiliationFactory(DjangoModelFactory[Affiliation]):
    class Meta:
        model = Affiliation

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
    role = AffiliationRole.OWNER


class JoinRequestFactory(DjangoModelFactory[JoinRequest]):
    """Somebody waits for an answer of an organisation."""

    class Meta:
        model = JoinRequest

    organisation = factory.SubFactory(OrganisationFactory)
    user = factory.SubFactory(UserFactory)
    message = "同じ団体で広報を担当しています。"


class ConsentDocumentFactory(DjangoModelFactory[ConsentDocument]):
    """A newer version of the terms than the one that every database begins with."""

    class Meta:
        model = ConsentDocument

    kind = ConsentKind.TERMS
    version = factory.Sequence(lambda n: f"test-{n}")
    body = "見本の利用規約です。"
    published_at = factory.LazyFunction(timezone.now)


class ConsentFactory(DjangoModelFactory[Consent]):
    class Meta:
        model = Consent

    user = factory.SubFactory(UserFactory)
    document = factory.SubFactory(ConsentDocumentFactory)


class RegistrationDraftFactory(DjangoModelFactory[RegistrationDraft]):
    class Meta:
        model = RegistrationDraft


def member_of(organisation: Organisation, role: AffiliationRole = AffiliationRole.OWNER, **fields: Any) -> User:
    """A new person with a confirmed address who belongs to ``organisation`` in ``role``."""
    user: User = UserFactory(**fields)
    AffiliationFactory(organisation=organisation, user=user, role=role)
    return user
