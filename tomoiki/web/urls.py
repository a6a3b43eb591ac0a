"""The styleguide; included by the project's URLs when DEBUG or the demo is on."""

from django.urls import path

from tomoiki.web import styleguide

app_name = "web"
urlpatterns = [path("styleguide/", styleguide.show, name="styleguide")]
