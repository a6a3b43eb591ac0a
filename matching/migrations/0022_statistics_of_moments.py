"""How publications spread over time, in the form in which the index of the search has the date.

Without it the planner takes any stretch of the board for a third of it, and reads the whole board for a count.
"""

from django.db import migrations

CREATE = "CREATE STATISTICS IF NOT EXISTS post_published_utc ON (published_at AT TIME ZONE 'UTC') FROM matching_post"


class Migration(migrations.Migration):
    dependencies = [
        ('matching', '0021_search_by_moment'),
    ]

    operations = [
        migrations.RunSQL(CREATE, "DROP STATISTICS IF EXISTS post_published_utc"),
        migrations.RunSQL("ANALYZE matching_post", migrations.RunSQL.noop),
    ]
