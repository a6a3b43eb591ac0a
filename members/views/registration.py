"""Registering in three screens: the organisation, the person, a last look."""

from collections.abc import Sequence
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import drafts, duplicates, gbizid
from members.enums import OrganisationKind
from members.forms import CheckForm, OrganisationForm, PersonForm
from members.merging import remaining
from members.models import (
    Affiliation,
    ConsentDocument,
    Organisation,
    RegistrationDraft,
    User,
)
from members.review import review_due
from members.transitions import (
    ask_to_join,
    link_gbizid,
    record_consents,
    register_organisation,
    register_person,
    update_person,
)
from members.views.referred import referral_of, take_referral
from members.workflow import REVIEW_WORKING_DAYS
from tomoiki.audit.actors import REGISTRATION
from tomoiki.workflow import TransitionError

STEPS = ("団体", "あなた", "確認")
TOO_OFTEN = "短い時間に何度も送られたため、いまは受け付けられません。1分ほど待ってから、もう一度お試しください。"
LOST = "入力した内容が見つかりませんでした。お手数ですが、もう一度入力してください。"


def _too_often(request: HttpRequest, action: str) -> bool:
    return not ratelimit.consume(request, action=action)


def _page(request: HttpRequest, name: str, step: int, **context: Any) -> HttpResponse:
    return render(request, f"members/{name}.html", {"step": step, "steps": STEPS, **context})


def _chosen(request: HttpRequest, found: Sequence[Organisation]) -> Organisation | None:
    """The one of ``found`` whose button 「この団体に加わる」 was pressed; others cannot be named."""
    wanted = request.POST.get("join", "")
    return next((each for each in found if str(each.pk) == wanted), None)


def _mine(request: HttpRequest, found: Sequence[Organisation]) -> set[int]:
    user = drafts.person_of(request)
    if user is None:
        return set()
    return set(
        Affiliation.objects.current().filter(user=user, organisation__in=found).values_list("organisation", flat=True)
    )


def _doubles(request: HttpRequest, found: Sequence[Organisation], title: str, *, certain: bool) -> dict[str, Any]:
    """What the page says when the organisation seems to be registered already."""
    return {"found": found, "doubles_title": title, "certain": certain, "mine": _mine(request, found)}


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest) -> HttpResponse:
    """The first screen: which kind of organisation, its name and place."""
    draft = drafts.find(request)
    kept = draft.data.get("organisation", {}) if draft else {}
    claims = gbizid.claims_in(draft.data) if draft else None
    about: dict[str, Any] = {"gbizid": claims, "gbizid_offered": gbizid.enabled()}
    if request.method != "POST":
        initial = kept or {"kind": _kind_asked_for(request)}
        resumed = bool(kept) and claims is None
        form = OrganisationForm(initial=initial, claims=claims)
        return _page(request, "join", 1, form=form, resumed=resumed, **about)
    if "by_hand" in request.POST:
        drafts.without_gbizid(request)
        return redirect("members:join")
    if "lookup" in request.POST:
        filled_in, answer = OrganisationForm.after_lookup(request.POST, claims=claims)
        return _page(request, "join", 1, form=filled_in, answer=answer, **about)
    form = OrganisationForm(request.POST, claims=claims)
    if _too_often(request, "join"):
        form.add_error(None, TOO_OFTEN)
    if not form.is_valid():
        return _page(request, "join", 1, form=form, **about)
    certain = form.certain_double()
    found = [certain] if certain else form.possible_doubles()
    chosen = _chosen(request, found)
    if chosen is not None:
        drafts.store(request, organisation=form.typed(), join=chosen.pk)
        return redirect("members:join_person")
    dismissed = set(draft.data.get("others", [])) if draft else set()
    if request.POST.get("join") == "none":
        dismissed |= {each.pk for each in found}
    if certain or {each.pk for each in found} - dismissed:
        title = "この法人番号" if certain else "同じ名前"
        doubles = _doubles(request, found, f"{title}の団体が、すでに登録されています", certain=certain is not None)
        return _page(request, "join", 1, form=form, **about, **doubles)
    drafts.store(request, organisation=form.typed(), join=None, others=sorted(dismissed))
    return redirect("members:join_person")


