from .figures import Indicator, Observation
from .partners import Partner, PartnerName
from .places import CityMembership, Place, Region, RegionName, add_regions_of_places, titles
from .programmes import Cycle, Participation, Programme, Resource

__all__ = [
    "CityMembership",
    "Cycle",
    "Indicator",
    "Observation",
    "Participation",
    "Partner",
    "PartnerName",
    "Place",
    "Programme",
    "Region",
    "RegionName",
    "Resource",
    "add_regions_of_places",
    "titles",
]
