"""Locks, always in one order: organisations, posts, introductions, each by number.

Suspending an organisation locks it before its posts, so whoever locked a post first and then needed its
organisation would wait in a circle.

Whose something is changes only when organisations are merged or parted, which holds both of them: so it is read
before the lock and once more under it.
"""

from collections.abc import Callable, Iterable

from django.db import transaction
from django.db.models import Prefetch, Q, QuerySet

from matching.enums import IntroductionState
from matching.models import Inquiry, Introduction, Participant, Post, PostRevision
from members.models import Organisation


def lock_organisations(pks: Iterable[int]) -> dict[int, Organisation]:
    """Hold their standing: none of them is suspended or leaves until the transaction ends."""
    # NO KEY: rows that refer to the organisation may be written meanwhile.
    rows = Organisation.objects.filter(pk__in=set(pks)).order_by("pk").select_for_update(of=("self",), no_key=True)
    return {row.pk: row for row in rows}


class _OthersNow(Exception):
    """Two organisations became one, or two again, while this waited for them."""


def lock_owners(owners: Callable[[], set[int]]) -> dict[int, Organisation]:
    """Lock the organisations that ``owners`` reads, as they are once the lock is held."""
    while True:
        wanted = owners()
        try:
            # The savepoint lets go of those that are not needed after all, so that nobody waits in a circle.
            with transaction.atomic():
                held = lock_organisations(wanted)
                if not owners() <= wanted:
                    raise _OthersNow
                return held
        except _OthersNow:
            continue


def lock_posts(pks: Iterable[int]) -> dict[int, Post]:
    """Lock posts whose organisations are locked already."""
    rows = (
        Post.objects.filter(pk__in=set(pks))
        .select_related("organisation")
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )
    return {row.pk: row for row in rows}


def lock_post(pk: int) -> Post:
    """Lock the organisation of a post and the post. Raises ``Post.DoesNotExist``."""
    lock_owners(lambda: {Post.objects.values_list("organisation", flat=True).get(pk=pk)})
    return lock_posts([pk])[pk]


def lock_revision(pk: int) -> tuple[PostRevision, Post]:
    """Lock a change and its post. Raises ``PostRevision.DoesNotExist``."""
    post = lock_post(PostRevision.objects.values_list("post", flat=True).get(pk=pk))
    revision = PostRevision.objects.select_related("author").select_for_update(of=("self",)).get(pk=pk)
    revision.post = post
    return revision, post


def lock_introduction(
    pk: int, *, organisations: Iterable[int] = (), posts_too: Iterable[int] = (), held: dict[int, Post] | None = None
) -> Introduction:
    """Lock an introduction with all it may change: the organisations taking part, their posts, then itself.

    ``organisations`` and ``posts_too`` are those of somebody who is to come along; their posts land in ``held``.
    The result brings its participants, each with the locked post. Raises ``Introduction.DoesNotExist``.
    """
    sides = Participant.objects.filter(introduction=pk)
    newcomers = set(organisations)

    def owners() -> set[int]:
        return newcomers | {each for side in sides.values_list("organisation", "desk") for each in side if each}

    lock_owners(owners)
    # With which post a side takes part never changes.
    posts = lock_posts({*sides.filter(post__isnull=False).values_list("post", flat=True), *posts_too})
    if held is not None:
        held.update(posts)
    introduction = Introduction.objects.with_participants().select_for_update(of=("self",), no_key=True).get(pk=pk)
    for side in introduction.participants.all():
        if side.post_id:
            side.post = posts[side.post_id]
    return introduction


def lock_inquiry(pk: int) -> Inquiry:
    """Lock an inquiry whose post is locked already: that lets one in at a time."""
    return _inquiries().get(pk=pk)


def lock_inquiry_unless_held(pk: int) -> Inquiry | None:
    """The same for who holds one of its introductions, but not its post; None while somebody has it who may be
    waiting for just that introduction."""
    return _inquiries(skip_locked=True).filter(pk=pk).first()


def _inquiries(*, skip_locked: bool = False) -> QuerySet[Inquiry]:
    rows = Introduction.objects.with_participants()
    found = Inquiry.objects.select_related("post__organisation")
    found = found.select_for_update(of=("self",), no_key=True, skip_locked=skip_locked)
    return found.prefetch_related(Prefetch("introductions", queryset=rows))


def lock_if_asked(pk: int) -> bool:
    """Lock an introduction, if its answers are still awaited: somebody who held one of its posts may have ended it."""
    rows = Introduction.objects.filter(pk=pk, state=IntroductionState.ASKED)
    return rows.select_for_update(of=("self",), no_key=True).first() is not None


def lock_introductions_about(post: Post) -> list[Introduction]:
    """Lock those in which ``post``, locked already, takes part and whose answers are still open."""
    about = Introduction.objects.filter(Q(post=post) | Q(participants__post=post)).values("pk")
    return list(
        Introduction.objects.open_to_answers()
        .with_participants()
        .filter(pk__in=about)
        .order_by("pk")
        .select_for_update(of=("self",), no_key=True)
    )
