"""A change that staff suggest to a published post: its owner decides."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods

from matching import transitions
from matching.forms.responses import RefusalForm
from matching.models import Post
from matching.revisions import differences
from matching.standing import place_of
from matching.views.person import person_of
from tomoiki.workflow.table import TransitionError


@require_http_methods(["GET", "HEAD", "POST"])
def post_suggestion(request: HttpRequest, pk: int) -> HttpResponse:
    """What would change, before and after; taken over with one button, or left with a word why."""
    post = get_object_or_404(Post.objects.owned_by(request.user).select_related("organisation"), pk=pk)
    if not place_of(request.user).may_act_for(post.organisation_id):
        raise PermissionDenied
    revision = post.revisions.waiting().select_related("author", "post").first()
    if revision is None or not revision.author.is_staff:
        messages.info(request, "いま、確認をお願いしている直しの提案はありません。")
        return redirect(post)
    form = RefusalForm(request.POST if "refuse" in request.POST else None)
    if request.method == "POST":
        try:
            if "accept" in request.POST:
                transitions.accept_revision(revision.pk, actor=person_of(request))
                messages.success(request, "提案を反映しました。掲載の内容が入れ替わっています。")
                return redirect(post)
            if form.is_valid():
                transitions.refuse_revision(revision.pk, message=form.cleaned_data["message"], actor=person_of(request))
                messages.success(request, "いまの内容のままにしました。事務局にお伝えします。")
                return redirect(post)
        except TransitionError as error:
            messages.error(request, error.message)
            return redirect(post)
        except ValidationError as error:
            # What was suggested does not fit any more: more is promised by now than it leaves.
            messages.error(request, "いまの掲載に合わないため、反映できませんでした。" + " ".join(error.messages))
            return redirect(request.path)
    return render(
        request,
        "matching/post_suggestion.html",
        {"post": post, "revision": revision, "differences": differences(revision), "form": form},
    )
