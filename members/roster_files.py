"""Who may read a roster that was sent, and the rows to correct."""

from typing import Any

import rules
from django.db.models import Q

from members.models import RosterImport
from tomoiki.files.models import StoredFile


def can_read_roster(user: Any, file: StoredFile) -> bool:
    """Staff with the right to bring rosters in: a roster names people."""
    if not (user.is_authenticated and rules.has_perm("members.import_organisation", user)):
        return False
    return RosterImport.objects.filter(Q(file=file) | Q(rejected_file=file)).exists()
