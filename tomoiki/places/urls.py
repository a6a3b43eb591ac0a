from django.urls import path

from tomoiki.places import views

app_name = "places"
urlpatterns = [
    path("postal/", views.postal, name="postal"),
]
