"""Writing and reading in the conversation of an introduction."""

from datetime import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_http_methods

from matching.views.introduction_page import find_introduction, page_url, person, show_page
from matching.views.introduction_steps import METHODS, add_errors
from matching.views.talk import conversation_of, message_form, seats_of
from tomoiki.conversations.transitions import mark_read, write_message
from tomoiki.workflow import TransitionError


@require_http_methods(METHODS)
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/messages/: one message with its files."""
    user = person(request)
    introduction = find_introduction(user, pk)
    if request.method != "POST":
        return redirect(page_url(introduction, "write"))
    conversation = conversation_of(introduction)
    if conversation is None:
        messages.error(request, "両方の「ぜひ」がそろうと、やりとりを始められます。")
        return redirect(page_url(introduction))
    seats = seats_of(conversation, user)
    if not seats:
        if conversation.closed_at is None:
            raise PermissionDenied("conversations.write_message")
        messages.error(request, "このやりとりは終わっています。新しいメッセージは書けません。")
        return redirect(page_url(introduction, "talk"))
    form = message_form(seats, request.POST, request.FILES, uploader=user)
    if not form.is_valid():
        return show_page(request, introduction, user, message_form=form)
    given = form.cleaned_data
    try:
        message = write_message(
            conversation.pk,
            body=given["body"],
            files=given["files"],
            actor=user,
            on_behalf_key=given["speaker"],
            # Nobody else's form can be meant, whatever key was sent.
            idempotency_key=f"{user.pk}:{given['key']}"[:64],
        )
    except ValidationError as error:
        add_errors(form, error)
        return show_page(request, introduction, user, message_form=form)
    except TransitionError as error:
        messages.error(request, error.message)
        return redirect(page_url(introduction, "talk"))
    return redirect(page_url(introduction, f"message-{message.pk}"))


@require_http_methods(METHODS)
def read(request: HttpRequest, pk: int) -> HttpResponse:
    """/introductions/<pk>/read/: until where the reader has come. htmx sends it when the end is in sight."""
    user = person(request)
    introduction = find_introduction(user, pk)
    if request.method != "POST":
        return redirect(page_url(introduction, "talk"))
    conversation = conversation_of(introduction)
    if conversation is None:
        raise Http404
    mark_read(conversation.pk, actor=user, up_to=_moment(request.POST.get("up_to", "")))
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "matching/introduction_read.html")
    return redirect(page_url(introduction, "talk"))


def _moment(text: str) -> datetime | None:
    """The aware moment that ``text`` gives; None when it gives none."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    return moment if moment is not None and moment.tzinfo is not None else None
