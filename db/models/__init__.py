"""Every table of the product; importing this package makes the metadata complete."""

from db.models.account import Account, AccountArea, DemonstrationPassword, SignInAttempt, SignInSession
from db.models.assessment import (
    AssessedUnit,
    Assessment,
    AssessmentScheme,
    HandScore,
    IntegrityLook,
    Nomination,
    Objection,
    PublishedRanking,
    Reward,
    SchemeVersion,
)
from db.models.audit import AuditEntry, AuditHead
from db.models.boundary import CenterBoundary
from db.models.case import Case, CaseCategory
from db.models.center import Center, CodeChange
from db.models.department import Department
from db.models.deployment import Deployment
from db.models.duty import CheckedPost, Patrol, SpotCheck, Visit
from db.models.grid import Grid
from db.models.indicator import VariantVersion
from db.models.publication import GateException, GateRule, Publication, PublishedItem
from db.models.register import (
    Attachment,
    ChangeSet,
    Entry,
    EntryChange,
    EntryValue,
    PrintTemplate,
    Register,
    RegisterDesign,
    RegisterMetric,
)
from db.models.reward import Accountability, AllowanceLine, AllowanceRule, AllowanceSheet, Award
from db.models.roster import Leave, Person, Post, RosterChange, StaffingRule
from db.models.scheduling import (
    CalendarDay,
    Lease,
    Meeting,
    Report,
    ReportStep,
    Round,
    RoundPlan,
    Task,
    TaskProgress,
)
from db.models.training import Attendance, TrainingRound, TrainingSession
from db.models.view import SavedView
from db.models.window import ServiceWindow, WindowRating

__all__ = [
    "Account",
    "AccountArea",
    "Accountability",
    "AllowanceLine",
    "AllowanceRule",
    "AllowanceSheet",
    "AssessedUnit",
    "Assessment",
    "AssessmentScheme",
    "Attachment",
    "Attendance",
    "AuditEntry",
    "AuditHead",
    "Award",
    "CalendarDay",
    "Case",
    "CaseCategory",
    "Center",
    "CenterBoundary",
    "ChangeSet",
    "CheckedPost",
    "CodeChange",
    "DemonstrationPassword",
    "Department",
    "Deployment",
    "Entry",
    "EntryChange",
    "EntryValue",
    "GateException",
    "GateRule",
    "Grid",
    "HandScore",
    "IntegrityLook",
    "Lease",
    "Leave",
    "Meeting",
    "Nomination",
    "Objection",
    "Patrol",
    "Person",
    "Post",
    "PrintTemplate",
    "Publication",
    "PublishedItem",
    "PublishedRanking",
    "Register",
    "RegisterDesign",
    "RegisterMetric",
    "Report",
    "ReportStep",
    "Reward",
    "RosterChange",
    "Round",
    "RoundPlan",
    "SavedView",
    "SchemeVersion",
    "ServiceWindow",
    "SignInAttempt",
    "SignInSession",
    "SpotCheck",
    "StaffingRule",
    "Task",
    "TaskProgress",
    "TrainingRound",
    "TrainingSession",
    "VariantVersion",
    "Visit",
    "WindowRating",
]
