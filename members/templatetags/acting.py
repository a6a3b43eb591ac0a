"""The switch between one's organisations, for the header."""

from dataclasses import dataclass

from django import template
from django.template.context import RequestContext

from members import acting
from members.models import Organisation

register = template.Library()


@dataclass(frozen=True)
class Switch:
    """What the header shows: the organisations, and which is offered first now."""

    organisations: tuple[Organisation, ...] = ()
    current: Organisation | None = None
    address: str = ""

    def __bool__(self) -> bool:
        return len(self.organisations) > 1


@register.simple_tag(takes_context=True)
def acting_switch(context: RequestContext) -> Switch:
    """The switch of whoever looks at this page; it counts as nothing for somebody with one organisation or none."""
    request = context.get("request")
    if request is None or not hasattr(request, "user"):
        return Switch()
    # A page that answered to a form has no address to come back to.
    address = request.get_full_path() if request.method in ("GET", "HEAD") else ""
    return Switch(tuple(acting.choices(request)), acting.preselected(request), address)
