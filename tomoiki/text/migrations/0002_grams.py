"""The letters and pairs of letters of a text, for an index that finds words of one and two characters too."""

from django.db import migrations

# Trigrams say nothing of words shorter than three characters, and 畑 or 手話 is all that many people type.
# What is slow is made once a row, when it is written; the cost tells the planner to ask everything else first.
CREATE = """
CREATE OR REPLACE FUNCTION text_grams(value text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 5000
RETURN ARRAY(
    SELECT DISTINCT gram COLLATE "C"
    FROM (
        SELECT unnest(ARRAY[letter, letter || lead(letter) OVER (ORDER BY place)]) AS gram
        FROM unnest(string_to_array(value, NULL)) WITH ORDINALITY AS letters (letter, place)
    ) AS grams
    WHERE gram IS NOT NULL AND strpos(gram, ' ') = 0
)
"""
DROP = "DROP FUNCTION IF EXISTS text_grams(text)"


class Migration(migrations.Migration):
    dependencies = [("text", "0001_extensions")]
    operations = [migrations.RunSQL(CREATE, DROP)]
