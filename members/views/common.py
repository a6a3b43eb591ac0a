"""What several views ask."""

import rules
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from members.models import Organisation


def organisation_or_404(request: HttpRequest, pk: int, permission: str) -> Organisation:
    """The organisation for somebody who holds ``permission``.

    Whoever does not belong to it is told that there is no such page; whoever does, that it is not for their role.
    """
    organisation: Organisation = get_object_or_404(
        Organisation.objects.visible_to(request.user).select_related("municipality"), pk=pk
    )
    if rules.has_perm(permission, request.user, organisation):
        return organisation
    # 403 to one's own people, 404 to everybody else.
    get_object_or_404(Organisation.objects.of(request.user), pk=pk)
    raise PermissionDenied(permission)
