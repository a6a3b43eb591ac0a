from django.urls import path

from matching.views import appointments, parties

urlpatterns = [
    # Several in one introduction.
    path("introductions/<int:pk>/invite/", parties.invite, name="participant_invite"),
    path("introductions/<int:pk>/release/", parties.release, name="participant_release"),
    path("introductions/<int:pk>/again/", parties.again, name="participant_again"),
    path("introductions/<int:pk>/leave/", parties.leave, name="participant_leave"),
    # Where and when they meet.
    path("introductions/<int:pk>/appointments/new/", appointments.propose, name="appointment_propose"),
    path("appointments/<int:pk>/", appointments.appointment, name="appointment"),
    path("appointments/<int:pk>/answer/", appointments.answer, name="appointment_answer"),
    path("appointments/<int:pk>/fix/", appointments.fix, name="appointment_fix"),
    path("appointments/<int:pk>/move/", appointments.move, name="appointment_move"),
    path("appointments/<int:pk>/cancel/", appointments.cancel, name="appointment_cancel"),
    path("appointments/<int:pk>/calendar/", appointments.calendar, name="appointment_calendar"),
]
