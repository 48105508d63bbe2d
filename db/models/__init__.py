"""Every table of the product; importing this package makes the metadata complete."""

from db.models.account import Account, AccountArea, DemonstrationPassword, SignInAttempt, SignInSession
from db.models.audit import AuditEntry, AuditHead
from db.models.boundary import CenterBoundary
from db.models.case import Case, CaseCategory
from db.models.center import Center, CodeChange
from db.models.department import Department
from db.models.deployment import Deployment
from db.models.grid import Grid
from db.models.indicator import VariantVersion
from db.models.roster import Gridworker
from db.models.view import SavedView

__all__ = [
    "Account",
    "AccountArea",
    "AuditEntry",
    "AuditHead",
    "Case",
    "CaseCategory",
    "Center",
    "CenterBoundary",
    "CodeChange",
    "DemonstrationPassword",
    "Department",
    "Deployment",
    "Grid",
    "Gridworker",
    "SavedView",
    "SignInAttempt",
    "SignInSession",
    "VariantVersion",
]