def _kind_asked_for(request: HttpRequest) -> str:
    kind = request.GET.get("kind", "")
    return kind if kind in OrganisationKind.values else ""


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join_person(request: HttpRequest) -> HttpResponse:
    """The second screen: who registers it."""
    draft = drafts.find(request)
    if draft is None or not draft.data.get("organisation"):
        messages.info(request, LOST)
        return redirect("members:join")
    user = drafts.person_of(request)
    wanted = _wanted(draft)
    about: dict[str, Any] = {"wanted": wanted, "draft": draft.data["organisation"]}
    asked: dict[str, Any] = {"user": user, "joining": wanted is not None}
    if request.method != "POST":
        own = {"name": user.name, "name_kana": user.name_kana, "phone": user.phone} if user else {}
        return _page(
            request,
            "join_person",
            2,
            form=PersonForm(initial={**own, **draft.data.get("person", {})}, **asked),
            **about,
        )
    form = PersonForm(request.POST, **asked)
    if _too_often(request, "join"):
        form.add_error(None, TOO_OFTEN)
    if not form.is_valid():
        return _page(request, "join_person", 2, form=form, **about)
    found = [] if wanted is not None or user is not None else duplicates.same_domain(form.cleaned_data["email"])
    chosen = _chosen(request, found)
    dismissed = set(draft.data.get("others", []))
    if request.POST.get("join") == "none":
        dismissed |= {each.pk for each in found}
    if chosen is None and {each.pk for each in found} - dismissed:
        title = f"「@{duplicates.own_domain(form.cleaned_data['email'])}」の団体が、すでに登録されています"
        return _page(request, "join_person", 2, form=form, **about, **_doubles(request, found, title, certain=False))
    answers: dict[str, Any] = {"person": form.cleaned_data, "others": sorted(dismissed)}
    if chosen is not None:
        answers["join"] = chosen.pk
    drafts.store(request, **answers)
    return redirect("members:join_check")


def _wanted(draft: RegistrationDraft) -> Organisation | None:
    """The organisation that the draft's person wants to join rather than register."""
    pk = draft.data.get("join")
    return remaining(pk) if pk else None


@login_not_required
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def join_check(request: HttpRequest) -> HttpResponse:
    """The third screen: a last look, a password, consent; then the application is made."""
    if request.method == "POST":
        return _finish(request)
    draft = drafts.find(request)
    if draft is None:
        return redirect("members:join")
    incomplete = _incomplete(request, draft)
    return incomplete or _check_page(request, draft, _check_form(request, draft))


def _forms(request: HttpRequest, draft: RegistrationDraft) -> tuple[OrganisationForm, PersonForm]:
    """What was filled in before, read again: a choice may have gone meanwhile."""
    person = PersonForm(
        draft.data.get("person", {}), user=drafts.person_of(request), joining=_wanted(draft) is not None
    )
    return OrganisationForm(draft.data.get("organisation", {}), claims=gbizid.claims_in(draft.data)), person


def _incomplete(request: HttpRequest, draft: RegistrationDraft) -> HttpResponse | None:
    """Back to the screen where something is missing or no longer holds."""
    organisation, person = _forms(request, draft)
    if _wanted(draft) is None and (draft.data.get("join") or not organisation.is_valid()):
        return redirect("members:join")
    if not person.is_valid():
        return redirect("members:join_person")
    return None


def _check_form(request: HttpRequest, draft: RegistrationDraft, data: Any = None) -> CheckForm:
    user = drafts.person_of(request)
    if user is not None:
        return CheckForm(data, person=None, documents=list(ConsentDocument.objects.missing_for(user)))
    typed = draft.data.get("person", {})
    newcomer = User(email=typed.get("email", ""), name=typed.get("name", ""))
    return CheckForm(data, person=newcomer, documents=list(ConsentDocument.objects.current()))


def _check_page(request: HttpRequest, draft: RegistrationDraft, form: CheckForm, status: int = 200) -> HttpResponse:
    organisation, person = _forms(request, draft)
    organisation.is_valid()
    person.is_valid()
    wanted = _wanted(draft)
    about = {
        "form": form,
        "wanted": wanted,
        "organisation_rows": _organisation_rows(organisation) if wanted is None else [],
        "person_rows": _rows(person),
        "working_days": REVIEW_WORKING_DAYS,
        "referral": referral_of(draft) if wanted is None else None,
    }
    response = _page(request, "join_check", 3, **about)
    response.status_code = status
    return response


def _rows(form: OrganisationForm | PersonForm) -> list[tuple[str, Any]]:
    return [(str(form[name].label), form.cleaned_data.get(name)) for name in form.fields if name != "nickname"]


def _organisation_rows(form: OrganisationForm) -> list[tuple[str, Any]]:
    data = form.cleaned_data
    kind = data.get("kind_other") or OrganisationKind(data["kind"]).label
    shown = {"kind": ("団体の種類", kind), "kind_other": ("", "")}
    postal = data.get("postal_code", "")
    shown["postal_code"] = ("郵便番号", f"{postal[:3]}-{postal[3:]}" if postal else "")
    shown["municipality"] = ("市区町村", data["municipality"] or "神奈川県の外")
    labels = [name for name in form.fields if name != "nickname"]
    return [shown.get(name, (str(form[name].label), data.get(name))) for name in labels]


