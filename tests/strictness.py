"""Makes a template's undefined variable a failure, in the portal's own templates."""

import inspect
from pathlib import Path
from typing import Any

from django.conf import settings
from django.template.base import Node, Origin

#: Made from Django's and allauth's own, which lean on undefined variables.
FOREIGN = ("templates/admin/", "templates/account/", "templates/mfa/", "templates/allauth/", "templates/django/")


class UndefinedVariable(AssertionError):
    """A template of ours prints a variable that its view did not give."""


class FailsWhenPrinted(str):
    """``string_if_invalid``: Django asks it for the text to print by ``%`` with the variable's name."""

    __slots__ = ()

    def __contains__(self, text: object) -> bool:
        return text == "%s"

    def __mod__(self, variable: Any) -> str:
        origin = _template_of_caller()
        if origin and _is_ours(origin):
            raise UndefinedVariable(f"{{{{ {variable} }}}} in {origin}")
        return ""


def _template_of_caller() -> str:
    for frame in inspect.stack()[2:]:
        node = frame.frame.f_locals.get("self")
        if isinstance(node, Node) and isinstance(getattr(node, "origin", None), Origin):
            return str(node.origin.name)
    return ""


def _is_ours(name: str) -> bool:
    path = Path(name)
    if not path.is_relative_to(settings.BASE_DIR) or ".venv" in path.parts:
        return False
    return not path.relative_to(settings.BASE_DIR).as_posix().startswith(FOREIGN)
