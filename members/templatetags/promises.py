"""``{% promise "join" %}``: what membership costs and asks for, and what is not promised, at any step."""

from typing import Any

from django import template

from members import promises

register = template.Library()


@register.inclusion_tag("members/_promise.html")
def promise(step: str, short: bool = False, title: str = "参加するまえに") -> dict[str, Any]:
    """A box with the words of ``step`` (``members.promises.STEPS``); ``short`` gives one quiet paragraph.

    ``title`` heads the box for those who do not see it.
    """
    return {"promise": promises.promise(step), "short": short, "title": title}


@register.simple_tag
def promise_text(step: str) -> str:
    """The same as lines of a mail's text: ``{% promise_text "approval" %}``."""
    said = promises.promise(step)
    lines = [f"・{word.label}{word.help_text}" for word in said.given]
    if said.withheld:
        lines += ["", "次のことは、お約束できません。" if step not in _NOTES else "ご承知おきください。"]
        lines += [f"・{word.label}{word.help_text}" for word in said.withheld]
    return "\n".join(lines)


#: Steps whose second part tells how something is, rather than what cannot be promised.
_NOTES = frozenset({"reconfirmation", "withdrawal", "done"})


@register.filter
def is_note(step: str) -> bool:
    """Whether the second part of ``step`` tells how something is, rather than what cannot be promised."""
    return step in _NOTES
