"""A person's own data, and the end of an account."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
