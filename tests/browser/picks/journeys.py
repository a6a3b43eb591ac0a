"""Organisations that the journeys set out with, so that each begins with what it is about; nobody else uses them."""

from matching import transitions
from matching.enums import Direction
from members.enums import AffiliationRole, OrganisationKind
from members.models import Organisation, User
from tests.browser.picks.people import office
from tests.factories.members import AffiliationFactory, OrganisationFactory, UserFactory
from tomoiki.places.models import Municipality

FRESH, GIVEN_OVER, SHOP = "NPO法人はるかぜの広場", "NPO法人ちぐさの会", "ちぐさ書店"
#: Asked whether they go on; the demo's media are asked with them, and stay silent.
ASKED = ("ラジオあおぞら", "月刊みちくさ", "こだま新報")


def people() -> dict[str, User]:
    """Who sits down in a journey, by the name of their session."""
    fresh = _organisation(FRESH, "ハルカゼノヒロバ", description="", phone="0466-00-2222")
    given_over = _organisation(GIVEN_OVER, "チグサノカイ")
    shop = _organisation(SHOP, "チグサショテン", kind=OrganisationKind.COMPANY)
    leaver = _owner(given_over, "大空 明", "oozora@chigusa.example")
    both = _owner(shop, "両岡 渉", "ryooka@chigusa.example")
    AffiliationFactory(organisation=given_over, user=both, role=AffiliationRole.EDITOR)
    radio, monthly, paper = (_organisation(name, "", kind=OrganisationKind.MEDIA) for name in ASKED)
    return {
        "fresh": _owner(fresh, "春風 舞", "harukaze@hiroba.example"),
        "leaver": leaver,
        "both": both,
        "radio": _owner(radio, "青空 響", "aozora@radio.example"),
        "monthly": _owner(monthly, "道草 実", "michikusa@gekkan.example"),
        "monthly_too": _owner(monthly, "寄道 歩", "yorimichi@gekkan.example"),
        "paper": _owner(paper, "木霊 伝", "kodama@shinpo.example"),
    }


def ids() -> dict[str, str | int]:
    """What is theirs, by number."""
    given_over = Organisation.objects.get(name=GIVEN_OVER)
    leaver = User.objects.get(email="oozora@chigusa.example")
    post = transitions.save_draft(
        None,
        data={
            "direction": Direction.NEED,
            "resource": "hands",
            "title": "花だんの植えかえを、手伝ってくださる方",
            "body": "駅前の花だんを、春の花に植えかえます。",
        },
        on_behalf=given_over,
        actor=leaver,
    )
    transitions.submit_post(post.pk, actor=leaver)
    transitions.publish_post(post.pk, actor=office())
    return {"fresh_organisation": Organisation.objects.get(name=FRESH).pk, "given_over": given_over.pk}


def _organisation(name: str, kana: str, **values: object) -> Organisation:
    place = Municipality.objects.get(code="14205")
    made: Organisation = OrganisationFactory(name=name, name_kana=kana, municipality=place, **values)
    return made


def _owner(organisation: Organisation, name: str, email: str) -> User:
    user: User = UserFactory(name=name, email=email)
    AffiliationFactory(organisation=organisation, user=user)
    return user
