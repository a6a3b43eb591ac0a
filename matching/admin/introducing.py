"""Bringing two posts together: from a post's page to the best candidates, to both side by side, to asking both."""

from collections.abc import Collection
from typing import Any

import rules
from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from matching.candidates import candidates_for, fit_of, with_fits
from matching.cards import cards_for, fact_rows
from matching.enums import Direction, PostState
from matching.models import Introduction, Post
from matching.models.inquiries import MOST_CANDIDATES
from matching.transitions import ask_participants, propose_introduction
from members.models import User
from tomoiki.workflow import TransitionError
from tomoiki.workflow.admin import TransitionAdmin, add_errors

#: The best so many stand on one page, so that no tick is lost on the way to a next; and so many of the rest, folded.
MOST, MOST_OTHERS = 30, 20


class WordsForm(forms.Form):
    """The staff's words to both sides."""

    message = forms.CharField(
        label="両方の団体に伝えることば",
        help_text="この文章が、そのまま両方に届きます。なぜ合いそうか、どこから話すとよさそうかを書き足してください。",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 9}),
    )


def first_words(need: Post, offer: Post) -> str:
    """A beginning that staff put their own words to."""
    return (
        f"{need.named}さんの「{need.title}」と、{offer.named}さんの「{offer.title}」が、"
        "おたがいの力になれるのではないかと思い、ご紹介します。\n\n"
        "よろしければ、一度お話ししてみませんか。両方の「ぜひ」がそろうと、このサイトでやりとりができるようになります。"
        "くわしいことは、そこで決めていただいて大丈夫です。"
    )


def _still_to_be_asked(post: Post, keys: Collection[int]) -> list[Post]:
    """Those that were ticked in another list, before other words were searched for."""
    wanted = sorted(keys)[: 2 * MOST_CANDIDATES]
    if not wanted:
        return []
    found = Post.objects.on_board().filter(pk__in=wanted, direction=Direction(post.direction).opposite)
    return list(found.select_related("organisation").with_groups().order_by("pk"))


@transaction.atomic
def introduce(need: Post, offer: Post, *, message: str, actor: User) -> Introduction:
    """Propose the pair and ask both sides, in one step."""
    introduction = propose_introduction(need=need, offer=offer, message=message, actor=actor)
    return ask_participants(introduction.pk, actor=actor)


class IntroducesPosts(TransitionAdmin[Post]):
    """The part of the posts' admin that finds a partner."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.introduce_view)
        return [path("<int:pk>/introduce/", view, name="matching_post_introduce"), *super().get_urls()]

    def introduce_url(self, post: Post) -> str:
        return reverse("admin:matching_post_introduce", args=[post.pk])

    def may_introduce(self, request: HttpRequest, post: Post) -> bool:
        return post.state == PostState.PUBLISHED and self.has_right_to_introduce(request)

    def has_right_to_introduce(self, request: HttpRequest) -> bool:
        """By the rule of the transition, and by the person's role in the office."""
        return rules.has_perm("matching.propose_introduction", request.user) and request.user.has_perm(
            "matching.add_introduction"
        )

    def introduce_view(self, request: HttpRequest, pk: int) -> HttpResponseBase:
        """Candidates for a post; with ``?with=`` the pair side by side and the words to both. POST asks both."""
        post = self.get_object(request, str(pk))
        if post is None:
            raise Http404
        if not self.has_right_to_introduce(request) or not self.has_view_or_change_permission(request, post):
            raise PermissionDenied
        if post.state != PostState.PUBLISHED and request.method != "POST":
            messages.warning(request, f"「{post.title}」は今「{post.get_state_display()}」のため、紹介できません。")
            return redirect(self.change_url(post))
        if request.GET.get("with"):
            return self._pair(request, post)
        return self._candidates(request, post)

    def _candidates(self, request: HttpRequest, post: Post) -> HttpResponse:
        words = request.GET.get("q", "")[:100]
        ranked = candidates_for(post, words=words)
        # Whoever searches by words is shown what they find, however it fits.
        best = ranked if words.strip() else [each for each in ranked if each.worth_showing]
        rest = [] if words.strip() else [each for each in ranked if not each.worth_showing]
        shown, others = best[:MOST], rest[:MOST_OTHERS]
        candidates = with_fits([*shown, *others], viewer=request.user)
        ticked = {int(pk) for pk in request.GET.getlist("candidate") if pk.isdecimal() and len(pk) < 19}
        listed = {each.post.pk for each in (*shown, *others)}
        context = {
            "title": "紹介する相手をさがす",
            "subtitle": post.title,
            "post": post,
            "card": cards_for([post], viewer=request.user)[0],
            "words": words,
            "number": len(best),
            "candidates": candidates[: len(shown)],
            "others": candidates[len(shown) :],
            "ticked": ticked,
            "ticked_elsewhere": _still_to_be_asked(post, ticked - listed),
            "wanted": Direction(post.direction).opposite.label,
        }
        return self._page(request, "staff/matching/introduce.html", post, context)

    def _pair(self, request: HttpRequest, post: Post) -> HttpResponseBase:
        wanted = request.GET["with"]
        partners = Post.objects.select_related("organisation", "photo").exclude(state=PostState.DRAFT)
        if not wanted.isdecimal():
            raise Http404
        other = get_object_or_404(partners, pk=wanted, direction=Direction(post.direction).opposite)
        need, offer = (post, other) if post.direction == Direction.NEED else (other, post)
        form = WordsForm(request.POST or None, initial={"message": first_words(need, offer)})
        if request.method == "POST" and form.is_valid():
            try:
                introduction = introduce(
                    need,
                    offer,
                    message=form.cleaned_data["message"],
                    actor=request.user,  # type: ignore[arg-type]
                )
            except TransitionError as error:
                form.add_error(None, error.message)
            except ValidationError as error:
                add_errors(form, error)
            else:
                messages.success(request, "両方の団体にたずねました。お返事が届いたら、お知らせします。")
                return redirect("admin:matching_introduction_change", introduction.pk)
        context: dict[str, Any] = {
            "title": "この組み合わせを紹介する",
            "subtitle": post.title,
            "post": post,
            "sides": [{"post": each, "facts": fact_rows(each), "url": self.change_url(each)} for each in (need, offer)],
            "fit": fit_of(post, other),
            "form": form,
            "action": request.get_full_path(),
        }
        return self._page(request, "staff/matching/introduce_pair.html", post, context)

    def _page(self, request: HttpRequest, template: str, post: Post, context: dict[str, Any]) -> TemplateResponse:
        request.current_app = self.admin_site.name
        form = context.get("form")
        return TemplateResponse(
            request,
            template,
            {
                **self.admin_site.each_context(request),
                "opts": self.opts,
                "original": post,
                "change_url": self.change_url(post),
                "introduce_url": self.introduce_url(post),
                "media": self.media,
                **context,
            },
            status=422 if form is not None and form.errors else 200,
        )
