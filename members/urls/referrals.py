"""Inviting an organisation by a personal link."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
