"""What a search box finds a post by: the terms and the line of everything a visitor may see, stored when it is written.

``build`` sets both columns; whoever changes a post in a way that visitors read calls it and saves ``COLUMNS``. When
the engine, the dictionary, the synonyms or a list's words change, ``rebuild_some`` forms them anew, batch by batch.
"""

import hashlib
from collections.abc import Iterable
from functools import cache
from importlib import metadata
from pathlib import Path

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from matching.enums import Direction
from matching.models import Post, SearchBuild
from matching.resources import kind_of, lists_of
from members.models import Organisation, RelayedGroup
from tomoiki.places.models import Municipality
from tomoiki.vocabulary import synonyms
from tomoiki.vocabulary.lists import labels
from tomoiki.vocabulary.words import Words

#: What ``build`` sets.
COLUMNS = ("search_text", "search_terms", "organisation_kind")
#: The title of a post whose words were erased: it is found by nothing.
ERASED = "（消去済み）"
#: A batch of a rebuild: its rows are locked for less than a second.
BATCH = 200
_ROOT = Path(__file__).resolve().parents[1]
#: What decides how terms are formed: another version of any of these makes the stored ones stale.
_ENGINE = (
    "matching/search_text.py",
    "matching/search/conditions.py",
    "matching/search/indexing.py",
    "matching/resources",
    "tomoiki/text/data",
    "tomoiki/text/denials.py",
    "tomoiki/text/normalisation.py",
    "tomoiki/text/searching.py",
    "tomoiki/text/synonyms.py",
    "tomoiki/text/tokens.py",
)


class _Lists:
    """What the texts of posts need to know beside the posts, asked once for all of them."""

    def __init__(self, posts: Iterable[Post]) -> None:
        rows = list(posts)
        self.themes = labels("theme") if any(post.themes for post in rows) else {}
        self.places = _place_names({code for post in rows for code in post.areas})
        self.words = Words.load(*lists_of(rows))
        self.synonyms = synonyms.current()


def build(post: Post) -> str:
    """Set the ``COLUMNS`` of ``post``; a few small queries, and only when it is written. Returns the line."""
    _fill(post, _Lists([post]))
    return post.search_text


def rebuild(organisation: Organisation) -> None:
    """Let the posts of ``organisation`` be found by its new name; what they say is not changed."""
    _rebuild(Post.objects.filter(organisation=organisation))


def rebuild_for(group: RelayedGroup) -> None:
    """Let the posts of ``group`` be found by its new name."""
    _rebuild(Post.objects.filter(on_behalf_of=group))


def rebuild_posts(posts: QuerySet[Post]) -> None:
    """Form the columns of ``posts`` anew after their texts were changed from outside, as by an erasure."""
    _rebuild(posts)


def _rebuild(found: QuerySet[Post]) -> int:
    """Form the columns of these posts anew and store those that differ; how many did."""
    posts = list(found.exclude(title=ERASED).select_related("organisation", "on_behalf_of"))
    lists = _Lists(posts)
    differing = []
    for post in posts:
        before = [getattr(post, name) for name in COLUMNS]
        _fill(post, lists)
        if [getattr(post, name) for name in COLUMNS] != before:
            differing.append(post)
    Post.objects.bulk_update(differing, list(COLUMNS), batch_size=500)
    return len(differing)


def version() -> str:
    """A mark of all that forms the columns: engine, dictionary, synonyms, and the words of the lists."""
    lists = repr(sorted(labels("theme").items()))
    return f"{_engine()}:{synonyms.version()}:{hashlib.sha256(lists.encode()).hexdigest()[:12]}"


@cache
def _engine() -> str:
    mark = hashlib.sha256(metadata.version("sudachidict-core").encode())
    for name in _ENGINE:
        path = _ROOT / name
        for file in sorted(path.iterdir()) if path.is_dir() else [path]:
            if file.is_file():
                mark.update(file.read_bytes())
    return mark.hexdigest()[:16]


@transaction.atomic
def rebuild_some() -> int | None:
    """Form the columns of the next ``BATCH`` posts with what is in use now; how many differed, None at the end.

    How far it came is stored with the batch: killed half way, the batch is done again. Two at once: one works.
    """
    progress = SearchBuild.locked()
    if progress is None or not progress.goes_on(version()):
        return None
    rows = Post.objects.filter(pk__gt=progress.built_until).order_by("pk")
    # Whoever writes one of them meanwhile waits for its new words, or these wait for the new text.
    pks = list(rows.select_for_update(of=("self",), no_key=True).values_list("pk", flat=True)[:BATCH])
    differing = _rebuild(Post.objects.filter(pk__in=pks)) if pks else None
    if pks:
        progress.built_until = pks[-1]
    else:
        progress.finished_at = timezone.now()
    progress.save()
    return differing


def _place_names(codes: Iterable[str]) -> dict[str, str]:
    """code -> name, in the order of the lists."""
    wanted = list(codes)
    if not wanted:
        return {}
    rows = Municipality.objects.filter(code__in=wanted).order_by("order", "code")
    return dict(rows.values_list("code", "name"))


def _fill(post: Post, lists: _Lists) -> None:
    # Loads the engine, and with it the dictionary: processes that write no post never need it.
    from matching.search import Texts, index_terms, normalised_text

    texts = Texts(
        post.title,
        "\n".join(filter(None, _body(post, lists))),
        tuple(filter(None, _labels(post, lists))),
        lack_is_need=post.direction == Direction.NEED,
    )
    post.search_text = normalised_text(texts)
    post.search_terms = index_terms(texts, lists.synonyms)
    post.organisation_kind = post.organisation.kind


def _body(post: Post, lists: _Lists) -> Iterable[str]:
    """What it says in its own words, and in the answers to its resource's questions."""
    yield post.body
    yield post.area_note
    yield post.when_note
    yield post.quantity_note
    yield from kind_of(post.resource).words(post, lists.words) if post.resource else ()


def _labels(post: Post, lists: _Lists) -> Iterable[str]:
    """What stands around it."""
    # Who is not named to everybody is not found by the name either.
    if post.organisation.listed_publicly:
        yield post.organisation.name
    if post.on_behalf_of and post.group_named:
        yield post.on_behalf_of.name
        yield post.on_behalf_of.name_kana
    yield str(post.get_direction_display())
    if post.resource:
        yield str(post.get_resource_display())
    yield from (lists.themes.get(code, "") for code in post.themes)
    yield from (name for code, name in lists.places.items() if code in post.areas)
    if post.online:
        yield "オンライン"
