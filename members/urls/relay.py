"""Groups without an account, and the desk that speaks for them."""

from django.urls import path

from members.views import relay

urlpatterns = [
    path("organisation/<int:pk>/groups/", relay.groups, name="groups"),
    path("organisation/<int:pk>/groups/new/", relay.group_new, name="group_new"),
    path("groups/<int:pk>/edit/", relay.group_edit, name="group_edit"),
    path("groups/<int:pk>/<str:step>/", relay.group_step, name="group_step"),
]
