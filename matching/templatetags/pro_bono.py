"""The people whom an employer put forward, on the page of their introduction."""

from typing import Any

import rules
from django import template
from django.template import RequestContext

from matching.models import Introduction, ProBonoApplication
from tomoiki.vocabulary.lists import labels

register = template.Library()


@register.inclusion_tag("matching/pro_bono/_people.html", takes_context=True)
def pro_bono_people(context: RequestContext, introduction: Introduction) -> dict[str, Any]:
    """Who helps in ``introduction``; whoever may see the introduction may read it. One query where there is nobody."""
    user = context["user"]
    people: list[Any] = list(
        ProBonoApplication.objects.shown_in(introduction).with_hours().select_related("call__organisation")
    )
    words = labels("skill") if any(person.skills for person in people) else {}
    for person in people:
        # The introduction at hand has its participants already.
        person.introduction = introduction
        person.may_thank = rules.has_perm("matching.thank_volunteer", user, person)
        person.skill_labels = [label for code, label in words.items() if code in person.skills]
    return {"people": people}
