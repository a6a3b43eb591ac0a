"""Who left the demo's consortium: a person without a trace, and an organisation whose time is over."""

from collections.abc import Callable, Iterable

from members import transitions
from members.enums import AffiliationRole, ErasureReason
from members.models import Affiliation, User
from tomoiki.places.models import Municipality
from tomoiki.web.demo import DemoWorld, Story


def stories(world: DemoWorld, person: Callable[..., User]) -> Iterable[Story]:
    yield _somebody_who_deleted_their_account(world, person)
    yield _an_organisation_that_asked_to_be_forgotten(world, person)


def _somebody_who_deleted_their_account(world: DemoWorld, person: Callable[..., User]) -> Story:
    """Helped out for a summer, and asked for nothing to be kept."""
    yield world.days_before_end(120)
    place = Affiliation.objects.current().get(user__email="npo@demo.example", role=AffiliationRole.OWNER)
    helper = person(world, "natsu", "夏川 汀", "ナツカワ ミギワ")
    asked = transitions.ask_to_join(place.organisation_id, message="夏のあいだ、お手伝いします。", actor=helper)
    yield world.days_before_end(119)
    transitions.accept_join_request(asked.pk, actor=place.user)
    yield world.days_before_end(33)
    transitions.erase_person(helper.pk, actor=helper)


def _an_organisation_that_asked_to_be_forgotten(world: DemoWorld, person: Callable[..., User]) -> Story:
    """Registered, left, and asked the office to wipe what it had said at once."""
    yield world.days_before_end(300)
    owner = person(world, "kieta", "霧島 透", "キリシマ トオル")
    organisation = transitions.register_organisation(
        {
            "kind": "npo",
            "name": "NPO法人きりの小道",
            "name_kana": "エヌピーオーホウジンキリノコミチ",
            "municipality": Municipality.objects.get(code="14205"),
            "address": "架空1丁目1番",
            "phone": "045-000-0000",
            "description": "朝の散歩の会を開いています。",
        },
        user=owner,
        actor=owner,
    )
    yield world.days_before_end(298)
    office = world.made["staff"][0]
    transitions.approve_organisation(organisation.pk, actor=office)
    yield world.days_before_end(60)
    transitions.withdraw_organisation(organisation.pk, actor=owner)
    yield world.days_before_end(50)
    transitions.erase_organisation(organisation.pk, actor=office, reason=ErasureReason.ASKED)