def _finish(request: HttpRequest) -> HttpResponse:
    """Make the application once, however often the button was pressed."""
    with transaction.atomic():
        draft = drafts.find(request, lock=True)
        if draft is None:
            # The first press made it and removed the draft; this is the second.
            return redirect("members:join_done")
        incomplete = _incomplete(request, draft)
        if incomplete is not None:
            return incomplete
        form = _check_form(request, draft, request.POST)
        if not form.is_valid():
            return _check_page(request, draft, form)
        if _too_often(request, "signup"):
            form.add_error(None, TOO_OFTEN)
            return _check_page(request, draft, form, status=429)
        user = drafts.person_of(request)
        try:
            with transaction.atomic():
                done = (
                    _register_more(request, draft, user)
                    if user is not None
                    else _register_newcomer(request, draft, form.cleaned_data["password"])
                )
        except TransitionError as error:
            form.add_error(None, error.message)
            return _check_page(request, draft, form)
        except ValidationError as error:
            # Somebody else registered it while this was filled in.
            messages.error(request, " ".join(error.messages))
            return redirect("members:join")
    request.session[drafts.DONE_KEY] = done
    return redirect("members:join_done")


def _register_newcomer(request: HttpRequest, draft: RegistrationDraft, password: str) -> dict[str, Any]:
    """An account, and an organisation or a wish that wait for the address to be confirmed.

    Whether the address is in use already can be told from nothing that the visitor sees: its owner gets a mail.
    """
    organisation, person = _forms(request, draft)
    organisation.is_valid()
    person.is_valid()
    answers = person.cleaned_data
    done = {"kind": "confirm", "email": answers["email"], "joining": bool(draft.data.get("join"))}
    try:
        user = register_person({**answers, "password": password}, actor=REGISTRATION)
    except TransitionError as error:
        if error.code != "address_in_use":
            raise
        make_password(password)  # as long as it takes for somebody new
        if ratelimit.consume(request, action="confirm_email", key=answers["email"]):
            get_adapter().send_account_already_exists_mail(answers["email"])
        drafts.park(request, draft)
        return done
    record_consents(user, actor=REGISTRATION)
    _link_gbizid(draft, user)
    if draft.data.get("join"):
        draft.user = user
        draft.data = {**draft.data, "waits_for_confirmation": True}
        draft.save(update_fields=["user", "data", "updated_at"])
    else:
        registered = register_organisation(organisation.values(), user=user, title=answers["title"], actor=REGISTRATION)
        take_referral(draft, registered, user, actor=REGISTRATION)
        draft.delete()
    ratelimit.consume(request, action="confirm_email", key=answers["email"])
    EmailAddress.objects.get(user=user).send_confirmation(request, signup=True)
    drafts.let_go(request)
    return done


def _link_gbizid(draft: RegistrationDraft, user: User) -> None:
    """Let whoever registered by GビズID log in with it from now on."""
    claims = gbizid.claims_in(draft.data)
    if claims is not None:
        link_gbizid(user.pk, claims=claims, actor=REGISTRATION)


def _register_more(request: HttpRequest, draft: RegistrationDraft, user: User) -> dict[str, Any]:
    """One more organisation, or a wish to join one, for somebody who has an account."""
    organisation, person = _forms(request, draft)
    organisation.is_valid()
    person.is_valid()
    answers = person.cleaned_data
    update_person(user.pk, data={name: answers[name] for name in ("name", "name_kana", "phone")}, actor=user)
    record_consents(user, actor=user)
    _link_gbizid(draft, user)
    wanted = _wanted(draft)
    done: dict[str, Any]
    if wanted is not None:
        ask_to_join(wanted.pk, message=answers["message"], actor=user)
        done = {"kind": "asked", "name": wanted.name}
    else:
        registered = register_organisation(organisation.values(), user=user, title=answers["title"], actor=user)
        take_referral(draft, registered, user, actor=user)
        done = {"kind": "applied", "name": registered.name}
    draft.delete()
    drafts.let_go(request)
    return done


@login_not_required
@never_cache
@require_safe
def join_done(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    done = request.session.get(drafts.DONE_KEY, {"kind": "confirm", "email": "", "joining": False})
    return render(
        request,
        "members/join_done.html",
        {"done": done, "working_days": REVIEW_WORKING_DAYS, "due": review_due(timezone.now())},
    )


@login_not_required
@require_POST
def join_clear(request: HttpRequest) -> HttpResponse:
    """Throw away what was typed, for instance on a shared computer."""
    draft = drafts.find(request)
    if draft is not None:
        draft.delete()
    drafts.let_go(request)
    request.session.pop(drafts.DONE_KEY, None)
    messages.success(request, "入力した内容を消しました。")
    return redirect("pages:home")
