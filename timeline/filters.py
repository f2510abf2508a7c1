from django.utils.translation import gettext_lazy as _

from programmes.filters import (
    cycle_filter,
    partner_filter,
    programme_filter,
    region_filter,
    sdg_filter,
)
from unicef_kz.content.filters import KindFilter, PageFilter

from .models import Milestone


class MilestoneFilter(PageFilter):
    dated = True
    most_options = 4
    orders = {
        "date": ["earliest", "latest"],
        "-date": ["-earliest", "-latest"],
        **PageFilter.orders,
    }
    programme = programme_filter("programmes")
    cycle = cycle_filter("programmes__cycles")
    region = region_filter("regions")
    partner = partner_filter("partners")
    kind = KindFilter(field_name="kind", choices=Milestone.Kind.choices, label=_("Kind"))
    sdg = sdg_filter("programmes__concepts")

    class Meta(PageFilter.Meta):
        model = Milestone
