from members.forms.organisations import OrganisationForm, ProfileForm
from members.forms.people import AccountForm, CheckForm, JoinMessageForm, PersonForm, RoleForm

__all__ = [
    "AccountForm",
    "CheckForm",
    "JoinMessageForm",
    "OrganisationForm",
    "PersonForm",
    "ProfileForm",
    "RoleForm",
]
