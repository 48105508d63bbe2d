"""The registers that come with the product, by their names; each is used as it is or changed."""

from lib.registers.design import Design
from lib.registers.templates import grids, mediation, meetings, projects, reception, rewards, risks, wishes
from lib.registers.templates.access_list import ACCESS_LIST
from lib.registers.templates.service_list import SERVICE_LIST
from lib.registers.templates.template import GRIDS, PEOPLE, Template

SHIPPED: dict[str, Template] = {
    "service_list": Template(SERVICE_LIST, PEOPLE, ("L15",)),
    "access_list": Template(ACCESS_LIST, GRIDS, ("L14",)),
    **wishes.GIVEN,
    **projects.GIVEN,
    **risks.GIVEN,
    **mediation.GIVEN,
    **reception.GIVEN,
    **grids.GIVEN,
    **rewards.GIVEN,
    **meetings.GIVEN,
}
TEMPLATES: dict[str, Design] = {name: one.design for name, one in SHIPPED.items()}
