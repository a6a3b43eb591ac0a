"""Choosing across the board: a proposal for all needs without a partner, accepted pair by pair."""

from typing import Any, cast

import rules
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST, require_safe

from matching.admin.introducing import first_words
from matching.enums import Direction, IntroductionState
from matching.models import Introduction, Post
from matching.suggesting.board import AT_ONCE, NEEDS, board, forget_proposal
from matching.transitions import accept_proposed_pair
from members.models import User
from tomoiki.workflow import TransitionError
from tomoiki.workflow.admin import TransitionAdmin

#: Pairs on one page; the longest waiting needs come first.
PAGE_SIZE = 20


class ProposesAcrossBoard(TransitionAdmin[Post]):
    """The part of the posts' admin that looks at all needs together."""

    def get_urls(self) -> list[URLPattern]:
        wrap = self.admin_site.admin_view
        return [
            path("proposal/", wrap(require_safe(self.proposal_view)), name="matching_proposal"),
            path("proposal/again/", wrap(require_POST(self.proposal_again_view)), name="matching_proposal_again"),
            path("proposal/accept/", wrap(require_POST(self.proposal_accept_view)), name="matching_proposal_accept"),
            *super().get_urls(),
        ]

    def proposal_view(self, request: HttpRequest) -> HttpResponse:
        """What is proposed, beside what the best pair first would give, and who gets nothing."""
        self._require_right(request)
        found = board()
        page = Paginator(found.rows, PAGE_SIZE).get_page(request.GET.get("page"))
        request.current_app = self.admin_site.name
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "全体を見わたした紹介案",
            "media": self.media,
            "board": found,
            "page": page,
            "bars": [("この紹介案", found.served), ("合う順に選んだとき", found.greedily_served)],
            "at_once": AT_ONCE,
            "most": NEEDS,
        }
        return TemplateResponse(request, "staff/matching/proposal.html", context)

    def proposal_again_view(self, request: HttpRequest) -> HttpResponse:
        """Have it computed anew."""
        self._require_right(request)
        forget_proposal()
        messages.success(request, "いまの状況で、紹介案を作り直しました。")
        return redirect("admin:matching_proposal")

    def proposal_accept_view(self, request: HttpRequest) -> HttpResponse:
        """Prepare one pair; nobody is told before staff ask both sides."""
        self._require_right(request)
        need = self._post(request, "need", Direction.NEED)
        offer = self._post(request, "offer", Direction.OFFER)
        back = f"{reverse('admin:matching_proposal')}?page={request.POST.get('page', '')}"
        try:
            introduction = accept_proposed_pair(
                need=need,
                offer=offer,
                message=first_words(need, offer),
                actor=cast(User, request.user),
            )
        except TransitionError as error:
            messages.info(request, error.message)
        except ValidationError as error:
            messages.info(request, " ".join(error.messages))
        else:
            messages.success(request, self._prepared(introduction))
        return redirect(back if request.POST.get("page", "").isdecimal() else "admin:matching_proposal")

    def _prepared(self, introduction: Introduction) -> str:
        url = reverse("admin:matching_introduction_change", args=[introduction.pk])
        if introduction.state != IntroductionState.PROPOSED:
            return format_html(
                '「{}」は、もうこの組み合わせでおつなぎが進んでいます。<a href="{}">ようすを見る</a>',
                introduction.post.title,
                url,
            )
        return format_html(
            "「{}」のおつなぎを準備しました。まだだれにも知らせていません。"
            '<a href="{}">ことばを確かめて、両方にたずねる</a>',
            introduction.post.title,
            url,
        )

    def _post(self, request: HttpRequest, name: str, direction: Direction) -> Post:
        given = request.POST.get(name, "")
        return get_object_or_404(
            Post.objects.visible_to(request.user).select_related("organisation").with_groups(),
            pk=given if given.isdecimal() else 0,
            direction=direction,
        )

    def _require_right(self, request: HttpRequest) -> None:
        may = rules.has_perm("matching.propose_across_board", request.user)
        if not may or not request.user.has_perm("matching.add_introduction"):
            raise PermissionDenied
