"""What the media brought, answered and not."""

from matching import transitions
from tests.browser.picks.people import demo, office, organisation_of
from tomoiki.stories.models import Story


def ids() -> dict[str, str | int]:
    """Two approaches of the media, and a story that everybody reads."""
    words = ("来月の特集で、居場所の取り組みを取り上げます。", "催しの予定を、地域面に載せられます。")
    made = [
        transitions.inform_consortium(on_behalf=organisation_of("media"), message=text, actor=demo("media"))
        for text in words
    ]
    transitions.settle_approach(made[0].pk, result="used", answer="次の号でお知らせします。", actor=office())
    return {
        "approach": made[1].pk,
        "approach_settled": made[0].pk,
        "story_public": Story.objects.public().order_by("-published_at")[0].pk,
    }
