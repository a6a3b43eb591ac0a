"""The admin over the transitions: edits are audited, and every change of state is a button that calls its verb."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, ClassVar, TypeVar

import rules
from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, models, transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tomoiki.audit import trail
from tomoiki.web.fields import JapaneseDateField, JapaneseDateTimeField
from tomoiki.web.widgets import NativeTimeInput
from tomoiki.workflow.buttons import MessageForm, Panel, TransitionButton, add_errors
from tomoiki.workflow.history import TrailRow, trail_of
from tomoiki.workflow.seen import SeenVersionForm, version_of
from tomoiki.workflow.table import TransitionError, Workflow

__all__ = [
    "AuditedAdmin",
    "MessageForm",
    "Panel",
    "SeenVersionForm",
    "TransitionAdmin",
    "TransitionButton",
    "add_errors",
    "list_date",
    "state_chip",
    "version_of",
]

M = TypeVar("M", bound=Model)

CHANGED_MEANWHILE = (
    "この画面を開いたあとに内容が変わりました。まだ何もしていません。いまの内容を確かめてから、もう一度押してください。"
)


def state_chip(label: str, tone: str = "") -> SafeString:
    """A chip for a state in a list or a heading."""
    return format_html('<span class="chip chip--{}">{}</span>', tone or "quiet", label)


def list_date(value: datetime | date | None) -> str:
    """A day in a list: 11月25日, with the year when it is not this one."""
    if value is None:
        return ""
    day = timezone.localdate(value) if isinstance(value, datetime) else value
    year = "" if day.year == timezone.localdate().year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def _actor(request: HttpRequest) -> Any:
    """Who is logged in: the admin lets nobody else come this far."""
    return request.user


class AuditedAdmin(admin.ModelAdmin[M]):
    """A ModelAdmin whose edits go into the audit trail, by field names only, and whose rows are never deleted.

    Two people who edit at once: the second is told so. The history page shows the trail in Japanese.
    ``trail_words`` says in Japanese what the actions of the trail mean; ``tabs`` are (label, query) above the list.
    """

    form = SeenVersionForm
    show_full_result_count = False
    list_per_page = 50
    list_max_show_all = 0
    actions = None
    view_on_site = False
    # Empty cells are drawn by CSS: a dash in a table, nothing in a card on a phone.
    empty_value_display = ""
    #: What the button for a new object says; by default 「（名前）を追加」.
    add_label: ClassVar[str] = ""
    trail_words: ClassVar[Mapping[str, str]] = {}
    tabs: ClassVar[Sequence[tuple[str, str]]] = ()
    #: Off where saving calls a transition that takes its locks in another order.
    locks_while_saving: ClassVar[bool] = True
    formfield_overrides: ClassVar[dict[Any, Any]] = {
        models.DateTimeField: {"form_class": JapaneseDateTimeField, "widget": JapaneseDateTimeField.widget},
        models.DateField: {"form_class": JapaneseDateField, "widget": JapaneseDateField.widget},
        models.TimeField: {"widget": NativeTimeInput},
        models.TextField: {"widget": forms.Textarea(attrs={"rows": 6})},
    }

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    # --- lists ---

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        here = request.GET.urlencode()
        tabs = [{"label": label, "url": f"?{query}", "current": query == here} for label, query in self.tabs]
        return super().changelist_view(
            request, {"list_tabs": tabs, "add_label": self.add_label, **(extra_context or {})}
        )

    # --- one object ---

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> M | None:
        """The object; locked for as long as a POST is at work on it."""
        if request.method == "POST" and self.locks_while_saving and connection.in_atomic_block:
            try:
                pk = self.opts.pk.to_python(object_id)
            except ValidationError:
                return None
            # Without the joins and annotations of the list, which could not be locked.
            list(self.model._base_manager.select_for_update(of=("self",)).filter(pk=pk).values_list("pk"))
        return super().get_object(request, object_id, from_field)

    def get_panels(self, request: HttpRequest, obj: M) -> tuple[Sequence[Panel], Sequence[Panel]]:
        """What stands above and below the fields of an object's page."""
        return (), ()

    def get_state_chip(self, obj: M) -> SafeString | str:
        """The state beside the heading of an object's page."""
        return ""

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: M | None = None,
    ) -> HttpResponse:
        editable = [name for name, each in context["adminform"].form.fields.items() if not each.widget.is_hidden]
        if not editable:
            context.update(show_save=False, show_save_and_continue=False, show_save_and_add_another=False)
        if obj is not None:
            above, below = self.get_panels(request, obj)
            context.update(panels_above=above, panels_below=below, state_chip=self.get_state_chip(obj))
        return super().render_change_form(request, context, add, change, form_url, obj)

    def save_model(self, request: HttpRequest, obj: M, form: Any, change: bool) -> None:
        """Save what was changed and nothing else, so that what the form did not show keeps its value."""
        if not change:
            super().save_model(request, obj, form, change)
            return
        concrete = {each.name: each for each in self.opts.concrete_fields}
        changed = [name for name in form.changed_data if name in concrete]
        stamps = [name for name, each in concrete.items() if getattr(each, "auto_now", False)]
        if changed:
            obj.save(update_fields=[*changed, *stamps])

    # --- the trail instead of Django's log, which would keep names of people and organisations ---

    def construct_change_message(self, request: HttpRequest, form: Any, formsets: Any, add: bool = False) -> Any:
        return [name for name in form.changed_data if name != "seen"]

    def log_addition(self, request: HttpRequest, obj: M, message: Any) -> Any:
        return trail.record(obj, f"{self.opts.model_name}.added", actor=_actor(request))

    def log_change(self, request: HttpRequest, obj: M, message: Any) -> Any:
        if not message:
            return None
        return trail.record(obj, f"{self.opts.model_name}.edited", actor=_actor(request), fields=message)

    def log_deletions(self, request: HttpRequest, queryset: QuerySet[M]) -> Any:
        return [trail.record(obj, f"{self.opts.model_name}.deleted", actor=_actor(request)) for obj in queryset]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What happened to the object, as the audit trail tells it."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        rows, cut = self.get_trail(obj)
        context = {
            **self.admin_site.each_context(request),
            "title": f"{obj}のこれまでの経過",
            "module_name": str(self.opts.verbose_name_plural),
            "object": obj,
            "opts": self.opts,
            "trail": rows,
            "trail_cut": cut,
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/object_history.html", context)

    def get_trail(self, obj: M) -> tuple[list[TrailRow], bool]:
        """The object's trail, newest first, and whether older entries were left out."""
        return trail_of(obj, words=self.trail_words, label=lambda name: self.trail_label(obj, name))

    def trail_label(self, obj: M, name: str) -> str:
        """What staff call something that the trail names and that is no field of the model; empty where it is one."""
        return ""


class TransitionAdmin(AuditedAdmin[M]):
    """An admin whose state is read-only and changes by ``buttons`` alone.

    ``workflow`` is the table of the model's states; ``decision_heading`` stands over the buttons.
    ``state_tones`` gives each state its chip's colour.
    """

    workflow: ClassVar[Workflow | None] = None
    buttons: ClassVar[Sequence[TransitionButton]] = ()
    decision_heading: ClassVar[str] = "できること"
    state_field: ClassVar[str] = "state"
    state_tones: ClassVar[Mapping[str, str]] = {}

    @admin.display(description="状態", ordering="state")
    def state_shown(self, obj: M) -> SafeString:
        return self.get_state_chip(obj)

    def get_state_chip(self, obj: M) -> SafeString:
        state = getattr(obj, self.state_field)
        return state_chip(getattr(obj, f"get_{self.state_field}_display")(), self.state_tones.get(state, ""))

    def get_trail(self, obj: M) -> tuple[list[TrailRow], bool]:
        states = self.workflow.states if self.workflow else None
        return trail_of(obj, words=self.trail_words, states=states, label=lambda name: self.trail_label(obj, name))

    def allows(self, button: TransitionButton, obj: M) -> bool:
        """Whether the object's state is one from which the button's transition may start."""
        if button.shown is not None and not button.shown(obj):
            return False
        if self.workflow is not None and button.name in self.workflow.transitions:
            return self.workflow.allows(obj, button.name)
        return True

    def get_buttons(self, request: HttpRequest, obj: M) -> list[TransitionButton]:
        """The buttons that this person may press now."""
        return [
            button
            for button in self.buttons
            if self.allows(button, obj) and rules.has_perm(button.permission, request.user, obj)
        ]

    def transition_url(self, obj: M, name: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_transition", args=[obj.pk, name])

    def change_url(self, obj: M) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_change", args=[obj.pk])

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.transition_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_transition"
        return [path("<int:pk>/transition/<str:name>/", view, name=name), *super().get_urls()]

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: M | None = None,
    ) -> HttpResponse:
        if obj is not None:
            context.update(
                decision_heading=self.decision_heading,
                seen=version_of(self._stored(obj)) if request.method == "POST" else version_of(obj),
                transition_buttons=[
                    {"button": button, "url": self.transition_url(obj, button.name), "asks": button.asks(obj)}
                    for button in self.get_buttons(request, obj)
                ],
            )
        return super().render_change_form(request, context, add, change, form_url, obj)

    def _stored(self, obj: M) -> M:
        """The object as it is stored: a form that came back has written its values into ``obj``."""
        return self.model._base_manager.get(pk=obj.pk)

    def transition_view(self, request: HttpRequest, pk: int, name: str) -> HttpResponse:
        """Call a transition (POST), or ask for what it needs. A GET changes nothing."""
        button = next((each for each in self.buttons if each.name == name), None)
        obj = self.get_object(request, str(pk))
        if button is None or obj is None:
            raise Http404
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        if request.method == "POST":
            return self._perform(request, button, obj)
        refusal = self._refusal(request, button, obj)
        if refusal:
            messages.warning(request, refusal)
            return redirect(self.change_url(obj))
        initial = button.initial(obj) if button.initial else {}
        return self._ask(request, button, obj, button.form(initial=initial) if button.form else None, version_of(obj))

    def _refusal(self, request: HttpRequest, button: TransitionButton, obj: M) -> str:
        """Why the button cannot be pressed now; empty when it can."""
        if not rules.has_perm(button.permission, request.user, obj):
            return f"「{button.label}」をする権限がありません。"
        try:
            self._check(button, obj)
        except TransitionError as error:
            return error.message
        return ""

    def _check(self, button: TransitionButton, obj: M) -> None:
        if self.workflow is not None and button.name in self.workflow.transitions:
            self.workflow.check(obj, button.name)
        if not self.allows(button, obj):
            raise TransitionError(
                "wrong_state", f"今は「{button.label}」はできません。画面を開き直してご確認ください。"
            )

    def _perform(self, request: HttpRequest, button: TransitionButton, obj: M) -> HttpResponse:
        form = button.form(request.POST, request.FILES) if button.form else None
        seen = request.POST.get("seen", "")
        if form is not None and not form.is_valid():
            return self._ask(request, button, obj, form, seen)
        try:
            with transaction.atomic():
                # Not locked here: the transition takes its locks in the house's order and checks the state under them.
                self._check(button, obj)
                if seen != version_of(obj):
                    raise TransitionError("changed_meanwhile", CHANGED_MEANWHILE)
                button.run(obj.pk, actor=request.user, **(form.cleaned_data if form is not None else {}))
        except TransitionError as error:
            messages.error(request, error.message)
        except PermissionDenied:
            messages.error(request, f"「{button.label}」をする権限がありません。")
        except ValidationError as error:
            if form is None:
                messages.error(request, " ".join(error.messages))
                return redirect(self.change_url(obj))
            add_errors(form, error)
            return self._ask(request, button, obj, form, seen)
        else:
            messages.success(request, button.done)
        return redirect(self.change_url(obj))

    def _ask(
        self, request: HttpRequest, button: TransitionButton, obj: M, form: forms.Form | None, seen: str
    ) -> HttpResponse:
        """The page of one button: what it is about, what it needs, what happens then."""
        context = {
            **self.admin_site.each_context(request),
            "title": button.label,
            "subtitle": str(obj),
            "opts": self.opts,
            "original": obj,
            "state_chip": self.get_state_chip(obj),
            "button": button,
            "warning": button.warning(obj),
            "form": form,
            "seen": seen,
            "action": self.transition_url(obj, button.name),
            "change_url": self.change_url(obj),
            "facts": self.get_facts(obj),
            "panels": self.get_transition_panels(request, obj, button),
            "media": self.media + (form.media if form is not None else forms.Media()),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "staff/transition.html", context, status=422 if form and form.errors else 200)

    def get_transition_panels(self, request: HttpRequest, obj: M, button: TransitionButton) -> Sequence[Panel]:
        """What is to be read before the button is pressed for good, on its own page."""
        return ()

    def get_facts(self, obj: M) -> Sequence[tuple[str, Any]]:
        """What staff must have before their eyes on a button's own page: pairs (label, value)."""
        return ()
