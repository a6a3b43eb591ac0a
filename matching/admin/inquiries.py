"""Asking several candidates together: from the boxes on the candidates' page to who answered what."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import rules
from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from matching import transitions
from matching.enums import OPEN_STATES, Direction, InquiryEnd, InquiryState, IntroductionState, PostState
from matching.forms.introductions import DECLINE_REASONS, new_key
from matching.models import Inquiry, Introduction, Participant, Post
from matching.models.inquiries import MOST_CANDIDATES, candidates_in
from matching.transitions import CandidateChoice
from matching.transitions.checks import answer_due
from matching.workflow import INQUIRIES
from members.models import Organisation
from tomoiki.vocabulary.lists import labels
from tomoiki.web.fields import JapaneseDateField, JapaneseIntegerField, TextField
from tomoiki.workflow import TransitionError
from tomoiki.workflow.admin import Panel, TransitionAdmin, TransitionButton, add_errors, list_date

NEW = "new"


class OrganisationsField(forms.CharField):
    """Names of members that have nothing on the board, one a line."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        return [line.strip() for line in (super().to_python(value) or "").splitlines() if line.strip()]


class InquiryForm(forms.Form):
    """Whom to ask, how many are enough, until when, and with which words."""

    posts = forms.ModelMultipleChoiceField(
        label="たずねる相手",
        queryset=Post.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="外すと、その相手にはたずねません。",
    )
    organisations = OrganisationsField(
        label="掲載のない団体にもたずねる",
        required=False,
        max_length=1500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="登録の名前を、1行にひとつずつ書いてください。",
    )
    inquiry = forms.ChoiceField(
        label="どの打診でたずねますか",
        widget=forms.RadioSelect,
        required=False,
        help_text="加えるときは、いまの打診の数・期限・ことばのまま届きます。下の欄は、新しい打診のときだけ使います。",
    )
    wanted = JapaneseIntegerField(
        label="関心のある団体が、いくつあれば十分ですか", required=False, min_value=1, max_value=10
    )
    respond_by = JapaneseDateField(label="お返事の期限", required=False)
    message = TextField(
        label="候補の団体に伝えることば",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 7}),
        help_text="この文章が、そのまま全部の候補に届きます。なぜ声をかけたのかを書き足してください。",
    )
    key = forms.CharField(max_length=64, widget=forms.HiddenInput, required=False)

    def __init__(
        self, *args: Any, post: Post, found: QuerySet[Post], running: Sequence[Inquiry], **kwargs: Any
    ) -> None:
        kwargs["initial"] = {
            "posts": [each.pk for each in found],
            "wanted": 1,
            "respond_by": answer_due(),
            "message": _first_words(post),
            "inquiry": str(running[0].pk) if running else NEW,
            **(kwargs.get("initial") or {}),
        }
        super().__init__(*args, **kwargs)
        self.post = post
        self.running = {str(each.pk): each for each in running}
        self.fields["key"].initial = new_key
        field: Any = self.fields["posts"]
        field.queryset = found
        field.label_from_instance = lambda each: f"{each.title}（{each.named}）"
        if running:
            rows = [(key, f"{list_date(each.created_at)}からの打診に加える") for key, each in self.running.items()]
            self.fields["inquiry"].choices = [*rows, (NEW, "新しい打診を始める")]  # type: ignore[attr-defined]
        else:
            del self.fields["inquiry"]
        wanted: Any = self.fields["wanted"]
        wanted.unit = "団体"
        if post.quantity_left is not None:
            wanted.help_text = (
                f"空けておくと、あと{post.quantity_left:,}{post.get_unit_display()}がそろうまでたずねます。"
            )
        else:
            wanted.required = True

    @property
    def joins(self) -> Inquiry | None:
        """The running inquiry to which they are added; None for a new one."""
        return self.running.get(self.cleaned_data.get("inquiry", NEW))

    def clean_organisations(self) -> list[Organisation]:
        found = []
        for name in self.cleaned_data["organisations"]:
            rows = list(Organisation.objects.active().filter(name=name).order_by("pk")[:2])
            if len(rows) != 1:
                problem = "見つかりません" if not rows else "いくつもあります。掲載から選んでください"
                raise ValidationError(f"「{name}」という登録済みの団体が{problem}。")
            found.append(rows[0])
        return found

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "organisations" in cleaned and "posts" in cleaned and not cleaned["posts"] and not cleaned["organisations"]:
            self.add_error("posts", "たずねる相手を、ひとつ以上選んでください。")
        return cleaned

    @property
    def candidates(self) -> list[CandidateChoice]:
        posts = [CandidateChoice.of(post) for post in self.cleaned_data["posts"]]
        return [*posts, *(CandidateChoice(each.pk) for each in self.cleaned_data["organisations"])]


