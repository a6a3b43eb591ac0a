"""The three questions as those who come meet them: by a link, without logging in, without a cookie, for all ages."""

import secrets
from typing import Any

import structlog
from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from redis.exceptions import RedisError

from matching import transitions
from matching.enums.ibasho import QUESTIONS, Score
from matching.forms.ibasho import PublicAnswerForm
from matching.models import IbashoSurvey
from matching.views.refusals import tell
from tomoiki.text.readings import ruby
from tomoiki.workflow import TransitionError

log = structlog.get_logger(__name__)

#: Of one network within an hour: everybody at an ibasho may answer on one tablet.
MOST_AN_HOUR = 60
HOUR = 3600
#: A form lies open no longer than a day.
FORM_LIVES = 24 * HOUR
_SIGNER = TimestampSigner(salt="matching.ibasho.form", sep=".")
_FACES = {Score.VERY: "1", Score.RATHER: "2", Score.LITTLE: "3", Score.NOT: "4"}


def _new_key(survey: IbashoSurvey) -> str:
    """Of a form that was just opened: it is one answer, however often it is sent."""
    return _SIGNER.sign(f"{survey.pk}-{secrets.token_hex(12)}")


def _key_in(survey: IbashoSurvey, text: str) -> str | None:
    """What a form that we gave out for this survey bears; None for anything else."""
    try:
        key = _SIGNER.unsign(text, max_age=FORM_LIVES)
    except BadSignature:
        return None
    return key if key.startswith(f"{survey.pk}-") else None


def _allowed(request: HttpRequest, survey: IbashoSurvey) -> bool:
    """Count one more answer from this network."""
    key = f"ibasho:{survey.pk}:{get_adapter().get_client_ip(request)}"
    try:
        cache.add(key, 0, timeout=HOUR)
        return bool(cache.incr(key) <= MOST_AN_HOUR)
    except ValueError:
        # It ran out between the two calls.
        return True
    except RedisError as error:
        # Better a few answers too many than people who are turned away.
        log.warning("ibasho.limits_unreachable", error=type(error).__name__)
        return True


def _survey_or_404(token: str) -> IbashoSurvey:
    return get_object_or_404(IbashoSurvey.objects.select_related("ibasho__organisation"), token=token)


# No cookie is set and nobody is logged in here, so there is nothing that a foreign site could abuse; the signed key of
# the form is the proof that it came from this page.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """/i/<token>/: three questions, big buttons, readings above the kanji."""
    survey = _survey_or_404(token)
    today = timezone.localdate()
    if not survey.is_running(today) or not survey.ibasho.is_open:
        context = {"name": ruby(survey.ibasho.name), "survey": survey, "early": survey.opens_on > today}
        return render(request, "matching/ibasho_answer_over.html", context)
    form = PublicAnswerForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        key = _key_in(survey, form.cleaned_data["form_key"])
        if key is None:
            form.add_error(None, "ページを開いてから時間がたちました。もう一度「おくる」を押してください。")
        elif not _allowed(request, survey):
            form.add_error(None, "いま、たくさんの回答が届いています。少し待ってから、もう一度おくってください。")
            status = 429
        elif _kept(form, survey, key):
            return redirect("matching:ibasho_answer_thanks", token)
    context = {
        "survey": survey,
        "name": ruby(survey.ibasho.name),
        "form": form,
        "questions": _questions(form),
        "words_label": ruby("ひとこと（書かなくてもかまいません）"),
        "key": form.data.get("form_key", "") if _still(survey, form) else _new_key(survey),
    }
    return render(request, "matching/ibasho_answer.html", context, status=status)


def _still(survey: IbashoSurvey, form: PublicAnswerForm) -> bool:
    """Whether the form that comes back may keep its key."""
    return form.is_bound and _key_in(survey, form.data.get("form_key", "")) is not None


def _kept(form: PublicAnswerForm, survey: IbashoSurvey, key: str) -> bool:
    try:
        transitions.answer_survey(survey.pk, scores=form.scores(), words=form.cleaned_data["words"], form_key=key)
    except (TransitionError, ValidationError) as error:
        tell(form, error)
        return False
    return True


def _questions(form: PublicAnswerForm) -> list[dict[str, Any]]:
    """Each question in pieces with readings, and its four answers."""
    return [
        {
            "name": name,
            "number": number,
            "pieces": ruby(words),
            "errors": form.errors.get(name, []) if form.is_bound else [],
            "choices": [
                {
                    "value": score.value,
                    "pieces": ruby(str(score.label)),
                    "face": _FACES[score],
                    "chosen": form.is_bound and form.data.get(name) == str(score.value),
                }
                for score in Score
            ],
        }
        for number, (name, words) in enumerate(QUESTIONS.items(), start=1)
    ]


@login_not_required
@never_cache
@require_safe
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """/i/<token>/thanks/"""
    survey = _survey_or_404(token)
    return render(request, "matching/ibasho_answer_thanks.html", {"survey": survey, "name": ruby(survey.ibasho.name)})
