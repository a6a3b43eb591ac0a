"""Places where people belong, and what those who come say."""

from django.urls import path

from matching.views import ibasho, ibasho_answers, ibasho_surveys

urlpatterns = [
    path("my/ibasho/", ibasho.my_ibasho, name="my_ibasho"),
    path("my/ibasho/new/", ibasho.new, name="ibasho_new"),
    path("my/ibasho/<int:pk>/", ibasho.ibasho, name="ibasho"),
    path("my/ibasho/<int:pk>/edit/", ibasho.edit, name="ibasho_edit"),
    path("my/ibasho/<int:pk>/measure/", ibasho.measure, name="ibasho_measure"),
    path("my/ibasho/<int:pk>/close/", ibasho.close, name="ibasho_close"),
    path("my/ibasho/<int:pk>/reopen/", ibasho.reopen, name="ibasho_reopen"),
    path("my/ibasho/<int:pk>/survey/", ibasho_surveys.new, name="ibasho_survey_new"),
    path("my/surveys/<int:pk>/", ibasho_surveys.survey, name="ibasho_survey"),
    path("my/surveys/<int:pk>/enter/", ibasho_surveys.enter, name="ibasho_survey_enter"),
    path("my/surveys/<int:pk>/close/", ibasho_surveys.close, name="ibasho_survey_close"),
    path("my/surveys/<int:pk>/poster/", ibasho_surveys.poster, name="ibasho_survey_poster"),
    path("my/surveys/<int:pk>/sheet/", ibasho_surveys.sheet, name="ibasho_survey_sheet"),
    # Those who come.
    path("i/<slug:token>/", ibasho_answers.answer, name="ibasho_answer"),
    path("i/<slug:token>/thanks/", ibasho_answers.thanks, name="ibasho_answer_thanks"),
]
