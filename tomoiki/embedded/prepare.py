"""Bring the demo's database up to date and fill it once. Run by the demo in a process of its own:
`python -m tomoiki.embedded.prepare [--empty]`
"""

import sys

import django

from tomoiki.embedded.processes import say


def main(*, empty: bool) -> None:
    """Migrate; load the demo data unless ``empty`` or people are there already."""
    django.setup()
    from django.contrib.auth import get_user_model  # all of these need the apps
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    from tomoiki.notifications.tasks import sweep_outbox

    executor = MigrationExecutor(connection)
    waiting = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if waiting:
        say(f"Bringing the database up to date ({waiting} migrations) ...")
    call_command("migrate", interactive=False, verbosity=0)
    # The data are loaded in one transaction: people are there when, and only when, it was done to the end.
    if not empty and not get_user_model().objects.exists():
        say("Loading the demo data, once. This takes up to a minute ...")
        call_command("load_demo")
        # Its last few mails go out now, not at the clock's first round: the newcomer's own then stands above them.
        sweep_outbox()


if __name__ == "__main__":
    main(empty="--empty" in sys.argv[1:])
