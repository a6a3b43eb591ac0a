"""Registering, one's own account, who belongs to an organisation."""

from django.urls import path

from members.views import organisations, people, registration, timeline

urlpatterns = [
    path("join/", registration.join, name="join"),
    path("join/person/", registration.join_person, name="join_person"),
    path("join/check/", registration.join_check, name="join_check"),
    path("join/done/", registration.join_done, name="join_done"),
    path("join/clear/", registration.join_clear, name="join_clear"),
    path("settings/", people.account, name="account"),
    path("organisation/<int:pk>/resubmit/", organisations.resubmit, name="resubmit"),
    path("organisation/<int:pk>/withdraw/", organisations.withdraw, name="withdraw"),
    path("organisation/<int:pk>/people/", people.people, name="people"),
    path("organisation/<int:pk>/timeline/", timeline.timeline, name="timeline"),
    path("organisation/<int:pk>/join/", people.join_request, name="join_request"),
    path("join-requests/<int:pk>/<str:answer>/", people.answer_join_request, name="answer_join_request"),
    path("affiliations/<int:pk>/role/", people.role, name="role"),
    path("affiliations/<int:pk>/leave/", people.leave, name="leave"),
]
