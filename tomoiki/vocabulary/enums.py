from django.db import models

from tomoiki.text.synonyms import BROADER, EQUAL


class SynonymDirection(models.TextChoices):
    """In which direction the words of a group find each other."""

    EQUAL = EQUAL, "どのことばでさがしても、ほかのことばも見つかる"
    BROADER = BROADER, "1つ目のことばでさがすと、ほかのことばも見つかる（逆は見つからない）"
