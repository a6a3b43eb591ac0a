"""Was it truly welcome?"""

from django.urls import path

from matching.views import welcome

urlpatterns = [
    path("introductions/<int:pk>/welcome/", welcome.confirm, name="welcome"),
    path("introductions/<int:pk>/welcome/slip/", welcome.slip, name="welcome_slip"),
    path("introductions/<int:pk>/welcome/record/", welcome.record, name="welcome_record"),
    path("thanks/<int:pk>/use/", welcome.use, name="welcome_use"),
    path("w/<str:key>/", welcome.open_link, name="welcome_open"),
]
