from matching.urls import everyday, pro_bono

app_name = "matching"
# The everyday addresses come last: one of them takes any action of a post.
urlpatterns = [
    *pro_bono.urlpatterns,
    *everyday.urlpatterns,
]
