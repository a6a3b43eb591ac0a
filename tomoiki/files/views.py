from django.contrib.auth.decorators import login_not_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.views.decorators.http import require_safe

from tomoiki.files.access import can_read
from tomoiki.files.models import StoredFile

# Whatever a file turns out to be, nothing in it runs or loads.
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
CACHE = "private, max-age=300"


@login_not_required
@require_safe
def serve(request: HttpRequest, token: str, variant: str = "") -> HttpResponseBase:
    """An uploaded file, or a smaller copy of a picture, to those who may read it; 404 to everybody else."""
    file = StoredFile.objects.filter(token=token).first()
    if file is None or (variant and variant not in file.variants) or not can_read(request.user, file):
        raise Http404
    etag = f'"{file.sha256[:32]}{"-" + variant if variant else ""}"'
    unchanged = get_conditional_response(request, etag=etag, last_modified=int(file.created_at.timestamp()))
    response: HttpResponseBase = unchanged or _content(file, variant)
    if not response.has_header("ETag"):
        response.headers["ETag"] = etag
    response.headers["Cache-Control"] = CACHE
    response.headers["Vary"] = "Cookie"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = POLICY
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    return response


def _content(file: StoredFile, variant: str) -> HttpResponse | FileResponse:
    path = file.variant_path(variant) if variant else str(file.content.name)
    try:
        opened = file.content.storage.open(path)
    except FileNotFoundError as error:
        raise Http404 from error
    name = f"{file.name.rpartition('.')[0]}.webp" if variant else file.name
    # Only pictures that this site encoded itself are shown in place; anything else is saved to disk.
    response = FileResponse(
        opened,
        as_attachment=not file.is_picture,
        filename=name,
        content_type="image/webp" if variant else file.content_type,
    )
    response.headers["Last-Modified"] = http_date(file.created_at.timestamp())
    return response
