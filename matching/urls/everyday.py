from django.urls import path

from matching.views import (
    board,
    contact,
    conversation,
    introduction_steps,
    introductions,
    offline,
    outcomes,
    own_posts,
    posts,
    responding,
    sheets,
    suggestion,
    writing,
)

urlpatterns = [
    path("board/", board.board, name="board"),
    path("my/posts/", own_posts.my_posts, name="my_posts"),
    # Writing.
    path("posts/new/<str:direction>/", writing.post_new, name="post_new"),
    path("posts/<int:pk>/edit/", writing.post_edit, name="post_edit"),
    path("posts/<int:pk>/preview/", writing.post_preview, name="post_preview"),
    path("posts/<int:pk>/submitted/", writing.post_submitted, name="post_submitted"),
    # One post.
    path("posts/<int:pk>/", posts.post, name="post"),
    path("posts/<int:pk>/respond/", responding.respond, name="respond"),
    path("posts/<int:pk>/sheet/", sheets.sheet, name="sheet"),
    path("posts/<int:pk>/offline/", offline.offline_responses, name="offline_responses"),
    path("offline/<int:pk>/settle/", offline.offline_settle, name="offline_settle"),
    path("posts/<int:pk>/suggestion/", suggestion.post_suggestion, name="post_suggestion"),
    path("posts/<int:pk>/contact/", contact.post_contact, name="post_contact"),
    path("posts/<int:pk>/confirm/<str:action>/", posts.post_confirm, name="post_confirm"),
    path("posts/<int:pk>/<str:action>/", posts.post_action, name="post_action"),
    # Introductions.
    path("introductions/", introductions.introductions, name="introductions"),
    path("introductions/<int:pk>/", introductions.introduction, name="introduction"),
    path("introductions/<int:pk>/answer/", introduction_steps.answer, name="answer"),
    path("introductions/<int:pk>/offline-answer/", offline.offline_answer, name="offline_answer"),
    path("introductions/<int:pk>/group/", offline.tell_group, name="tell_group"),
    path("introductions/<int:pk>/group/slip/", offline.group_slip, name="group_slip"),
    path("introductions/<int:pk>/start/", introduction_steps.start, name="introduction_start"),
    path("introductions/<int:pk>/end/", introduction_steps.end_early, name="introduction_end"),
    path("introductions/<int:pk>/withdraw/", introduction_steps.withdraw, name="introduction_withdraw"),
    path("introductions/<int:pk>/messages/", conversation.write, name="introduction_write"),
    path("introductions/<int:pk>/read/", conversation.read, name="introduction_read"),
    path("introductions/<int:pk>/report/", outcomes.report, name="report"),
    path("introductions/<int:pk>/report/thanks/", outcomes.thanks, name="report_thanks"),
]
