"""Consents, and whether an organisation goes on."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
