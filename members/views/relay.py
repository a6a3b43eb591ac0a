"""The groups that a desk speaks for: its list, and one of them."""

from typing import cast

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.forms.relay import GroupForm
from members.models import Organisation, RelayedGroup, User
from members.transitions.relay import add_group, restore_group, retire_group, update_group
from members.views.common import organisation_or_404
from tomoiki.web.pagination import bounded_count, keyset_page
from tomoiki.workflow import TransitionError

PAGE_SIZE = 20
_TABS = {"active": ("使っている", True), "retired": ("外した", False)}
_STEPS = {
    "retire": (
        retire_group,
        "「{name}」を一覧から外しました。これまでの掲載とおつなぎは、そのまま続きます。",
    ),
    "restore": (restore_group, "「{name}」を一覧に戻しました。"),
}


def _desk_or_404(request: HttpRequest, pk: int, permission: str) -> Organisation:
    """A desk; an organisation that speaks for nobody has no such page."""
    desk = organisation_or_404(request, pk, permission) if _is_desk(pk) else None
    if desk is None:
        raise Http404
    return desk


def _is_desk(pk: int) -> bool:
    found = Organisation.objects.filter(pk=pk).first()
    return found is not None and found.is_desk


@never_cache
@require_safe
def groups(request: HttpRequest, pk: int) -> HttpResponse:
    """/organisation/<pk>/groups/: the newest first, found by name, reading or district."""
    desk = _desk_or_404(request, pk, "members.view_groups")
    tab = request.GET.get("tab", "active")
    tab = tab if tab in _TABS else "active"
    query = request.GET.get("q", "")[:100]
    found = desk.relayed_groups.filter(active=_TABS[tab][1]).with_words(query)
    page = keyset_page(found.for_showing(), request.GET.get("cursor", ""), field="created_at", size=PAGE_SIZE)
    return render(
        request,
        "members/relay/groups.html",
        {
            "organisation": desk,
            "manages": rules.has_perm("members.add_group", request.user, desk),
            "tabs": [
                {"url": f"?tab={key}", "label": label, "count": None, "current": key == tab}
                for key, (label, _) in _TABS.items()
            ],
            "tab": tab,
            "query": query,
            "page": page,
            "total": bounded_count(found),
        },
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A group to be put on the list."""
    desk = _desk_or_404(request, pk, "members.add_group")
    form = GroupForm(request.POST if request.method == "POST" else None, desk=desk)
    if form.is_bound and form.is_valid():
        try:
            group = add_group(desk.pk, data=form.values(), actor=cast(User, request.user))
        except (TransitionError, ValidationError) as error:
            _tell(form, error)
        else:
            messages.success(
                request, f"「{group.name}」を一覧に加えました。困りごとを書くときに、代わりに出す団体として選べます。"
            )
            return redirect("members:groups", desk.pk)
    return render(request, "members/relay/group_form.html", {"form": form, "organisation": desk, "group": None})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def group_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known of one group."""
    group = _own_group_or_404(request, pk)
    form = GroupForm(request.POST if request.method == "POST" else None, desk=group.desk, group=group)
    if form.is_bound and form.is_valid():
        try:
            group = update_group(group.pk, data=form.values(), actor=cast(User, request.user))
        except (TransitionError, ValidationError) as error:
            _tell(form, error)
        else:
            messages.success(request, f"「{group.name}」の内容を保存しました。")
            return redirect("members:groups", group.desk_id)
    context = {"form": form, "organisation": group.desk, "group": group}
    return render(request, "members/relay/group_form.html", context)


@require_POST
def group_step(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Off the list, or back on it."""
    if step not in _STEPS:
        raise Http404
    group = _own_group_or_404(request, pk)
    verb, said = _STEPS[step]
    try:
        verb(group.pk, actor=cast(User, request.user))
    except TransitionError as error:
        messages.error(request, error.message)
    else:
        messages.success(request, said.format(name=group.name))
    return redirect("members:groups", group.desk_id)


def _own_group_or_404(request: HttpRequest, pk: int) -> RelayedGroup:
    """A group of one's own desk: 404 to everybody else, 403 to those of the desk who may only read."""
    own = RelayedGroup.objects.filter(desk__in=Organisation.objects.of(request.user))
    group = get_object_or_404(own.select_related("desk__municipality", "municipality"), pk=pk)
    if not rules.has_perm("members.update_group", request.user, group):
        raise PermissionDenied("members.update_group")
    return group


def _tell(form: GroupForm, error: TransitionError | ValidationError) -> None:
    if isinstance(error, TransitionError):
        form.add_error(None, error.message)
        return
    for name, found in getattr(error, "error_dict", {"__all__": error.error_list}).items():
        form.add_error(name if name in form.fields else None, found)
