"""Pro bono by the employer."""

from django.urls import path

from matching.views import pro_bono, volunteering

urlpatterns = [
    # The coordinator.
    path("pro-bono/", pro_bono.calls, name="pro_bono"),
    path("pro-bono/new/", pro_bono.call_new, name="pro_bono_new"),
    path("pro-bono/<int:pk>/", pro_bono.call, name="pro_bono_call"),
    path("pro-bono/<int:pk>/edit/", pro_bono.call_edit, name="pro_bono_edit"),
    path("pro-bono/<int:pk>/close/", pro_bono.call_close, name="pro_bono_close"),
    path("pro-bono/<int:pk>/link/", pro_bono.call_link, name="pro_bono_link"),
    path("pro-bono/<int:pk>/posts/<int:post>/", pro_bono.put_forward, name="pro_bono_put_forward"),
    path("pro-bono/applications/<int:pk>/not-chosen/", pro_bono.not_chosen, name="pro_bono_not_chosen"),
    path("pro-bono/applications/<int:pk>/hours/", pro_bono.hours, name="pro_bono_hours"),
    # The helped organisation.
    path("pro-bono/applications/<int:pk>/thanks/", pro_bono.thanks, name="pro_bono_thanks"),
    path("pro-bono/applications/<int:pk>/end/", pro_bono.end, name="pro_bono_end"),
    # The colleague.
    path("c/<slug:token>/", volunteering.open_call, name="pro_bono_open"),
    path("c/<slug:token>/sent/", volunteering.sent, name="pro_bono_sent"),
    path("c/<slug:token>/<int:post>/", volunteering.apply, name="pro_bono_apply"),
    path("volunteer/<str:key>/", volunteering.page, name="volunteer"),
    path("volunteer/<str:key>/own-name/<str:proof>/", volunteering.own_name, name="volunteer_own_name"),
    path("volunteer/<str:key>/<str:action>/", volunteering.act, name="volunteer_act"),
]
