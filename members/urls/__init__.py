from members.urls import everyday, people, personal_data, profile, reconfirmations, referrals, relay

app_name = "members"
urlpatterns = [
    *everyday.urlpatterns,
    *profile.urlpatterns,
    *people.urlpatterns,
    *relay.urlpatterns,
    *referrals.urlpatterns,
    *reconfirmations.urlpatterns,
    *personal_data.urlpatterns,
]
