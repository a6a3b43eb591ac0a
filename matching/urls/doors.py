"""Doors for universities, banks and media."""

from django.urls import path

from matching.views import doors

urlpatterns = [
    path("posts/<int:pk>/doors/<str:door>/", doors.need_door, name="need_door"),
    path("stories/<int:pk>/doors/<str:door>/", doors.story_door, name="story_door"),
    path("approaches/", doors.approaches, name="approaches"),
    path("approaches/inform/", doors.inform, name="inform"),
]
