from members.forms.organisations import OrganisationForm
from members.forms.people import AccountForm, CheckForm, JoinMessageForm, PersonForm, RoleForm

__all__ = [
    "AccountForm",
    "CheckForm",
    "JoinMessageForm",
    "OrganisationForm",
    "PersonForm",
    "RoleForm",
]
