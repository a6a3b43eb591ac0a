from django.urls import path

from tomoiki.files import views

app_name = "files"
urlpatterns = [
    path("<str:token>/", views.serve, name="serve"),
    path("<str:token>/<slug:variant>/", views.serve, name="serve"),
]
