"""What other packages bring to the admin and staff must not meet: secrets of logins, and rights by hand."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django.contrib import admin
from django.contrib.auth.models import Group

# A person's page says whether the address is confirmed and a second factor set; roles come from tomoiki.staff.roles.
for _model in (EmailAddress, Authenticator, Group, SocialAccount, SocialApp, SocialToken):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)
