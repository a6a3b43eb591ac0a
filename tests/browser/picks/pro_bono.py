"""A company's call to its people, and the people's own pages."""

from datetime import timedelta

from django.utils import timezone

from matching.enums.pro_bono import ProBonoState
from matching.models import ProBonoApplication, ProBonoCall
from matching.volunteer_keys import address_key, key_of
from tests.browser.picks.people import organisation_of
from tests.factories.pro_bono import ProBonoApplicationFactory, ProBonoCallFactory


def ids() -> dict[str, str | int]:
    """Out of the demo's year, and one call that is over."""
    call = ProBonoCall.objects.get(organisation=organisation_of("kigyo"))
    helping = call.applications.get(state=ProBonoState.PUT_FORWARD)
    over = ProBonoCallFactory(organisation=organisation_of("kigyo"), closes_on=timezone.localdate() - timedelta(days=3))
    unconfirmed: ProBonoApplication = ProBonoApplicationFactory(call=call, state=ProBonoState.UNCONFIRMED)
    return {
        "call": call.pk,
        "call_over": over.pk,
        "call_need": helping.post_id,
        "call_token": call.token,
        "call_token_over": over.token,
        "helping": helping.pk,
        "helped_introduction": helping.introduction_id or 0,
        "helping_key": key_of(helping),
        "helping_proof": address_key(helping, "watashi@jitaku.example"),
        "unconfirmed_key": key_of(unconfirmed),
    }
