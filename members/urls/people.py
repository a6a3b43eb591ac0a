"""Invitations, the switch between organisations, handing over."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
