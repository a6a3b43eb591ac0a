"""Who of one's organisation looks after a post."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from matching import transitions
from matching.forms.contact import ContactForm
from matching.models import Post
from matching.standing import place_of
from matching.views.person import person_of
from matching.views.refusals import tell
from matching.workflow import POSTS
from tomoiki.workflow.table import TransitionError


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def post_contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Entrust a post to a colleague."""
    post = get_object_or_404(Post.objects.owned_by(request.user).select_related("organisation", "contact"), pk=pk)
    if not place_of(request.user).may_act_for(post.organisation_id):
        raise PermissionDenied
    if not POSTS.allows(post, "entrust"):
        messages.info(request, f"いまは「{post.get_state_display()}」のため、担当の方を変えられません。")
        return redirect(post)
    people = list(post.organisation.acting_people())
    form = ContactForm(
        request.POST if request.method == "POST" else None, people=people, initial={"contact": post.contact_id}
    )
    if request.method == "POST" and form.is_valid():
        try:
            changed = transitions.change_contact(pk, contact=form.cleaned_data["contact"], actor=person_of(request))
        except (TransitionError, ValidationError) as error:
            tell(form, error)
        else:
            messages.success(request, f"担当の方を{changed.contact}さんにしました。")
            return redirect(post)
    return render(request, "matching/post_contact.html", {"form": form, "post": post})
