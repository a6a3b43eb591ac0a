"""Inviting people, and the public page of an invitation."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from members import transitions
from members.drafts import person_of
from members.enums import AffiliationRole, HandoverState, InvitationState
from members.forms.invitations import AcceptForm, InviteForm, NewcomerForm
from members.models import ONGOING_STATES, Affiliation, ConsentDocument, Handover, Invitation, User
from members.views.common import organisation_or_404
from tomoiki.audit.actors import REGISTRATION
from tomoiki.workflow import TransitionError

TOO_OFTEN = "短い時間に何度も送られたため、いまは受け付けられません。1分ほど待ってから、もう一度お試しください。"
_BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


# --- inviting ---


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom to invite to an organisation."""
    organisation = organisation_or_404(request, pk, "members.invite_person")
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            invitation = transitions.invite_person(
                pk,
                email=data["email"],
                name=data["name"],
                role=AffiliationRole(data["role"]),
                message=data["message"],
                actor=_person(request),
            )
        except TransitionError as error:
            form.add_error(None, error.message)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{invitation.email} に招待を送りました。14日のあいだ、お返事を待ちます。")
            return redirect("members:people", pk=pk)
    return render(request, "members/invite.html", {"form": form, "organisation": organisation})


_CHANGES: dict[str, tuple[Callable[..., Invitation], str]] = {
    "resend": (
        transitions.resend_invitation,
        "{email} に、もう一度招待を送りました。前のメールのページは使えなくなりました。",
    ),
    "revoke": (transitions.revoke_invitation, "{email} への招待を取り消しました。メールのページは使えなくなりました。"),
}


@require_POST
def change_invitation(request: HttpRequest, pk: int, change: str) -> HttpResponse:
    """Send an invitation again, or take it back."""
    if change not in _CHANGES:
        raise Http404
    found: Invitation = get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
    act, told = _CHANGES[change]
    try:
        act(pk, actor=_person(request))
    except TransitionError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, told.format(email=found.email))
    handover = Handover.objects.visible_to(request.user).filter(invitation=found).first()
    if handover is not None:
        return redirect("members:handover", pk=handover.pk)
    return redirect("members:people", pk=found.organisation_id)


def _person(request: HttpRequest) -> User:
    person = person_of(request)
    if person is None:
        # LoginRequiredMiddleware lets nobody else through.
        raise PermissionDenied
    return person


# --- the page of an invitation ---


@dataclass(frozen=True)
class Ways:
    """How this page's visitor answers: by the link, or by the address that they have confirmed."""

    accept: Callable[..., Invitation]
    decline: Callable[[], Invitation]
    join: Callable[[dict[str, str]], User] | None = None


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What somebody is invited to, with one button to accept it; opening it changes nothing."""
    found = _shown().by_token(token).first()
    if found is None:
        return render(request, "members/invitation_unknown.html", status=404)
    user = person_of(request)
    ways = Ways(
        accept=lambda **said: transitions.accept_invitation(token, actor=_person(request), **said),
        decline=lambda: transitions.decline_invitation(token, actor=user or REGISTRATION),
        join=lambda data: transitions.join_by_invitation(token, data=data),
    )
    return _answer(request, found, ways)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def my_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for somebody who is logged in and was invited at an address that they have confirmed."""
    user = _person(request)
    found = get_object_or_404(_shown().to(user), pk=pk)
    ways = Ways(
        accept=lambda **said: transitions.accept_own_invitation(pk, actor=user),
        decline=lambda: transitions.decline_own_invitation(pk, actor=user),
    )
    return _answer(request, found, ways)


def _shown() -> Any:
    return Invitation.objects.select_related("organisation__municipality", "invited_by")


def _answer(request: HttpRequest, found: Invitation, ways: Ways) -> HttpResponse:
    user = person_of(request)
    closed = _closed(found, user)
    if closed is not None:
        return _closed_page(request, found, closed)
    if request.method == "POST" and request.POST.get("answer") == "decline":
        return _decline(request, found, ways)
    if user is None and _has_account(found.email):
        return _page(request, found, needs_login=True)
    form = _form(request, found, user)
    if request.method == "POST" and form.is_valid():
        done = _accept(request, found, form, ways)
        if done is not None:
            return done
    return _page(request, found, form=form, another=user is not None and not _is_invited(user, found))


def _form(request: HttpRequest, found: Invitation, user: User | None) -> AcceptForm:
    data = request.POST if request.method == "POST" else None
    if user is None:
        initial = {"name": found.name}
        return NewcomerForm(data, email=found.email, documents=list(ConsentDocument.objects.current()), initial=initial)
    another = "" if _is_invited(user, found) else user.email
    return AcceptForm(data, documents=list(ConsentDocument.objects.missing_for(user)), another=another)


