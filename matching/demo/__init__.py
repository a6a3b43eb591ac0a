"""The demo's needs, offers and introductions, all invented; they go the way that everybody's go."""

from collections.abc import Iterable

from matching.demo import finding, handing_over, pro_bono, thanks
from matching.demo.introducing import introducing_stories
from matching.demo.introductions import introduction_stories
from matching.demo.posts import post_stories
from matching.demo.relay import relay_stories
from tomoiki.audit.actors import SCHEDULER
from tomoiki.web.demo import DemoShare, DemoWorld, Story, demo_shares


def stories(world: DemoWorld) -> Iterable[Story]:
    """All posts, then all introductions, which choose among what is open at their time."""
    world.made["scheduler"] = SCHEDULER
    yield from post_stories(world)
    yield from introduction_stories(world)
    yield from introducing_stories(world)
    yield from relay_stories(world)
    yield from handing_over.stories(world)
    yield from pro_bono.stories(world)
    yield from thanks.stories(world)
    yield from finding.stories(world)


demo_shares.register(DemoShare("matching", stories))
