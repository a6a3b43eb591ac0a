from django.apps import AppConfig


class PlacesConfig(AppConfig):
    name = "tomoiki.places"
    verbose_name = "地域"
