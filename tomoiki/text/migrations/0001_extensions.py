"""The PostgreSQL extensions of the portal. Those present are left alone, so an administrator may have made them."""

from django.core.management.base import CommandError
from django.db import DatabaseError, migrations, transaction

EXTENSIONS = ("vector", "pg_trgm", "btree_gin", "unaccent")
NOT_ALLOWED = "42501"
NOT_INSTALLED = {"0A000", "58P01"}


def create_missing(apps, schema_editor):
    connection = schema_editor.connection
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT extname FROM pg_extension WHERE extname = ANY(%s)",
            [list(EXTENSIONS)],
        )
        present = {row[0] for row in cursor.fetchall()}
    for name in EXTENSIONS:
        if name not in present:
            create_extension(connection, name)


def create_extension(connection, name):
    """Create one extension, or stop with what an administrator has to do (``vector`` is not a trusted one)."""
    try:
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            cursor.execute(f"CREATE EXTENSION IF NOT EXISTS {connection.ops.quote_name(name)}")
    except DatabaseError as error:
        sqlstate = getattr(error.__cause__, "sqlstate", None)
        raise CommandError(advice(name, connection.settings_dict["NAME"], sqlstate, error)) from error


def advice(name, database, sqlstate, error):
    if sqlstate == NOT_ALLOWED:
        return (
            f"The database user may not create the PostgreSQL extension '{name}'. Run this once as the PostgreSQL "
            f"superuser on the database server, then migrate again:\n\n"
            f"    psql --username=postgres --dbname={database} --command='CREATE EXTENSION IF NOT EXISTS {name}'\n"
        )
    if sqlstate in NOT_INSTALLED:
        package = "pgvector (Debian: postgresql-18-pgvector)" if name == "vector" else "postgresql-contrib"
        return (
            f"The PostgreSQL server lacks the extension '{name}'. Install {package} for its version and migrate again."
        )
    return f"The PostgreSQL extension '{name}' could not be created: {error}"


class Migration(migrations.Migration):
    """Going back drops nothing: other objects of the database may have come to need the extensions."""

    initial = True
    dependencies: list[tuple[str, str]] = []
    operations = [migrations.RunPython(create_missing, migrations.RunPython.noop)]
