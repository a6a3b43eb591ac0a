"""What upper apps may react to. Each is sent inside the transaction of the change, with ``organisation`` and
``actor``: a receiver that fails undoes the change."""

from django.dispatch import Signal

#: Its name is another now, or for other people to read: what was made of the name is to be made anew.
organisation_renamed = Signal()
#: Staff stopped an organisation for the time being: what it published should rest.
organisation_suspended = Signal()
#: A suspended organisation takes part again: what rested because of the suspension comes back.
organisation_reinstated = Signal()
#: Sent with ``pk`` before anything is locked: receivers answer with the numbers of the organisations whose affairs
#: end with this one's, so that all of them are locked in one order.
organisation_leaving = Signal()
#: An organisation left the consortium: what it began should be ended, and its partners told.
organisation_withdrawn = Signal()
#: What is known of a group without an account is another now; sent with ``group`` and ``actor``.
relayed_group_changed = Signal()
#: A person is no longer known by anything; sent with ``person`` and ``actor`` before the row itself is wiped.
person_erased = Signal()
#: What told who an organisation was is gone; sent with ``organisation`` and ``actor``.
organisation_erased = Signal()
#: Sent with ``winner`` and ``loser`` before two organisations become one: receivers answer with a list of reasons, in
#: Japanese, for which that cannot be.
organisations_merging = Signal()
#: The rows of ``loser`` are ``winner``'s now; or, after ``organisations_parted``, they are two again. What was made of
#: their names is to be made anew.
organisations_merged = Signal()
organisations_parted = Signal()
