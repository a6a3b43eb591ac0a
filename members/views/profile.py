"""An organisation's profile, kept up to date on short pages: an overview, and a form for each part."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, cast

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods, require_safe

from members.completeness import meter_of
from members.enums import OrganisationState
from members.forms.profile import FORMS, PlaceForm, SectionForm
from members.models import Organisation
from members.profiles import Profile, profile_of
from members.transitions import update_profile
from members.views.common import add_errors, as_words, organisation_or_404
from tomoiki.workflow import TransitionError


@dataclass(frozen=True)
class Section:
    """One page of the profile as the overview shows it: ``told`` are its questions, and whether they are answered."""

    code: str
    title: str
    lead: str
    icon: str
    told: tuple[tuple[str, bool], ...] = ()

    @property
    def begun(self) -> bool:
        return any(answered for _, answered in self.told)


#: No version of anything.
_NEVER = datetime(1, 1, 1, tzinfo=UTC)
_PAGES = {
    each.code: each
    for each in (
        Section("about", "紹介", "活動の紹介、テーマ、関わり方、ロゴ", "edit"),
        Section("kind", "", "", ""),
        Section("place", "場所", "住所と、活動する地域", "map-pin"),
        Section("contact", "連絡先", "代表電話と、連絡を受ける方", "phone"),
        Section("branches", "", "市町村ごとの場所", "building-store"),
        Section("links", "ホームページなど", "ウェブサイト、ブログ、SNS", "link"),
        Section("visibility", "見られる人", "項目ごとに、だれに見せるかを決めます", "eye"),
    )
}


def _section(profile: Profile, code: str) -> Section:
    """The page of that name, in the words of the kind. Raises ``Http404`` where there is none."""
    page = _PAGES.get(code)
    if page is None:
        raise Http404(code)
    if code == "kind":
        asked = "、".join(profile.question(each.code).label for each in profile.asked("kind"))
        return replace(page, title=profile.heading, lead=asked, icon=profile.organisation.kind)
    return replace(page, title=profile.question("branches").label) if code == "branches" else page


def _told(profile: Profile, code: str) -> tuple[tuple[str, bool], ...]:
    """The questions of a page by their labels, and whether something is there."""
    organisation = profile.organisation
    if code == "visibility":
        return ()
    if code == "branches":
        count = organisation.branches.count()
        return ((f"{count}か所", True) if count else ("まだありません", False),)
    shared = {
        "about": ("description", "themes", "logo"),
        "place": ("address", "areas"),
        "contact": ("phone",),
        "links": ("website", "links"),
    }
    rows = [(profile.question(name).label, bool(getattr(organisation, name))) for name in shared.get(code, ())]
    rows += [
        (profile.question(each.code).label, bool(profile.value(each.code)))
        for each in profile.asked(code)
        if not each.follows
    ]
    return tuple(rows)


@require_safe
def profile_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What the organisation tells of itself, part by part, and the one thing that would help most next."""
    organisation = organisation_or_404(request, pk, "members.update_organisation")
    elsewhere = _not_now(request, organisation)
    if elsewhere is not None:
        return elsewhere
    profile = profile_of(organisation)
    sections = [replace(_section(profile, code), told=_told(profile, code)) for code in _PAGES]
    return render(
        request,
        "members/profile/overview.html",
        {"organisation": organisation, "sections": sections, "meter": meter_of(organisation)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def profile_section(request: HttpRequest, pk: int, section: str) -> HttpResponse:
    """One page of the profile; what somebody else stored meanwhile is shown, never overwritten unseen."""
    organisation = organisation_or_404(request, pk, "members.update_organisation")
    elsewhere = _not_now(request, organisation)
    if elsewhere is not None:
        return elsewhere
    profile = profile_of(organisation)
    page = _section(profile, section)
    form_class = FORMS[section]
    context: dict[str, Any] = {"organisation": organisation, "section": page, **_marks(form_class, profile)}

    def shown(form: SectionForm, status: int = 200) -> HttpResponse:
        return render(request, "members/profile/section.html", {**context, "form": form}, status=status)

    if request.method != "POST":
        return shown(_opened(form_class, profile))
    # What was seen stays what was seen.
    context |= {"version": request.POST.get("version", ""), "seen": request.POST.get("seen", "")}
    if "lookup" in request.POST or "more" in request.POST:
        form, context["answer"] = _carried_on(request, form_class, profile)
        return shown(form)
    form = _sent(request, form_class, profile)
    if not form.is_valid():
        return shown(form)
    try:
        update_profile(
            pk,
            data=form.values(),
            version=_version(request, form_class, profile),
            actor=request.user,  # type: ignore[arg-type]
        )
    except ValidationError as error:
        add_errors(form, error)
        return shown(form)
    except TransitionError as error:
        if error.code != "changed_meanwhile":
            messages.error(request, error.message)
            return redirect("members:account")
        fresh = profile_of(organisation_or_404(request, pk, "members.update_organisation"))
        context |= {
            "conflict": error.message,
            "differences": _differences(fresh, form),
            **_marks(form_class, fresh),
        }
        return shown(form, status=409)
    messages.success(request, f"「{page.title}」を保存しました。")
    return redirect("members:profile_edit", pk=pk)


def _not_now(request: HttpRequest, organisation: Organisation) -> HttpResponse | None:
    """Where to go instead while nothing can be changed here."""
    if organisation.state == OrganisationState.RETURNED:
        return redirect("members:resubmit", pk=organisation.pk)
    if organisation.state not in (OrganisationState.APPROVED, OrganisationState.SUSPENDED):
        messages.info(request, "この団体の内容は、登録が終わると変えられます。")
        return redirect("members:account")
    return None


def _marks(form_class: type[SectionForm], profile: Profile) -> dict[str, str]:
    """What goes with the form, to notice what changed since."""
    return {"version": profile.organisation.updated_at.isoformat(), "seen": form_class.seen(profile)}


def _opened(form_class: type[SectionForm], profile: Profile) -> SectionForm:
    rows = form_class.rows_class.opened(profile.organisation) if form_class.rows_class else None
    return form_class(initial=form_class.stored(profile), profile=profile, rows=rows)


def _sent(request: HttpRequest, form_class: type[SectionForm], profile: Profile) -> SectionForm:
    rows_class = form_class.rows_class
    return form_class(
        request.POST,
        request.FILES,
        initial=form_class.stored(profile),
        profile=profile,
        rows=rows_class(request.POST, prefix=rows_class.name) if rows_class else None,
        uploader=request.user,
    )


def _carried_on(request: HttpRequest, form_class: type[SectionForm], profile: Profile) -> tuple[SectionForm, Any]:
    """The form as it was typed, without complaints: with the address of its postal code, or with more rows."""
    if form_class is PlaceForm and "lookup" in request.POST:
        form, answer = PlaceForm.after_lookup(request.POST, profile=profile)
        return cast(SectionForm, form), answer
    typed = form_class(request.POST, profile=profile)
    values = {
        name: field.widget.value_from_datadict(request.POST, request.FILES, typed.add_prefix(name))
        for name, field in typed.fields.items()
    }
    rows_class = form_class.rows_class
    rows = rows_class.with_more(request.POST) if rows_class else None
    return form_class(initial=values, profile=profile, rows=rows), None


def _version(request: HttpRequest, form_class: type[SectionForm], profile: Profile) -> datetime | None:
    """When the person last saw what they change now.

    A colleague who changed another page meanwhile stands in nobody's way: then it is the present version.
    """
    if request.POST.get("seen") == form_class.seen(profile):
        return profile.organisation.updated_at
    # Without a readable time nobody can have seen anything.
    return parse_datetime(request.POST.get("version", "")) or _NEVER


def _differences(fresh: Profile, form: SectionForm) -> list[tuple[str, str, str]]:
    """Label, what is stored now and what was typed, for each field where these differ."""
    stored = form.stored(fresh)
    rows = []
    for name, value in form.cleaned_data.items():
        now, typed = as_words(form, name, stored.get(name)), as_words(form, name, value)
        if now != typed:
            rows.append((str(form[name].label), now, typed))
    if form.rows is not None:
        was = "\n".join(form.rows.lines_of(fresh.organisation)) or "（なし）"
        typed = "\n".join(form.rows.as_lines()) or "（なし）"
        if was != typed:
            rows.append((fresh.question(form.rows.name).label, was, typed))
    return rows
