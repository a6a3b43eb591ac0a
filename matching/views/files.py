"""Files that are made for whoever asks, and kept nowhere."""

from django.http import HttpResponse


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """``content`` to be saved as ``name``: what stands in it is for the person who asked."""
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
