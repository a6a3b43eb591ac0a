"""What an organisation tells of itself."""

from django.urls import path

from members.views import profile

urlpatterns = [
    path("organisation/<int:pk>/edit/", profile.profile_edit, name="profile_edit"),
    path("organisation/<int:pk>/edit/<slug:section>/", profile.profile_section, name="profile_section"),
]
