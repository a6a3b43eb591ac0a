"""The people whom an employer put forward, on the page of their introduction."""

from typing import Any

import rules
from django import template
from django.template import RequestContext

from matching.models import Introduction, ProBonoApplication
from members.models import Organisation
from tomoiki.vocabulary.lists import labels

register = template.Library()


@register.inclusion_tag("matching/pro_bono/_people.html", takes_context=True)
def pro_bono_people(context: RequestContext, introduction: Introduction) -> dict[str, Any]:
    """Who helps in ``introduction``, for those they help, their employer and staff; not for who is only asked along.

    One query where there is nobody.
    """
    user = context["user"]
    people: list[Any] = list(
        ProBonoApplication.objects.shown_in(introduction).with_hours().select_related("call__organisation")
    )
    if not people:
        return {"people": []}
    own = set(Organisation.objects.of(user).values_list("pk", flat=True))
    words = labels("skill") if any(person.skills for person in people) else {}
    shown = []
    for person in people:
        # The introduction at hand has its participants already.
        person.introduction = introduction
        helped, employs = bool(own & person.helped()), person.call.organisation_id in own
        if not (helped or employs or user.is_staff):
            continue
        # Whoever goes on in their own name told their address to those they help, and owes their employer nothing.
        person.is_private = person.is_on_its_own and not helped
        person.address = person.email if person.address_shared and helped else ""
        person.may_thank = rules.has_perm("matching.thank_volunteer", user, person)
        person.skill_labels = [label for code, label in words.items() if code in person.skills]
        shown.append(person)
    return {"people": shown}
