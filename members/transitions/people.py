"""A person's account and what they agreed to."""

from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import IntegrityError, transaction

from members import gbizid
from members.models import Consent, ConsentDocument, User
from tomoiki.audit import trail as audit
from tomoiki.audit.actors import Actor
from tomoiki.workflow import TransitionError, require

PERSON_FIELDS = ("name", "name_kana", "phone")


@transaction.atomic
def register_person(data: Mapping[str, Any], *, actor: Actor) -> User:
    """Make an account whose address is not confirmed yet; ``data`` has email, password, name, name_kana, phone.

    Raises ``TransitionError('address_in_use')`` when somebody has that address. The visitor must not be shown
    that: the owner of the address is told by mail.
    """
    email = str(data["email"]).strip().lower()
    if EmailAddress.objects.filter(email=email).exists():
        raise TransitionError("address_in_use", "このメールアドレスは使えません。")
    user = User(email=email, **{name: data.get(name, "") for name in PERSON_FIELDS})
    user.set_password(data["password"])
    user.full_clean(validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
    except IntegrityError as error:
        raise TransitionError("address_in_use", "このメールアドレスは使えません。") from error
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=False)
    audit.record(user, "user.registered", actor=actor)
    return user


@transaction.atomic
def update_person(pk: int, *, data: Mapping[str, Any], actor: Actor) -> User:
    """Change one's own name, reading and telephone number."""
    user = User.objects.select_for_update(of=("self",)).get(pk=pk)
    require(actor, "members.update_person", user)
    unknown = set(data) - set(PERSON_FIELDS)
    if unknown:
        raise TypeError(f"not to be set here: {', '.join(sorted(unknown))}")
    changed = [name for name, value in data.items() if getattr(user, name) != value]
    if not changed:
        return user
    for name in changed:
        setattr(user, name, data[name])
    user.full_clean(validate_unique=False)
    user.save(update_fields=changed)
    audit.record(user, "user.updated", actor=actor, fields=changed)
    return user


@transaction.atomic
def record_consents(user: User, *, actor: Actor) -> list[Consent]:
    """Store that ``user`` agrees to the terms and the privacy notice in force; again has no effect."""
    require(actor, "members.give_consent", user)
    given = []
    for document in ConsentDocument.objects.missing_for(user):
        consent, created = Consent.objects.get_or_create(user=user, document=document)
        if created:
            audit.record(
                user, "user.consented", actor=actor, codes={"kind": document.kind, "version": document.version}
            )
            given.append(consent)
    return given


@transaction.atomic
def link_gbizid(pk: int, *, claims: gbizid.Claims, actor: Actor) -> SocialAccount | None:
    """Let the person log in with the GビズID of ``claims``; nothing where somebody else's account has it already."""
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    require(actor, "members.update_person", user)
    account, created = SocialAccount.objects.get_or_create(
        provider=gbizid.PROVIDER,
        uid=claims.sub,
        defaults={"user": user, "extra_data": gbizid.extra_data_of(claims)},
    )
    if created:
        audit.record(user, "user.gbizid_linked", actor=actor, codes={"account_type": claims.account_type})
    return account if account.user_id == user.pk else None


@transaction.atomic
def unlink_gbizid_of_newcomer(pk: int, *, actor: Actor) -> bool:
    """Let the GビズID that came with a registration log in no more, for somebody who has never logged in themselves.

    Anybody may register with another's address and their own GビズID. Whoever then reads that address's mail and
    chooses a password must not share the account with them.
    """
    user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=pk)
    require(actor, "members.update_person", user)
    accounts = SocialAccount.objects.filter(user=user, provider=gbizid.PROVIDER)
    if user.last_login is not None or not accounts.exists():
        return False
    accounts.delete()
    audit.record(user, "user.gbizid_unlinked", actor=actor, codes={"by": "password_reset"})
    return True