def _accept(request: HttpRequest, found: Invitation, form: AcceptForm, ways: Ways) -> HttpResponse | None:
    """The answer to a valid form; None when the page has to come again with what it says then."""
    user = person_of(request)
    try:
        if user is not None:
            transitions.record_consents(user, actor=user)
            ways.accept(**({"as_another": True} if "as_another" in form.cleaned_data else {}))
        elif isinstance(form, NewcomerForm) and ways.join is not None:
            if not ratelimit.consume(request, action="signup"):
                form.add_error(None, TOO_OFTEN)
                return None
            user = ways.join(form.account())
            login(request, user, backend=_BACKEND)
    except TransitionError as error:
        if error.code in ("unknown", "wrong_state", "expired", "claimed_already", "not_ongoing"):
            # Somebody else was quicker, or it was taken back meanwhile: the page says what is so now.
            messages.error(request, error.message)
            return redirect(request.path)
        form.add_error(None, error.message)
        return None
    return _onward(request, found)


def _onward(request: HttpRequest, found: Invitation) -> HttpResponse:
    handover = Handover.objects.filter(invitation=found, state=HandoverState.DONE).first()
    if handover is not None:
        messages.success(request, f"「{found.organisation.name}」に加わり、{handover.leaver}さんから引き継ぎました。")
        return redirect("members:handover", pk=handover.pk)
    if found.is_claim:
        messages.success(
            request,
            f"「{found.organisation.name}」の代表担当者になりました。登録の内容を確かめて、違うところを直してください。",
        )
        return redirect("members:profile_edit", pk=found.organisation_id)
    messages.success(request, f"「{found.organisation.name}」の{found.as_what}になりました。")
    return redirect("pages:me")


def _decline(request: HttpRequest, found: Invitation, ways: Ways) -> HttpResponse:
    try:
        ways.decline()
    except TransitionError as error:
        messages.error(request, error.message)
        return redirect(request.path)
    found.refresh_from_db()
    return _closed_page(
        request, found, Closed("お返事を受け付けました", "今回は加わらないことを、招待した方にお伝えします。")
    )


def _page(request: HttpRequest, found: Invitation, **context: Any) -> HttpResponse:
    return render(
        request,
        "members/invitation.html",
        {
            "invitation": found,
            "organisation": found.organisation,
            "handover": Handover.objects.planned().select_related("leaver").filter(invitation=found).first(),
            "login_url": f"{reverse('account_login')}?next={request.path}",
            "form": None,
            "needs_login": False,
            "another": False,
            **context,
        },
    )


@dataclass(frozen=True)
class Closed:
    """Why there is nothing to accept, and what one can do; ``ask`` names whom to ask for a new invitation."""

    title: str
    text: str
    ask: bool = False


def _closed(found: Invitation, user: User | None) -> Closed | None:
    name = found.organisation.name
    if found.state == InvitationState.ACCEPTED:
        if (
            user is not None
            and Affiliation.objects.current().filter(user=user, organisation=found.organisation).exists()
        ):
            return Closed("もう加わっています", f"あなたは「{name}」の担当者です。")
        return Closed("この招待は、もう使われました", "加わった方は、ログインするとマイページを開けます。")
    if found.state == InvitationState.DECLINED:
        return Closed("この招待には、お返事をいただいています", "加わらないとのお返事でした。", ask=True)
    if found.organisation.state not in ONGOING_STATES:
        return Closed("いまは加われません", f"「{name}」は、いま担当者を加えられません。")
    if found.state == InvitationState.REVOKED:
        return Closed("この招待は、取り消されました", "招待した方が取り消したため、使えなくなりました。", ask=True)
    if found.is_over:
        return Closed("この招待は、期限が過ぎました", "招待は14日のあいだ使えます。", ask=True)
    if found.is_claim and found.organisation.people(AffiliationRole.OWNER).exists():
        return Closed("ほかの方が引き継ぎました", f"「{name}」には、代表担当者の方がいます。")
    return None


def _closed_page(request: HttpRequest, found: Invitation, closed: Closed) -> HttpResponse:
    return render(
        request,
        "members/invitation_closed.html",
        {"closed": closed, "invitation": found, "organisation": found.organisation},
    )


def _has_account(email: str) -> bool:
    return EmailAddress.objects.filter(email=email).exists() or User.objects.filter(email=email).exists()


def _is_invited(user: User, found: Invitation) -> bool:
    return EmailAddress.objects.filter(user=user, verified=True, email=found.email).exists()
