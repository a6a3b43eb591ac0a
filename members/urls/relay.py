"""Groups without an account, and the desk that speaks for them."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
