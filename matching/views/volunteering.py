"""Pages of a colleague without an account: the call's link, applying, and their own page by a personal link."""

from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matching import transitions
from matching.cards import VISITOR, cards_for, fact_rows
from matching.enums import Visibility
from matching.enums.pro_bono import ProBonoState
from matching.forms.pro_bono import ApplicationForm, HoursForm, OwnNameForm, ShareAddressForm
from matching.models import Post, ProBonoApplication, ProBonoCall
from matching.transitions.pro_bono import VOLUNTEER
from matching.transitions.pro_bono.common import TOGETHER
from matching.views.refusals import tell
from matching.volunteer_keys import address_in, found_by, key_of
from members.enums import OrganisationState
from tomoiki.vocabulary.lists import labels
from tomoiki.workflow.table import TransitionError

TOO_OFTEN = "短いあいだに何度も送られています。10分ほど待ってから、もう一度お試しください。"


# --- the call's link ---


def _open_call(token: str) -> ProBonoCall:
    return get_object_or_404(ProBonoCall.objects.select_related("organisation"), token=token)


def _takes_applications(call: ProBonoCall) -> bool:
    return call.is_open and call.organisation.state == OrganisationState.APPROVED


@login_not_required
@never_cache
@require_safe
def open_call(request: HttpRequest, token: str) -> HttpResponse:
    """What colleagues see: the words of their employer, and the needs."""
    call = _open_call(token)
    if not _takes_applications(call):
        return render(request, "matching/pro_bono/open_over.html", {"call": call})
    cards = cards_for(_needs_of(call).order_by("-published_at", "-pk"), viewer=VISITOR)
    return render(request, "matching/pro_bono/open.html", {"call": call, "cards": cards})


def _needs_of(call: ProBonoCall):  # type: ignore[no-untyped-def]
    """Those that stand on the board for everybody now."""
    return Post.objects.on_board().filter(pro_bono_calls=call, visibility=Visibility.PUBLIC).for_cards()


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def apply(request: HttpRequest, token: str, post: int) -> HttpResponse:
    """One need, and the form to say that one would like to help."""
    call = _open_call(token)
    if not _takes_applications(call):
        return render(request, "matching/pro_bono/open_over.html", {"call": call})
    need = get_object_or_404(_needs_of(call), pk=post)
    form = ApplicationForm(request.POST or None, post=need)
    if request.method == "POST" and form.is_valid() and _apply(request, form, call, need):
        return redirect("matching:pro_bono_sent", token=token)
    context = {"form": form, "call": call, "post": need, "facts": fact_rows(need)}
    return render(request, "matching/pro_bono/apply.html", context)


def _apply(request: HttpRequest, form: ApplicationForm, call: ProBonoCall, need: Post) -> bool:
    email, key = form.cleaned_data["email"].lower(), _form_key(form.cleaned_data["key"])
    if key and ProBonoApplication.objects.filter(call=call, post=need, email=email, idempotency_key=key).exists():
        # The second of two clicks: the mail is on its way.
        return True
    # The address may be somebody else's: it is not to be flooded with mails.
    if not ratelimit.consume(request, action="signup") or not ratelimit.consume(
        request, action="confirm_email", key=email
    ):
        form.add_error(None, TOO_OFTEN)
        return False
    try:
        transitions.apply_for_pro_bono(call.token, post=need.pk, data=form.values(), idempotency_key=key)
    except (TransitionError, ValidationError) as error:
        tell(form, error)
        return False
    return True


def _form_key(typed: str) -> str | None:
    """The form's own key if it is one: somebody without an account chooses no keys of others."""
    try:
        return f"pro-bono:{UUID(typed)}"
    except ValueError:
        return None


@login_not_required
@require_safe
def sent(request: HttpRequest, token: str) -> HttpResponse:
    """A mail is on its way; the same for everybody, whatever was known before."""
    return render(request, "matching/pro_bono/sent.html", {"call": _open_call(token)})


# --- one's own page ---


def _own(key: str) -> ProBonoApplication:
    pk = found_by(key)
    if pk is None:
        raise Http404
    rows = ProBonoApplication.objects.select_related("call__organisation", "post__organisation", "introduction")
    return get_object_or_404(rows, pk=pk)


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD"])
def page(request: HttpRequest, key: str) -> HttpResponse:
    """Where the application stands, and what the person may do next."""
    return _page(request, _own(key))


