"""What each kind of organisation tells of itself."""

from collections.abc import Iterable

from members.enums import FieldAudience, OrganisationKind
from members.models import Organisation
from members.profiles.details import AnyOf, ContactPoint, Names, OneOf, Passage
from members.profiles.profile import Profile
from tomoiki.vocabulary.words import Words

_DESK = ("section", "name", "phone", "mail", "hours")


class CompanyProfile(Profile):
    """What it does, what its people can give, and whom to ask about it."""

    kind = OrganisationKind.COMPANY
    heading = "事業と、できること"
    details = (
        AnyOf("business", vocabulary="business_field"),
        Passage("business_note", follows="business"),
        AnyOf("employee_gift", vocabulary="employee_gift"),
        Passage("employee_gift_note", follows="employee_gift"),
        ContactPoint("contact"),
    )
    wanted = ("description", "employee_gift", "business", "themes", "areas", "contact", "branches")


class NpoProfile(Profile):
    """What it does, for whom, when it is open, and what it lives on."""

    kind = OrganisationKind.NPO
    heading = "活動のこと"
    details = (
        OneOf("legal_form", vocabulary="legal_form"),
        AnyOf("activities", vocabulary="npo_activity"),
        AnyOf("serves", vocabulary="served"),
        AnyOf("open_days", vocabulary="opening_day"),
        Passage("open_note", follows="open_days", max_length=100, rows=1),
        AnyOf("funding", vocabulary="funding_source", audience=FieldAudience.MEMBERS),
        ContactPoint("contact"),
    )
    wanted = ("description", "activities", "serves", "themes", "areas", "open_days", "contact")


class UniversityProfile(Profile):
    """Its faculties, what its researchers know, and what it offers."""

    kind = OrganisationKind.UNIVERSITY
    heading = "研究と、できること"
    details = (
        AnyOf("offers", vocabulary="university_offer"),
        Passage("offers_note", follows="offers"),
        AnyOf("research_fields", vocabulary="research_field"),
        Passage("research_note", follows="research_fields", max_length=600, rows=5),
        Names("faculties"),
        ContactPoint("contact"),
    )
    wanted = ("description", "offers", "research_fields", "faculties", "themes", "areas", "contact")


class MunicipalityProfile(Profile):
    """The desk: what it does, where, and how to reach it."""

    kind = OrganisationKind.MUNICIPALITY
    heading = "窓口の仕事"
    details = (
        AnyOf("services", vocabulary="desk_service"),
        ContactPoint("contact", parts=_DESK),
    )
    wanted = ("areas", "services", "contact", "description", "themes")


class WelfareCouncilProfile(MunicipalityProfile):
    """A desk like a municipality's."""

    kind = OrganisationKind.WELFARE_COUNCIL


class FinancialProfile(Profile):
    """Whom it knows, and to what and whom it can introduce."""

    kind = OrganisationKind.FINANCIAL
    heading = "つながりと、紹介できること"
    details = (
        AnyOf("introduces", vocabulary="financial_introduction"),
        Passage("introduces_note", follows="introduces"),
        AnyOf("network", vocabulary="financial_network"),
        Passage("network_note", follows="network"),
        ContactPoint("contact"),
    )
    wanted = ("description", "introduces", "network", "branches", "areas", "themes", "contact")


class MediaProfile(Profile):
    """Where it is read or heard, what it covers, and where to send a release."""

    kind = OrganisationKind.MEDIA
    heading = "媒体と取材"
    details = (
        Names("outlets"),
        AnyOf("outlet_kinds", vocabulary="media_outlet"),
        AnyOf("beats", vocabulary="media_beat"),
        Passage("release_note"),
        ContactPoint("contact"),
    )
    wanted = ("outlets", "areas", "beats", "contact", "description", "themes")


class OtherProfile(Profile):
    """Schools, hospitals, temples, unions: what they do, for whom, and what they can give."""

    kind = OrganisationKind.OTHER
    heading = "活動と、できること"
    details = (
        AnyOf("activities", vocabulary="npo_activity"),
        AnyOf("serves", vocabulary="served"),
        Passage("gives"),
        ContactPoint("contact"),
    )
    wanted = ("description", "activities", "gives", "themes", "areas", "contact")


KINDS: dict[str, type[Profile]] = {
    each.kind.value: each
    for each in (
        CompanyProfile,
        NpoProfile,
        UniversityProfile,
        MunicipalityProfile,
        WelfareCouncilProfile,
        FinancialProfile,
        MediaProfile,
        OtherProfile,
    )
}


def profile_class(kind: str) -> type[Profile]:
    """The class of a kind."""
    return KINDS[kind]


def profile_of(organisation: Organisation, words: Words | None = None) -> Profile:
    """The profile of ``organisation``, as its kind reads it."""
    return profile_class(organisation.kind)(organisation, words)


def words_for(kinds: Iterable[str]) -> Words:
    """The words that profiles of ``kinds`` show, in one query."""
    return Words.load(*dict.fromkeys(name for kind in kinds for name in profile_class(kind).lists()))