def _first_words(post: Post) -> str:
    """A beginning that staff put their own words to."""
    wish = "力を貸していただけないか" if post.direction == Direction.NEED else "使っていただけないか"
    return (
        f"{post.named}さんの「{post.title}」に、{wish}と思い、ご連絡しました。\n\n"
        "くわしいことは、話しながら決めていただいて大丈夫です。まずは、ご関心があるかどうかをお聞かせください。"
    )


@admin.register(Inquiry)
class InquiryAdmin(TransitionAdmin[Inquiry]):
    workflow = INQUIRIES
    state_tones = {InquiryState.OPEN: "state", InquiryState.CLOSED: "none"}
    decision_heading = "この打診に"
    list_display = ["post", "asked_shown", "interested_shown", "state_now", "due", "made"]
    list_filter = ["closed_because"]
    list_select_related = ["post"]
    search_fields = ["post__title", "post__organisation__name"]
    search_help_text = "掲載の見出しと、団体名でさがせます。"
    ordering = ["-created_at", "-pk"]
    tabs = [("お返事待ち", "closed_at__isnull=True"), ("終わった", "closed_at__isnull=False"), ("すべて", "")]
    readonly_fields = ("post", "wanted_shown", "due", "created_by", "made", "ended")
    fields = readonly_fields
    buttons = [
        TransitionButton(
            "close",
            "締め切る",
            transitions.close_inquiry,
            "matching.close_inquiry",
            next="まだお返事のない候補に、お返事がいらないことをお伝えします。「ぜひ」の団体は、そのまま進みます。",
            done="打診を締め切り、お返事のない候補にお知らせしました。",
            tone="secondary",
            icon="check",
            confirm=True,
        ),
    ]
    trail_words = {
        "inquiry.started": "打診を始めました",
        "inquiry.more_asked": "候補を加えました",
        "inquiry.closed": "打診が終わりました",
        "inquiry.reopened": "もう一度たずねるため、打診を再開しました",
    }

    class Media:
        css = {"all": ["css/pages/matching.css", "css/pages/introductions.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Inquiry]:
        rows = Introduction.objects.with_participants()
        return (
            super()
            .get_queryset(request)
            .select_related("post__organisation", "created_by")
            .prefetch_related(Prefetch("introductions", queryset=rows))
        )

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup == "closed_at__isnull" or super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """One begins from the candidates of a post."""
        return False

    # --- the list ---

    @admin.display(description="たずねた数")
    def asked_shown(self, obj: Inquiry) -> str:
        return f"{len(obj.candidates())}団体"

    @admin.display(description="関心あり")
    def interested_shown(self, obj: Inquiry) -> str:
        return f"{len(obj.interested())}団体"

    @admin.display(description="状態")
    def state_now(self, obj: Inquiry) -> str:
        return self.get_state_chip(obj)

    @admin.display(description="お返事の期限", ordering="respond_by")
    def due(self, obj: Inquiry) -> str:
        return list_date(obj.respond_by)

    @admin.display(description="打診した日", ordering="created_at")
    def made(self, obj: Inquiry) -> str:
        return list_date(obj.created_at)

    @admin.display(description="十分な数")
    def wanted_shown(self, obj: Inquiry) -> str:
        return f"{obj.wanted}団体" if obj.wanted else "掲載の数がそろうまで"

    @admin.display(description="終わった日と理由")
    def ended(self, obj: Inquiry) -> str:
        return f"{list_date(obj.closed_at)} {obj.get_closed_because_display()}" if obj.closed_at else ""

    # --- one of them ---

    def get_panels(self, request: HttpRequest, obj: Inquiry) -> tuple[Sequence[Panel], Sequence[Panel]]:
        reasons = labels(DECLINE_REASONS)
        rows = [_row(each, obj, reasons) for each in obj.candidates()]
        room = MOST_CANDIDATES - len(rows)
        enough = obj.has_enough(obj.post.quantity_left)
        more = (
            obj.takes_more
            and not enough
            and room > 0
            and obj.post.state == PostState.PUBLISHED
            and self._may_start(request)
        )
        context = {
            "inquiry": obj,
            "rows": rows,
            "sentence": _sentence(obj),
            "room": room,
            "add_url": reverse("admin:matching_post_introduce", args=[obj.post_id]) if more else "",
        }
        return [Panel("staff/matching/_inquiry.html", context)], ()

    # --- a new one ---

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.start_view)
        return [path("start/", view, name="matching_inquiry_start"), *super().get_urls()]

    def _may_start(self, request: HttpRequest) -> bool:
        """By the rule of the transition, and by the person's role in the office."""
        return rules.has_perm("matching.start_inquiry", request.user) and request.user.has_perm(
            "matching.add_introduction"
        )

    def start_view(self, request: HttpRequest) -> HttpResponse:
        """With ``?post=`` and ``?candidate=`` those that were ticked; POST asks them."""
        if not self._may_start(request):
            raise PermissionDenied
        wanted = request.GET.get("post", "")
        if not wanted.isdecimal():
            raise Http404
        post = get_object_or_404(Post.objects.select_related("organisation").with_groups(), pk=wanted)
        back = reverse("admin:matching_post_introduce", args=[post.pk])
        if post.state != PostState.PUBLISHED:
            messages.warning(request, f"「{post.title}」は今「{post.get_state_display()}」のため、打診できません。")
            return redirect("admin:matching_post_change", post.pk)
        ticked = [pk for pk in request.GET.getlist("candidate") if pk.isdecimal()][: 2 * MOST_CANDIDATES]
        other = Direction(post.direction).opposite
        found = (
            Post.objects.on_board().filter(pk__in=ticked, direction=other).select_related("organisation").with_groups()
        )
        if request.method != "POST" and not ticked:
            messages.info(request, "たずねる相手を、ひとつ以上選んでください。")
            return redirect(back)
        running = [each for each in Inquiry.objects.filter(post=post).order_by("-created_at", "-pk")[:5] if _open(each)]
        form = InquiryForm(request.POST or None, post=post, found=found, running=running)
        if request.method == "POST" and form.is_valid():
            inquiry = self._started(request, post, form)
            if inquiry is not None:
                messages.success(
                    request, f"{len(form.candidates)}団体に打診しました。お返事が届いたら、お知らせします。"
                )
                return redirect(self.change_url(inquiry))
        request.current_app = self.admin_site.name
        chosen = urlencode({"post": post.pk, "candidate": ticked}, True)
        context = {
            **self.admin_site.each_context(request),
            "title": "まとめて打診する",
            "opts": self.opts,
            "post": post,
            "form": form,
            "introduce_url": back,
            "action": f"{reverse('admin:matching_inquiry_start')}?{chosen}",
            "media": self.media + form.media,
        }
        status = 422 if form.is_bound and form.errors else 200
        return TemplateResponse(request, "staff/matching/start_inquiry.html", context, status=status)

    def _started(self, request: HttpRequest, post: Post, form: InquiryForm) -> Inquiry | None:
        given, actor = form.cleaned_data, request.user
        try:
            if form.joins is not None:
                return transitions.add_candidates(form.joins.pk, candidates=form.candidates, actor=actor)  # type: ignore[arg-type]
            return transitions.start_inquiry(
                post.pk,
                candidates=form.candidates,
                wanted=given["wanted"],
                message=given["message"],
                respond_by=given["respond_by"],
                # Nobody else's form can be meant, whatever key was sent.
                idempotency_key=f"{actor.pk}:{given['key']}"[:64] if given["key"] else None,
                actor=actor,  # type: ignore[arg-type]
            )
        except TransitionError as error:
            form.add_error(None, error.message)
        except ValidationError as error:
            add_errors(form, _on_the_form(error))
        return None


def _on_the_form(error: ValidationError) -> ValidationError:
    """What is wrong with the candidates stands beside those that were ticked."""
    if not hasattr(error, "error_dict"):
        return error
    return ValidationError(
        {("posts" if name == "candidates" else name): each for name, each in error.error_dict.items()}
    )


def _open(inquiry: Inquiry) -> bool:
    return inquiry.closed_because not in {InquiryEnd.CLOSED, InquiryEnd.POST_OVER}


def _row(introduction: Introduction, inquiry: Inquiry, reasons: dict[str, str]) -> dict[str, Any]:
    candidate: Participant = candidates_in(introduction)[0]
    owner = next(side for side in introduction.sides() if side.post_id == inquiry.post_id)
    over = introduction.state not in OPEN_STATES
    unit = (candidate.post or inquiry.post).get_unit_display()
    return {
        "introduction": introduction,
        "candidate": candidate,
        # Nobody waits any more for one that is over.
        "answer": "お返事なし" if candidate.is_awaited and over else candidate.get_answer_display(),
        "owner": owner,
        "amount": f"{candidate.quantity:,}{unit}" if candidate.quantity else "",
        "reason": reasons.get(candidate.decline_reason, candidate.decline_reason),
    }


def _sentence(inquiry: Inquiry) -> str:
    """Where it stands, and what comes next."""
    interested = len(inquiry.interested())
    if not inquiry.is_open:
        told = f"{inquiry.get_closed_because_display()}。関心を示した団体は{interested}つです。"
        waiting = [each for each in inquiry.interested() if each.state == IntroductionState.ASKED]
        return f"{told}掲載した団体のお返事を待っています。" if waiting else told
    enough = f"{inquiry.wanted}団体" if inquiry.wanted else "掲載の数"
    return (
        f"関心を示した団体は{interested}つです。{enough}がそろうと、のこりの候補にはお返事がいらないことをお伝えします。"
        f"お返事の期限は{list_date(inquiry.respond_by)}です。"
    )
