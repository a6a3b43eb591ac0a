"""Writing a story: the form, how it will look with where everybody stands, and asking for consent."""

from collections.abc import Mapping
from typing import Any, cast

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members.acting import preselected
from members.models import Organisation, User
from tomoiki.stories import sources, transitions
from tomoiki.stories.enums import Consent, StoryState
from tomoiki.stories.forms import LISTS, StoryForm, rows_from
from tomoiki.stories.models import SECTIONS, Story
from tomoiki.stories.views.cards import page_of
from tomoiki.stories.workflow import STORIES
from tomoiki.text.personal_data import kinds_in
from tomoiki.vocabulary.words import Words
from tomoiki.web.pagination import keyset_page
from tomoiki.workflow import TransitionError

METHODS = ["GET", "HEAD", "POST"]
PAGE_SIZE = 20


def person(request: HttpRequest) -> User:
    """Who is logged in: the middleware lets nobody else here."""
    return cast(User, request.user)


@require_safe
def mine(request: HttpRequest) -> HttpResponse:
    """/stories/mine/: what one's organisations write, and what they were asked about."""
    user = person(request)
    found = Story.objects.concerning(user).select_related("organisation")
    page = keyset_page(found, request.GET.get("cursor", ""), field="created_at", size=PAGE_SIZE)
    able = Organisation.objects.able_to_act(user).exists()
    return render(request, "stories/mine.html", {"page": page, "able": able or user.is_staff})


class _Draft:
    """The form with its lists, as one thing."""

    def __init__(
        self,
        request: HttpRequest,
        *,
        organisations: list[Organisation],
        story: Story | None = None,
        initial: Mapping[str, Any] | None = None,
        rows: Mapping[str, list[dict[str, Any]]] | None = None,
    ) -> None:
        user = person(request)
        more = request.POST.get("more", "") if request.method == "POST" else ""
        sent = request.method == "POST"
        self.form = StoryForm(
            request.POST if sent else None,
            organisations=organisations,
            office=user.is_staff,
            story=story,
            initial=dict(initial or {}),
        )
        self.more = more if more in LISTS else ""
        self.rows: dict[str, Any] = {}
        for name, (kind, _, _) in LISTS.items():
            data = request.POST.copy() if sent else None
            if data is not None and name == self.more:
                total = f"{name}-TOTAL_FORMS"
                number = str(data.get(total, ""))
                data[total] = str(int(number) + 2) if number.isdecimal() else "2"
            kwargs: dict[str, Any] = {"form_kwargs": {"uploader": user}} if name == "photos" else {}
            files = request.FILES if sent else None
            self.rows[name] = kind(data, files, prefix=name, initial=(rows or {}).get(name, []), **kwargs)

    def is_valid(self) -> bool:
        """All are asked, so that all errors are told at once."""
        return all([self.form.is_valid(), *[rows.is_valid() for rows in self.rows.values()]])

    def data(self) -> dict[str, Any]:
        return {**self.form.texts(), **{name: rows.told() for name, rows in self.rows.items()}}

    def add_errors(self, error: ValidationError) -> None:
        if not hasattr(error, "error_dict"):
            self.form.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            self.form.add_error(name if name in self.form.fields else None, ValidationError(errors))

    def context(self) -> dict[str, Any]:
        return {
            "form": self.form,
            "lists": [
                {"name": name, "rows": self.rows[name], "heading": heading, "text": text}
                for name, (_, heading, text) in LISTS.items()
            ],
            "forms": [self.form, *[row for rows in self.rows.values() for row in rows.forms]],
        }


@never_cache
@require_http_methods(METHODS)
def new(request: HttpRequest) -> HttpResponse:
    """/stories/new/, with ``?from=introduction-12`` begun with the words of both sides."""
    user = person(request)
    organisations = list(Organisation.objects.able_to_act(user).order_by("name", "pk"))
    if not organisations and not user.is_staff:
        return render(request, "stories/not_yet.html")
    wanted = request.POST.get("source") or request.GET.get("from", "")
    known = sources.found(wanted, user) if wanted else None
    initial: dict[str, Any] = {"source": wanted if known else ""}
    rows: Mapping[str, Any] = {}
    first = preselected(request)
    if first is not None:
        initial["on_behalf"] = str(first.pk)
    if known is not None:
        source, obj = known
        begun = source.draft(obj, user)
        initial |= {name: value for name, value in begun.items() if name not in LISTS}
        rows = rows_from({name: begun[name] for name in LISTS if name in begun})
    draft = _Draft(request, organisations=organisations, initial=initial, rows=rows)
    if request.method == "POST" and not draft.more and draft.is_valid():
        saved = _saved(draft, None, user, known[1] if known else None)
        if saved is not None:
            messages.success(request, "下書きを保存しました。まだ、だれにも公開されていません。")
            return redirect("stories:preview", saved.pk)
    context = {"story": None, "source": known[0].title(known[1]) if known else "", **draft.context()}
    return render(request, "stories/form.html", context)


def _saved(draft: _Draft, story: Story | None, user: User, source: Model | None) -> Story | None:
    try:
        return transitions.save_story(
            story.pk if story else None,
            data=draft.data(),
            actor=user,
            on_behalf=draft.form.acting() if story is None else None,
            source=source,
            idempotency_key=draft.form.cleaned_data["key"] or None,
            seen=draft.form.cleaned_data["seen"],
        )
    except TransitionError as error:
        draft.form.add_error(None, error.message)
    except ValidationError as error:
        draft.add_errors(error)
    return None


