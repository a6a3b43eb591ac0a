"""An offer of the company with needs that fit it, one of them found not to fit."""

from matching import transitions
from matching.models import Post
from matching.suggesting import storing
from tests.browser.picks.people import demo, organisation_of


def ids() -> dict[str, str | int]:
    """The offer, a need that is recommended to it, and one that was dismissed."""
    company, person = organisation_of("kigyo"), demo("kigyo")
    offers = Post.objects.on_board().filter(direction="offer")
    for post in offers.order_by("pk"):
        storing.refresh(post.pk)
    offer = offers.filter(organisation=company, resource="place").order_by("pk")[0]
    needs = Post.objects.on_board().filter(direction="need", resource="place").exclude(organisation=company)
    fitting, dismissed = needs.order_by("pk")[:2]
    transitions.dismiss_recommendation(dismissed.pk, on_behalf=company, own_post=offer, actor=person)
    storing.refresh(offer.pk)
    return {
        "fitting_offer": offer.pk,
        "fitting_need": fitting.pk,
        "dismissed_need": dismissed.pk,
        "dismissed_query": f"on_behalf={company.pk}&own_post={offer.pk}",
    }
