"""Invitations, the switch between organisations, handing over."""

from django.urls import path

from members.views import acting, applications, handovers, invitations

urlpatterns = [
    path("organisation/<int:pk>/invite/", invitations.invite, name="invite"),
    path("organisation/<int:pk>/application/", applications.application, name="application"),
    path("invitations/mine/<int:pk>/", invitations.my_invitation, name="my_invitation"),
    path("invitations/<int:pk>/<str:change>/", invitations.change_invitation, name="change_invitation"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path("acting/", acting.switch, name="acting"),
    path("affiliations/<int:pk>/handover/", handovers.handover_new, name="handover_new"),
    path("handovers/<int:pk>/", handovers.handover, name="handover"),
    path("handovers/<int:pk>/brief.pdf", handovers.handover_pdf, name="handover_pdf"),
    path("handovers/<int:pk>/cancel/", handovers.cancel_handover, name="cancel_handover"),
    path("join/resend/", applications.resend_confirmation, name="join_resend"),
]
