from django.urls import path

from matching.views import favourites, renewal, sharing

urlpatterns = [
    path("my/favourites/", favourites.favourites, name="favourites"),
    path("board/follow/", sharing.board_follow, name="board_follow"),
    path("board/feed/", sharing.board_feed, name="board_feed"),
    path("board/calendar.ics", sharing.board_calendar, name="board_calendar"),
    path("posts/<int:pk>/favourite/", favourites.favourite, name="favourite"),
    path("posts/<int:pk>/renewal/", renewal.post_renewal, name="post_renewal"),
    path("posts/<int:pk>/share/", sharing.post_share, name="post_share"),
    path("posts/<int:pk>/calendar.ics", sharing.post_calendar, name="post_calendar"),
]
