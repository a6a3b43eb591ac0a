from importlib import import_module

import pytest
from django.core.management.base import CommandError
from django.db import connection

migration = import_module("tomoiki.text.migrations.0001_extensions")

ROLE = "tomoiki_test_owner_without_rights"


@pytest.mark.django_db
def test_the_extensions_are_there_and_making_them_again_changes_nothing() -> None:
    with connection.schema_editor() as editor:
        migration.create_missing(None, editor)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_extension WHERE extname = ANY(%s)",
            [list(migration.EXTENSIONS)],
        )
        assert cursor.fetchone() == (4,)


@pytest.mark.django_db
def test_a_user_without_the_right_is_told_the_exact_command() -> None:
    with connection.cursor() as cursor:
        # Both are undone with the test's transaction.
        cursor.execute("DROP EXTENSION IF EXISTS vector CASCADE")
        cursor.execute(f"CREATE ROLE {ROLE}")
        cursor.execute(
            f"GRANT CREATE ON DATABASE {connection.ops.quote_name(connection.settings_dict['NAME'])} TO {ROLE}"
        )
        cursor.execute(f"SET LOCAL ROLE {ROLE}")
    with pytest.raises(CommandError) as refused:
        migration.create_extension(connection, "vector")
    database = connection.settings_dict["NAME"]
    assert (
        f"psql --username=postgres --dbname={database} --command='CREATE EXTENSION IF NOT EXISTS vector'"
        in str(refused.value)
    )  # fmt: skip


@pytest.mark.django_db
def test_an_extension_that_the_server_lacks_is_named() -> None:
    with pytest.raises(CommandError, match="lacks the extension 'no_such_extension'"):
        migration.create_extension(connection, "no_such_extension")
