"""Who may do what with posts and introductions: predicates, registered as rules when the app starts."""

# Registers its rules.
from matching.permissions import basics as basics
from matching.permissions import doors as doors
from matching.permissions import giving as giving
from matching.permissions import ibasho as ibasho
from matching.permissions import introducing as introducing
from matching.permissions import pro_bono as pro_bono
from matching.permissions import recommendations as recommendations
from matching.permissions import searches as searches
from matching.permissions import welcome as welcome