def _own_or_404(request: HttpRequest, pk: int) -> Story:
    """A story that the person may change; 404 for one that does not concern them."""
    user = person(request)
    rows = Story.objects.all() if user.is_staff else Story.objects.concerning(user)
    story = get_object_or_404(rows.whole(), pk=pk)
    if not rules.has_perm("stories.edit_story", user, story):
        raise PermissionDenied("stories.edit_story")
    return story


@never_cache
@require_http_methods(METHODS)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """/stories/<pk>/edit/: a draft goes on; of anything later a change of substance asks everybody again."""
    story = _own_or_404(request, pk)
    initial = {name: getattr(story, name) for name in ("title", "lead", *SECTIONS, "themes", "areas")}
    content: dict[str, list[dict[str, Any]]] = {
        "partners": [
            {"organisation": each.organisation, "named_as": each.named_as, "role": each.role}
            for each in story.partners.all()
        ],
        "persons": [
            {"organisation": each.partner.organisation, "name": each.name, "appears": each.appears}
            for each in story.persons.all()
        ],
        "photos": [{"file": each.file, "alt": each.alt, "caption": each.caption} for each in story.photos.all()],
        "quotes": [
            {
                "organisation": each.partner.organisation if each.partner else None,
                "text": each.text,
                "source": each.source,
            }
            for each in story.quotes.all()
        ],
    }
    draft = _Draft(
        request,
        organisations=[],
        story=story,
        initial={**initial, "seen": transitions.stamp_of(story)},
        rows=rows_from(content),
    )
    if request.method == "POST" and not draft.more and draft.is_valid():
        before = story.state
        saved = _saved(draft, story, person(request), None)
        if saved is not None:
            asks_again = before in (StoryState.ASKING_CONSENT, StoryState.PUBLISHED) and saved.state == StoryState.DRAFT
            messages.success(
                request,
                "保存しました。内容が変わったので、もう一度みなさんの同意が要ります。"
                if asks_again
                else "保存しました。",
            )
            return redirect("stories:preview", saved.pk)
    return render(request, "stories/form.html", {"story": story, "source": "", **draft.context()})


def _seen_or_404(request: HttpRequest, pk: int) -> Story:
    user = person(request)
    rows = Story.objects.all() if user.is_staff else Story.objects.concerning(user)
    return get_object_or_404(rows.whole(), pk=pk)


@never_cache
@require_safe
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """/stories/<pk>/preview/: how it will look, where everybody stands, and what the writer or staff may do."""
    user = person(request)
    story = _seen_or_404(request, pk)
    may_edit = rules.has_perm("stories.edit_story", user, story)
    own = [each for each in story.partners.all() if rules.has_perm("stories.withdraw_consent", user, each)]
    texts = [
        story.title,
        story.lead,
        *[text for _, text in story.sections],
        *[each.text for each in story.quotes.all()],
    ]
    context = {
        "page": page_of(story, Words.load("theme")),
        "story": story,
        "own": own,
        "to_answer": story.state == StoryState.ASKING_CONSENT and any(each.consent != Consent.YES for each in own),
        "may_edit": may_edit,
        "may_ask": may_edit and STORIES.allows(story, "ask_consent"),
        "may_publish": rules.has_perm("stories.publish_story", user, story)
        and STORIES.allows(story, "publish")
        and story.everybody_agreed(),
        "may_withdraw": may_edit and STORIES.allows(story, "withdraw"),
        "pointed_out": kinds_in(*texts) if may_edit else [],
        "missing": [message for name, message in transitions.NEEDED.items() if not getattr(story, name).strip()],
        "persons": list(story.persons.all()),
        "agreed": story.everybody_agreed(),
    }
    return render(request, "stories/preview.html", context)


@require_POST
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """/stories/<pk>/ask/: everybody in it is asked."""
    story = _own_or_404(request, pk)
    try:
        transitions.ask_consent(story.pk, actor=person(request))
    except TransitionError as error:
        messages.error(request, error.message)
    except ValidationError as error:
        for message in error.messages:
            messages.error(request, message)
    else:
        messages.success(request, "みなさんに同意をうかがいました。ご自分の団体の分も、下からお答えください。")
    return redirect("stories:preview", story.pk)


@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """/stories/<pk>/publish/: by staff, once everybody agreed."""
    story = _seen_or_404(request, pk)
    try:
        transitions.publish_story(story.pk, actor=person(request))
    except TransitionError as error:
        messages.error(request, error.message)
        return redirect("stories:preview", story.pk)
    messages.success(request, "公開しました。出てくる団体にお知らせします。")
    return redirect(story)


@never_cache
@require_http_methods(METHODS)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """/stories/<pk>/withdraw/: the writer or the office ends it."""
    story = _own_or_404(request, pk)
    if request.method != "POST":
        return render(request, "stories/withdraw.html", {"story": story})
    try:
        transitions.withdraw_story(story.pk, actor=person(request), message=request.POST.get("message", ""))
    except TransitionError as error:
        messages.error(request, error.message)
    else:
        told = "うかがっていた団体にお知らせします。" if story.asked_at else ""
        messages.success(request, f"この事例をやめました。{told}")
    return redirect("stories:preview", story.pk)
