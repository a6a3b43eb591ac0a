from allauth.account.adapter import get_adapter
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_GET

from tomoiki.places.postal import lookup_postal_code

# A person fills in one form; this leaves room for many colleagues behind one office's address.
LOOKUPS_PER_MINUTE = 60


def _asks_too_often(request: HttpRequest) -> bool:
    """Count this look-up of the visitor's address; the count starts anew a minute after its first."""
    key = f"places:postal:{get_adapter().get_client_ip(request)}"
    cache.add(key, 0, timeout=60)
    try:
        return cache.incr(key) > LOOKUPS_PER_MINUTE
    except ValueError:
        # It ran out between the two calls.
        return False


@login_not_required
@require_GET
def postal(request: HttpRequest) -> JsonResponse:
    """The address of ``?code=``, for the button 住所を調べる. Public, because the registration form needs it.

    Without JavaScript that button posts the form instead, and its view asks ``postal.lookup_postal_code``.
    """
    if _asks_too_often(request):
        return JsonResponse(
            {"error": "続けて調べた回数が多すぎます。1分ほど待ってから、もう一度お試しください。"}, status=429
        )
    address = lookup_postal_code(request.GET.get("code", ""))
    if address is None:
        return JsonResponse(
            {"error": "この郵便番号の住所は見つかりませんでした。住所を直接入力してください。"}, status=404
        )
    municipality = address.municipality
    response = JsonResponse(
        {
            "postal_code": address.postal_code,
            "prefecture": address.prefecture,
            "city": address.city,
            "town": address.town,
            "line": address.line,
            "municipality": {"id": municipality.pk, "code": municipality.code, "name": municipality.name}
            if municipality
            else None,
        },
        json_dumps_params={"ensure_ascii": False},
    )
    response["Cache-Control"] = "private, max-age=3600"
    return response
