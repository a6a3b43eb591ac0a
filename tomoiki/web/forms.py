"""How every form of the site is drawn."""

from django.forms.renderers import TemplatesSetting


class SiteFormRenderer(TemplatesSetting):
    """``FORM_RENDERER``: error summary on top, visible label with ※必須/※任意, help above, error below.

    ``{{ form }}`` draws a whole form, ``{{ form.name.as_field_group }}`` one field. A form that sets
    ``quiet_labels = True`` (a filter, a search box) shows no ※必須/※任意. Widgets are drawn from
    templates/django/forms/widgets/, which allauth, django-filter and the admin share.
    """

    form_template_name = "web/forms/form.html"
    formset_template_name = "web/forms/formset.html"
    field_template_name = "web/forms/field.html"
