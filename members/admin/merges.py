"""Making two registrations of one organisation one, and the list of those made, each with its way back."""

from collections.abc import Sequence
from typing import Any

import rules
from django import forms
from django.apps import apps
from django.contrib import admin, messages
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.safestring import SafeString

from members import transitions
from members.admin.approval import side_by_side
from members.duplicates import candidates
from members.enums import OrganisationState
from members.merging import merges_of, plan
from members.models import Merge, Organisation
from members.transitions.merges import undo_refusal
from tomoiki.text.normalisation import normalise_name
from tomoiki.workflow import TransitionError
from tomoiki.workflow.admin import (
    Panel,
    TransitionAdmin,
    TransitionButton,
    add_errors,
    list_date,
    state_chip,
    version_of,
)

FOUND = 20
#: States from which an organisation may become part of another.
MERGEABLE = tuple(
    state for state in OrganisationState if state not in (OrganisationState.DRAFT, OrganisationState.MERGED)
)


class MergeForm(forms.Form):
    """Why the two are one."""

    note = forms.CharField(
        label="同じ団体だと分かった理由",
        help_text="あとで見返すための、事務局のメモです。団体には届きません。例：代表の方に電話で確かめた。",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    seen_winner = forms.CharField(widget=forms.HiddenInput)
    seen_loser = forms.CharField(widget=forms.HiddenInput)


class MergesOrganisations(TransitionAdmin[Organisation]):
    """The part of the organisations' admin that makes two of them one."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.merge_view)
        return [path("<int:pk>/merge/", view, name="members_organisation_merge"), *super().get_urls()]

    def merge_url(self, organisation: Organisation) -> str:
        return reverse("admin:members_organisation_merge", args=[organisation.pk])

    def may_merge(self, request: HttpRequest, organisation: Organisation) -> bool:
        """By the person's role in the office, and by the rule of the transition."""
        return request.user.has_perm("members.add_merge") and rules.has_perm(
            "members.merge_organisations", request.user, organisation
        )

    def merge_panels(self, request: HttpRequest, obj: Organisation) -> list[Panel]:
        """Which merges an organisation was part of, and the way to a new one."""
        merges = list(merges_of(obj).order_by("-made_at", "-pk")) if request.user.has_perm("members.view_merge") else []
        may = obj.state in MERGEABLE and obj.erased_at is None and self.may_merge(request, obj)
        if not merges and not may:
            return []
        rows = [
            {
                "merge": each,
                "url": reverse("admin:members_merge_change", args=[each.pk]),
                "other": each.loser if each.winner_id == obj.pk else each.winner,
                "won": each.winner_id == obj.pk,
                "days": days_left(each),
            }
            for each in merges
        ]
        return [Panel("staff/members/_merges.html", {"rows": rows, "merge_url": self.merge_url(obj) if may else ""})]

    def merge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Choose the other one; with ``?with=`` see what would happen. POST does it; ``pk`` is the one that remains."""
        winner = self.get_object(request, str(pk))
        if winner is None:
            raise Http404
        if not self.may_merge(request, winner) or not self.has_view_or_change_permission(request, winner):
            raise PermissionDenied
        wanted = request.GET.get("with", "")
        if not wanted:
            return self._choose(request, winner)
        if not wanted.isdecimal():
            raise Http404
        loser = get_object_or_404(
            Organisation.objects.exclude(state=OrganisationState.DRAFT).select_related("municipality"), pk=wanted
        )
        return self._preview(request, winner, loser)

    def _choose(self, request: HttpRequest, winner: Organisation) -> HttpResponse:
        typed = request.GET.get("q", "")[:100].strip()
        found: list[Organisation] = []
        if typed:
            core = normalise_name(typed)
            rows = Organisation.objects.filter(state__in=MERGEABLE, erased_at=None).exclude(pk=winner.pk)
            rows = rows.filter(name_normalised__contains=core) | rows.filter(corporate_number=typed)
            found = list(rows.select_related("municipality").order_by("name", "pk")[:FOUND])
        context = {
            "title": "同じ団体の登録をえらぶ",
            "doubles": [side_by_side(winner, each) for each in candidates(winner)],
            "typed": typed,
            "found": found,
        }
        return self._merge_page(request, "staff/members/merge_choose.html", winner, context)

    def _preview(self, request: HttpRequest, winner: Organisation, loser: Organisation) -> HttpResponse:
        foreseen = plan(winner, loser)
        seen = {"seen_winner": version_of(winner), "seen_loser": version_of(loser)}
        form = MergeForm(request.POST or None, initial=seen)
        if request.method == "POST" and form.is_valid():
            done = self._merge(request, form, winner, loser, seen)
            if done is not None:
                messages.success(
                    request,
                    f"「{loser.name}」を「{winner.name}」にまとめ、代表担当者にお知らせしました。"
                    "まちがいだったときは、30日以内なら元に戻せます。",
                )
                return redirect(self.change_url(winner))
        context = {
            "title": "二つの登録を一つにまとめる",
            "plan": foreseen,
            "loser": loser,
            "loser_url": self.change_url(loser),
            "swap_url": f"{self.merge_url(loser)}?with={winner.pk}",
            "form": form,
            "action": request.get_full_path(),
        }
        return self._merge_page(request, "staff/members/merge_preview.html", winner, context)

    def _merge(
        self, request: HttpRequest, form: MergeForm, winner: Organisation, loser: Organisation, seen: dict[str, str]
    ) -> Merge | None:
        """What was made; None with the errors in ``form``."""
        if any(form.cleaned_data[name] != value for name, value in seen.items()):
            form.add_error(
                None,
                "この画面を開いたあとに、どちらかの団体の内容が変わりました。まだまとめていません。"
                "いまの内容を下で確かめてから、もう一度押してください。",
            )
            form.data = {"note": form.cleaned_data["note"], **seen}
            return None
        try:
            with transaction.atomic():
                return transitions.merge_organisations(
                    winner=winner.pk,
                    loser=loser.pk,
                    note=form.cleaned_data["note"],
                    actor=request.user,  # type: ignore[arg-type]
                )
        except TransitionError as error:
            form.add_error(None, error.message)
        except ValidationError as error:
            add_errors(form, error)
        return None

    def _merge_page(
        self, request: HttpRequest, template: str, winner: Organisation, context: dict[str, Any]
    ) -> HttpResponse:
        request.current_app = self.admin_site.name
        form = context.get("form")
        return TemplateResponse(
            request,
            template,
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "original": winner,
                "winner": winner,
                "change_url": self.change_url(winner),
                "merge_url": self.merge_url(winner),
                "media": self.media,
                **context,
            },
            status=422 if form is not None and form.errors else 200,
        )


def days_left(merge: Merge) -> int:
    """For how many days more it may be taken back; 0 when it may not."""
    if merge.undone_at is not None or merge.undo_until <= timezone.now():
        return 0
    return (timezone.localdate(merge.undo_until) - timezone.localdate()).days or 1


@admin.register(Merge)
class MergeAdmin(TransitionAdmin[Merge]):
    """What was merged, by whom and why; for thirty days with a button that takes it back."""

    decision_heading = "この統合をどうしますか"
    trail_words = {"merge.made": "二つの登録を一つにまとめました", "merge.undone": "元の二つの団体に戻しました"}
    list_display = ["loser_name", "winner_name", "state_shown", "made", "made_by"]
    list_select_related = ["winner", "loser", "made_by", "undone_by"]
    search_fields = ["winner__name", "loser__name"]
    search_help_text = "どちらかの団体名でさがせます。"
    ordering = ["-made_at", "-pk"]
    readonly_fields = ("loser", "winner", "note", "made_by", "made", "until", "undone", "undone_by_whom")
    fields = readonly_fields
    buttons = [
        TransitionButton(
            "undo",
            "元の二つの団体に戻す",
            transitions.undo_merge,
            "members.undo_merge",
            next="まとめる前からあったものが元の団体に戻り、まとめたあとに作られたものは残った団体に残ります。"
            "両方の代表担当者にメールでお知らせします。",
            done="元の二つの団体に戻し、代表担当者にお知らせしました。",
            tone="danger-secondary",
            icon="arrow-back-up",
            confirm=True,
            shown=lambda merge: not undo_refusal(merge),
        )
    ]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """One begins with an organisation, not here."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Merge | None = None) -> bool:
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Merge]:
        return super().get_queryset(request).select_related("winner", "loser", "made_by", "undone_by")

    def get_buttons(self, request: HttpRequest, obj: Merge) -> list[TransitionButton]:
        return super().get_buttons(request, obj) if request.user.has_perm("members.change_merge") else []

    def _refusal(self, request: HttpRequest, button: TransitionButton, obj: Merge) -> str:
        return undo_refusal(obj) or super()._refusal(request, button, obj)

    def _perform(self, request: HttpRequest, button: TransitionButton, obj: Merge) -> HttpResponse:
        if not request.user.has_perm("members.change_merge"):
            raise PermissionDenied
        return super()._perform(request, button, obj)

    def _check(self, button: TransitionButton, obj: Merge) -> None:
        """The transition says in its own words why it is too late."""

    @admin.display(description="まとめられた団体", ordering="loser__name")
    def loser_name(self, obj: Merge) -> str:
        return obj.loser.name

    @admin.display(description="残った団体", ordering="winner__name")
    def winner_name(self, obj: Merge) -> str:
        return obj.winner.name

    @admin.display(description="まとめた日", ordering="made_at")
    def made(self, obj: Merge) -> str:
        return list_date(obj.made_at)

    @admin.display(description="元に戻せる期限")
    def until(self, obj: Merge) -> str:
        return list_date(obj.undo_until)

    @admin.display(description="元に戻した日")
    def undone(self, obj: Merge) -> str:
        return list_date(obj.undone_at)

    @admin.display(description="元に戻した人")
    def undone_by_whom(self, obj: Merge) -> str:
        return str(obj.undone_by or "")

    @admin.display(description="状態")
    def state_shown(self, obj: Merge) -> SafeString:
        return self.get_state_chip(obj)

    def get_state_chip(self, obj: Merge) -> SafeString:
        if obj.undone_at is not None:
            return state_chip("元に戻しました", "state")
        left = days_left(obj)
        return state_chip(f"あと{left}日は元に戻せます", "warning") if left else state_chip("まとめました")

    def get_panels(self, request: HttpRequest, obj: Merge) -> tuple[Sequence[Panel], Sequence[Panel]]:
        return [], [Panel("staff/members/_merge_moves.html", {"moves": moved(obj), "kept_back": obj.kept_back})]

    def get_facts(self, obj: Merge) -> Sequence[tuple[str, Any]]:
        return [
            ("残った団体", obj.winner.name),
            ("まとめられた団体", obj.loser.name),
            ("理由", obj.note),
            ("まとめた日", list_date(obj.made_at)),
            ("元に戻せる期限", list_date(obj.undo_until)),
            *[(each["what"], f"{each['count']}件を元に戻します") for each in moved(obj)],
        ]


def moved(merge: Merge) -> list[dict[str, Any]]:
    """What the merge changed, counted by kind; that one of the two is no more goes without saying."""
    organisation = ContentType.objects.get_for_model(Organisation)
    counts = (
        merge.moves.exclude(content_type=organisation, object_id=merge.loser_id)
        .order_by()
        .values("content_type__app_label", "content_type__model")
        .annotate(count=Count("pk"))
    )
    rows = []
    for each in counts:
        model = _model(each["content_type__app_label"], each["content_type__model"])
        if model is not None:
            rows.append({"what": str(model._meta.verbose_name), "count": each["count"]})
    return sorted(rows, key=lambda row: (-row["count"], row["what"]))


def _model(app_label: str, name: str) -> Any:

    try:
        return apps.get_model(app_label, name)
    except LookupError:
        return None
