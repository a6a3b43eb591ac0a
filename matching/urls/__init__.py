from matching.urls import everyday, giving, pro_bono

app_name = "matching"
# The everyday addresses come last: one of them takes any action of a post.
urlpatterns = [
    *giving.urlpatterns,
    *pro_bono.urlpatterns,
    *everyday.urlpatterns,
]
