"""What an organisation tells of itself."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