def _page(
    request: HttpRequest,
    application: ProBonoApplication,
    *,
    hours: HoursForm | None = None,
    own_name: OwnNameForm | None = None,
) -> HttpResponse:
    introduction = application.introduction
    together = introduction is not None and introduction.state in TOGETHER
    active = application.is_active and together
    rows = application.hours.all()
    context = {
        "application": application,
        "post": application.post,
        "call": application.call,
        "key": key_of(application),
        "skills": [label for code, label in labels("skill").items() if code in application.skills],
        "together": together,
        "rows": rows,
        "total": rows.total(),
        "hours_form": (hours or HoursForm()) if active else None,
        "own_name_form": (own_name or OwnNameForm(auto_id="id_own_%s")) if active else None,
        "may_withdraw": application.state in (ProBonoState.UNCONFIRMED, ProBonoState.APPLIED, ProBonoState.PUT_FORWARD),
        "may_confirm": application.state == ProBonoState.UNCONFIRMED,
    }
    return render(request, "matching/pro_bono/volunteer.html", context)


@login_not_required
@require_POST
def act(request: HttpRequest, key: str, action: str) -> HttpResponse:
    """One of the buttons of the person's own page."""
    application = _own(key)
    handler = _ACTIONS.get(action)
    if handler is None:
        raise Http404
    try:
        return handler(request, application)
    except TransitionError as error:
        messages.error(request, error.message)
        return redirect("matching:volunteer", key=key)


def _confirm(request: HttpRequest, application: ProBonoApplication) -> HttpResponse:
    transitions.confirm_application(application.pk)
    messages.success(request, "申し込みが、社内の担当の方に届きました。お返事をお待ちください。")
    return redirect("matching:volunteer", key=key_of(application))


def _withdraw(request: HttpRequest, application: ProBonoApplication) -> HttpResponse:
    transitions.withdraw_application(application.pk)
    return render(request, "matching/pro_bono/withdrawn.html", {"application": application})


def _hours(request: HttpRequest, application: ProBonoApplication) -> HttpResponse:
    form = HoursForm(request.POST)
    if form.is_valid():
        try:
            transitions.record_hours(
                application.pk, idempotency_key=_form_key(form.cleaned_data["key"]), **form.values()
            )
        except ValidationError as error:
            tell(form, error)
        else:
            messages.success(request, "時間を記録しました。ありがとうございます。")
            return redirect("matching:volunteer", key=key_of(application))
    return _page(request, application, hours=form)


def _remove_hours(request: HttpRequest, application: ProBonoApplication) -> HttpResponse:
    number = request.POST.get("row", "")
    if number.isdecimal() and len(number) < 18:
        transitions.remove_hours(int(number), application=application.pk)
        messages.success(request, "記録を消しました。")
    return redirect("matching:volunteer", key=key_of(application))


def _own_name(request: HttpRequest, application: ProBonoApplication) -> HttpResponse:
    form = OwnNameForm(request.POST, auto_id="id_own_%s")
    if form.is_valid():
        address = form.cleaned_data["address"]
        if not ratelimit.consume(request, action="confirm_email", key=address.lower()):
            form.add_error(None, TOO_OFTEN)
        else:
            transitions.ask_for_own_name(application.pk, address=address)
            messages.success(request, f"{address}へ確認のメールをお送りしました。中のボタンを押してください。")
            return redirect("matching:volunteer", key=key_of(application))
    return _page(request, application, own_name=form)


def _end(request: HttpRequest, application: ProBonoApplication) -> HttpResponse:
    transitions.end_pro_bono(application.pk, actor=VOLUNTEER)
    messages.success(request, "活動を終えました。ありがとうございました。")
    return redirect("matching:volunteer", key=key_of(application))


_ACTIONS = {
    "confirm": _confirm,
    "withdraw": _withdraw,
    "hours": _hours,
    "remove-hours": _remove_hours,
    "own-name": _own_name,
    "end": _end,
}


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_name(request: HttpRequest, key: str, proof: str) -> HttpResponse:
    """The link in the mail to one's own address: one button, and from then on the employer sees nothing more."""
    application = _own(key)
    address = address_in(application, proof)
    if address is None:
        raise Http404
    form = ShareAddressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            changed = transitions.go_on_in_own_name(
                application.pk, proof=proof, share_address=form.cleaned_data["share_address"]
            )
        except TransitionError as error:
            tell(form, error)
        else:
            messages.success(request, "これからは、個人として続けます。このページのアドレスを控えておいてください。")
            return redirect("matching:volunteer", key=key_of(changed))
    context = {"form": form, "application": application, "address": address}
    return render(request, "matching/pro_bono/own_name.html", context)
