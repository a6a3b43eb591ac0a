"""Inviting an organisation by a personal link."""

from django.urls import path

from members.views import referrals

urlpatterns = [
    path("organisation/<int:pk>/referrals/", referrals.referrals, name="referrals"),
    path("organisation/<int:pk>/referrals/new/", referrals.referral_new, name="referral_new"),
    path("organisation/<int:pk>/referrals/<int:referral>/", referrals.referral_detail, name="referral_detail"),
    path("organisation/<int:pk>/referrals/<int:referral>/card/", referrals.referral_card, name="referral_card"),
    path("organisation/<int:pk>/referrals/<int:referral>/revoke/", referrals.referral_revoke, name="referral_revoke"),
    path("organisation/<int:pk>/referred/<int:referral>/", referrals.referral_sharing, name="referral_sharing"),
    path("r/<str:token>/", referrals.referral, name="referral"),
]
