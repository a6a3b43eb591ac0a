"""What upper apps may react to. Each is sent inside the transaction of the change, with ``organisation`` and
``actor``: a receiver that fails undoes the change."""

from django.dispatch import Signal

#: Staff stopped an organisation for the time being: what it published should rest.
organisation_suspended = Signal()
#: A suspended organisation takes part again: what rested because of the suspension comes back.
organisation_reinstated = Signal()
#: An organisation left the consortium: what it began should be ended, and its partners told.
organisation_withdrawn = Signal()
