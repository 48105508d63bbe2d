"""A test of the tests: each check switched off by hand must turn a test red.

    python -m tests.mutations [WORD …]

copies the tree for each mutant, changes one line there and runs the tests that should notice. The
tests run once without a change first, so that red means the mutant and nothing else.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

HOME = Path(__file__).parent.parent
LEFT_BEHIND = (
    ".venv",
    ".git",
    "var",
    "__pycache__",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    ".hypothesis",
)


@dataclass(frozen=True)
class Mutant:
    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


SCOPE = ("tests/db/test_scope.py", "-k", "not postgresql")
PROBE = "tests/lib/test_scope_probe.py"
SIGN_IN, SESSIONS = "tests/lib/test_sign_in.py", "tests/lib/test_sign_in_sessions.py"
AUDIT = ("tests/lib/test_audit.py", "-k", "not postgresql")
METRICS = ("tests/lib/test_metrics.py", "-k", "not postgresql")
EDGES = ("tests/lib/test_metrics_edges.py", "-k", "not postgresql")
MEASURED = ("tests/lib/test_metrics_measured.py", "tests/lib/test_working_time.py")
THROUGH_REPLICA = (PROBE, "-k", "sqlite and replica")
VARIANTS = ("tests/lib/test_variants.py", "-k", "not postgresql")
VIEWS = ("tests/lib/test_views.py", "-k", "not postgresql")
FOLLOWED = ("tests/lib/test_replica.py", "-k", "sqlite")
READ = ("tests/lib/test_replica_reading.py", "-k", "not postgresql and not server")
CHECKED = ("tests/lib/test_replica_check.py", "-k", "not postgresql")
MONTHS = ("tests/lib/test_assessment.py", "-k", "not postgresql and not both_databases")
WORDINGS = ("tests/lib/test_schemes.py", "-k", "not postgresql")
SCORING = ("tests/lib/test_scoring.py",)
PLACES = ("tests/lib/test_ranking_places.py", "-k", "not postgresql")
REGISTERS = ("tests/lib/test_register_trust.py", "-k", "not postgresql")
CHANGED = ("tests/lib/test_register_changes.py", "-k", "not postgresql")
LISTS = ("tests/lib/test_lists.py", "-k", "not postgresql")
KEPT = ("tests/lib/test_register_properties.py",)
FOUND = ("tests/lib/test_register_properties_stored.py", "-k", "not postgresql")
STAFFED = ("tests/lib/test_grid_staff.py", "-k", "not postgresql")
MASKED = ("tests/lib/test_masking.py",)
ROSTER = ("tests/lib/test_roster.py", "-k", "not postgresql")
ROSTER_EDGES = ("tests/lib/test_roster_edges.py", "-k", "not postgresql")
PRIVACY = ("tests/lib/test_roster_privacy.py", "-k", "not postgresql")
GUARDED = ("tests/lib/test_roster_trust.py", "-k", "not postgresql")
PAID = ("tests/lib/test_roster_rewards.py", "-k", "not postgresql")
DRAWN = ("tests/lib/test_roster_checks.py", "-k", "not postgresql")
TRAINED = ("tests/lib/test_roster_training.py", "-k", "not postgresql")
ON_DUTY = ("tests/lib/test_roster_duty.py", "-k", "not postgresql")
POSTED = ("tests/lib/test_roster_notices.py", "-k", "not postgresql")

MUTANTS = (
    Mutant(
        "permissions are not checked", "lib/access/guard.py",
        "viewer_of(session).must(permission)", "viewer_of(session)",
        (PROBE, "-k", "sqlite and find_cases"),
    ),
    Mutant(
        "a viewer may come with another's scope", "lib/access/guard.py",
        " or viewer.scope != session.scope", "",
        (PROBE, "-k", "sqlite and session_of_nobody"),
    ),
    Mutant(
        "nobody may be a viewer", "lib/access/viewer.py",
        "if not self.may(permission):", "if False:",
        ("tests/lib/test_workflow.py",),
    ),
    Mutant(
        "reads are not narrowed", "db/scope.py",
        "state.statement = state.statement.options(*_narrowing(scope, writing, models_in(state.statement)))",
        "pass",
        SCOPE,
    ),
    Mutant(
        "classes deep in a statement are not seen", "db/statements.py",
        "waiting += [*HasTraverseInternals.get_children(part), *part.get_children()]", "pass",
        SCOPE,
    ),
    Mutant(
        "options may bring classes that nobody narrows", "db/statements.py",
        "    if statement._with_options:\n        return None\n    key = statement._generate_cache_key()",
        "    key = statement._generate_cache_key()",
        SCOPE,
    ),
    Mutant(
        "the end of a range is inside", "db/scope.py",
        "column < after(prefix)", "column <= after(prefix)",
        SCOPE,
    ),
    Mutant(
        "the top of a subtree is outside", "db/scope.py",
        "and_(column >= prefix", "and_(column > prefix",
        SCOPE,
    ),
    Mutant(
        "aliases are not narrowed", "db/scope.py",
        "criteria = rows_of(scope, column_of(model), given)\n"
        "        options.append(with_loader_criteria(model, criteria, include_aliases=True))",
        "criteria = rows_of(scope, column_of(model), given)\n"
        "        options.append(with_loader_criteria(model, criteria, include_aliases=False))",
        SCOPE,
    ),
    Mutant(
        "a department sees all cases", "db/scope.py",
        "if scope.department_id is not None and department_id is not None:", "if False:",
        SCOPE,
    ),
    Mutant("rules above may be changed", "db/scope.py", "if not writing:", "if True:", SCOPE),
    Mutant(
        "what the system sees is there for all", "db/scope.py",
        "with_loader_criteria(model, false(), include_aliases=True)",
        "with_loader_criteria(model, model.__table__.c[0].is_not(None), include_aliases=True)",
        SCOPE,
    ),
    Mutant(
        "writes are not looked at", "db/scope.py",
        "if not isinstance(session, ScopedSession) or session.scope.everything:\n        return", "return",
        SCOPE,
    ),
    Mutant(
        "only where a row goes is looked at", "db/scope.py",
        "for code in (*history.deleted, *history.added, *history.unchanged):",
        "for code in (*history.added, *history.unchanged):",
        SCOPE,
    ),
    Mutant(
        "a place that is not known is fine", "db/scope.py",
        "if row in dirty and history.added and not history.deleted:", "if False:",
        SCOPE,
    ),
    Mutant(
        "bulk writes may move rows", "db/scope.py",
        "        _refuse_moving(state)\n", "",
        SCOPE,
    ),
    Mutant(
        "the identity map answers all", "db/scope.py",
        "row is None or sees(self.scope, row)", "True",
        SCOPE,
    ),
    Mutant(
        "any form of statement runs", "db/scope.py",
        "if why := unnarrowable(state.statement):", "if why := None:",
        SCOPE,
    ),
    Mutant(
        "aliases are joined", "db/statements.py",
        "(pointed_to & enclosing) | aliases", "(pointed_to & enclosing)",
        SCOPE,
    ),
    Mutant(
        "ends above are opened", "lib/centers/queries.py",
        "    if not session.scope.covers(center_code):\n        raise not_there()\n", "",
        (PROBE, "-k", "sqlite and center_card"),
    ),
    Mutant(
        "accounts are opened above", "lib/access/commands.py",
        " or not session.scope.covers(center_code)", "",
        (PROBE, "-k", "sqlite and (create_account or add_area)"),
    ),
    Mutant(
        "people manage themselves", "lib/access/commands.py",
        "if account.id == viewer_of(session).account_id:", "if False:",
        (*AUDIT[:2], "not postgresql and nobody_manages"),
    ),
    Mutant(
        "a new role leaves sessions open", "lib/access/commands.py",
        "account.role, account.department_id = role, department_id\n    _end_sessions(session, account)",
        "account.role, account.department_id = role, department_id",
        (SESSIONS, "-k", "not postgresql and counts_at_once"),
    ),
    Mutant(
        "older sessions still count", "lib/access/sessions.py",
        "SignInSession.generation == Account.generation,\n", "",
        (SESSIONS, "-k", "not postgresql"),
    ),
    Mutant(
        "nobody is ever idle", "lib/access/sessions.py",
        "SignInSession.seen_at > now - timedelta(minutes=settings().idle_minutes),\n", "",
        (SESSIONS, "-k", "not postgresql"),
    ),
    Mutant(
        "a session lasts for ever", "lib/access/sessions.py",
        "SignInSession.created_at > now - timedelta(hours=settings().session_hours),\n", "",
        (SESSIONS, "-k", "not postgresql"),
    ),
    Mutant(
        "disabled people stay in", "lib/access/sessions.py",
        "Account.state != AccountState.DISABLED,\n", "",
        (SESSIONS, "-k", "not postgresql"),
    ),
    Mutant(
        "signing out does nothing", "lib/access/sessions.py",
        "    row.ended_at = clock.now()\n    return row.account_id", "    return row.account_id",
        (SESSIONS, "-k", "not postgresql"),
    ),
    Mutant(
        "attempts are not counted", "lib/access/sign_in.py",
        "if locked_until(session, name, now) is not None:", "if False:",
        (SIGN_IN, "-k", "not postgresql and (five or seven or lifts)"),
    ),
    Mutant(
        "an address may try for ever", "lib/access/sign_in.py",
        "if (failures or 0) >= ADDRESS_CHECKS:", "if False:",
        (SIGN_IN, "-k", "not postgresql and one_address"),
    ),
    Mutant(
        "names without an account cost nothing", "lib/access/passwords.py",
        "right = bool(hasher.check_pw(", "right = hashed is not None and bool(hasher.check_pw(",
        (SIGN_IN, "-k", "not postgresql and whether_a_name"),
    ),
    Mutant(
        "bcrypt sees the first bytes alone", "lib/access/passwords.py",
        'return base64.b64encode(hashlib.sha256(password.encode("utf-8", "surrogatepass"))'
        ".digest()).decode()",
        'return password.encode()[:72].decode("utf-8", "ignore")',
        (SIGN_IN, "-k", "last_character"),
    ),
    Mutant(
        "an initial password lives for ever", "lib/access/sign_in.py",
        "account.password_expires_at < clock.now():", "False:",
        (SIGN_IN, "-k", "not postgresql and three_days"),
    ),
    Mutant(
        "steps lead from anywhere", "lib/workflow.py",
        "if state not in step.sources:", "if False:",
        ("tests/lib/test_workflow.py",),
    ),
    Mutant(
        "pages of others open a socket", "lib/access/gate.py",
        " or not same_origin(scope)", "",
        ("tests/lib/test_gate.py", "-k", "pages_of_others"),
    ),
    Mutant(
        "refusals are not recorded", "lib/access/work.py",
        'record(session, viewer, "refused", refusal.sentence, result="refused")', "pass",
        (*AUDIT[:2], "not postgresql and refusal"),
    ),
    Mutant(
        "seals are not compared", "lib/audit/chain.py",
        "row.previous != previous or not hmac.compare_digest(row.seal, _seal(values))",
        "row.previous != previous",
        AUDIT,
    ),
    Mutant(
        "anchors are not read", "lib/audit/chain.py",
        "any(seq > count for seq in anchors)", "False",
        AUDIT,
    ),
    Mutant(
        "audit rows may be changed", "db/audit_guards.py",
        '"audit_no_update": f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON {TABLE} "',
        '"audit_no_update": f"CREATE TRIGGER audit_no_update BEFORE UPDATE ON {TABLE} WHEN 0 "',
        AUDIT,
    ),
    Mutant(
        "kept answers are for everybody", "lib/cases/kept.py",
        "key = (session.scope, question, _version(session))", "key = (question, _version(session))",
        EDGES,
    ),
    Mutant(
        "on the limit is too late", "lib/cases/facts.py",
        "or_(Case.due_at.is_(None), Case.closed_at <= Case.due_at)",
        "or_(Case.due_at.is_(None), Case.closed_at < Case.due_at)",
        EDGES,
    ),
    Mutant(
        "closed at the moment is open", "lib/cases/facts.py",
        "or_(Case.closed_at.is_(None), Case.closed_at > moment)",
        "or_(Case.closed_at.is_(None), Case.closed_at >= moment)",
        EDGES,
    ),
    Mutant(
        "due at the moment is overdue", "lib/cases/facts.py",
        "Case.due_at < moment)", "Case.due_at <= moment)",
        EDGES,
    ),
    Mutant(
        "the second after the end counts", "lib/metrics/question.py",
        "metric.placed_by < min(end", "metric.placed_by <= min(end",
        EDGES,
    ),
    Mutant(
        "suspended cases never leave", "lib/metrics/catalogue.py",
        "lambda variant: variant.suspended is Suspended.LEAVES", "lambda variant: False",
        EDGES,
    ),
    Mutant(
        "what cannot be has a time", "lib/metrics/catalogue.py",
        "exclusions=(IMPOSSIBLE,),\n    quantile=0.5", "quantile=0.5",
        EDGES,
    ),
    Mutant(
        "basically satisfied never counts", "lib/metrics/variant.py",
        "return 4 if self.satisfied is Satisfied.SATISFIED else 3", "return 4",
        EDGES,
    ),
    Mutant(
        "rework by time is turned round", "lib/metrics/catalogue.py",
        "return type_coerce(Case.rework_count, Integer), Case.rework_count + literal(1)",
        "return Case.rework_count + literal(1), type_coerce(Case.rework_count, Integer)",
        EDGES,
    ),
    Mutant(
        "accepted on the hour is too late", "lib/metrics/catalogue.py",
        "<= terms.variant.acceptance_hours * 3600", "< terms.variant.acceptance_hours * 3600",
        EDGES,
    ),
    Mutant(
        "older months have more time", "lib/metrics/counting.py",
        "if by in PARTS and metric.later is not None:", "if False:",
        METRICS,
    ),
    Mutant(
        "the rest is more than the denominator", "lib/metrics/question.py",
        "and_(metric.denominator(terms), hits.is_not(True))", "hits.is_not(True)",
        EDGES,
    ),
    Mutant(
        "what is left out is not told", "lib/metrics/question.py",
        "and_(metric.population(terms), or_(false(), *left_out))", "false()",
        EDGES,
    ),
    Mutant(
        "a list shows its last row again", "lib/metrics/behind.py",
        "statement.where(tuple_(Case.reported_at, Case.id) < behind)",
        "statement.where(tuple_(Case.reported_at, Case.id) <= behind)",
        EDGES,
    ),
    Mutant(
        "a handling time is not looked at", "lib/metrics/behind.py",
        "found += [row[0] for row in rows if not bands or band_of(minutes_handled(row[1], row[2])) in bands]",
        "found += [row[0] for row in rows]",
        EDGES,
    ),
    Mutant(
        "a whole day is more than a day", "lib/metrics/handling.py",
        "if minutes <= days * day)", "if minutes < days * day)",
        EDGES,
    ),
    Mutant(
        "unknown departments are nobody's", "lib/metrics/dimensions.py",
        "or_(Case.department_id.is_(None), Case.department_id.not_in(list(known.departments)))",
        "Case.department_id.is_(None)",
        EDGES,
    ),
    Mutant(
        "a town's part tells of its county", "lib/metrics/dimensions.py",
        "max(LENGTHS[by], len(center_code)) if by in LENGTHS", "LENGTHS[by] if by in LENGTHS",
        (PROBE, "-k", "sqlite and queries.measure"),
    ),
    Mutant(
        "a part rests on the whole", "lib/metrics/people.py",
        "[key if by in PLACES else", '["" if by in PLACES else',
        METRICS,
    ),
    Mutant(
        "the replica has no scope", "lib/replica/store.py",
        ".where(rows_of(scope, columns.center_code, columns.department_id))", "",
        THROUGH_REPLICA,
    ),
    Mutant(
        "the replica knows no departments", "lib/replica/store.py",
        "rows_of(scope, columns.center_code, columns.department_id)", "rows_of(scope, columns.center_code)",
        THROUGH_REPLICA,
    ),
    Mutant(
        "nothing is read twice", "lib/replica/follow.py",
        "OVERLAP = timedelta(minutes=2)", "OVERLAP = timedelta(0)",
        ("tests/lib/test_replica.py", "-k", "not postgresql"),
    ),
    Mutant(
        "what the replica said stays said", "lib/metrics/answering.py",
        '("replica", replica.number, replica.version)', '("replica", replica.number)',
        EDGES,
    ),
    Mutant(
        "a week begins on Sunday", "db/local_time.py",
        "'weekday 0', '-6 days'", "'weekday 6', '-6 days'",
        EDGES,
    ),
    Mutant(
        "halves are rounded to the even", "lib/i18n/numbers.py",
        "rounding=ROUND_HALF_UP", 'rounding="ROUND_HALF_EVEN"',
        MEASURED,
    ),
    Mutant(
        "a whole February is as long as the other", "lib/metrics/measured.py",
        "end if whole else min(", "min(",
        MEASURED,
    ),
    Mutant(
        "make-up days are free", "lib/working_time.py",
        "bool(chinese_calendar.is_workday(day))",
        "bool(chinese_calendar.is_workday(day)) and day.weekday() < 5",
        MEASURED,
    ),
    Mutant(
        "time goes on behind the ledger", "lib/working_time.py",
        "    works[0] = works[-1] = False\n", "",
        MEASURED,
    ),
    Mutant(
        "anybody decides how a city counts", "lib/metrics/commands.py",
        "not session.scope.covers(deployment.root_code)", "False",
        VARIANTS,
    ),
    Mutant(
        "an old screen decides", "lib/metrics/commands.py",
        "if now.version != seen_version:", "if False:",
        VARIANTS,
    ),
    Mutant(
        "a decision may change nothing", "lib/metrics/commands.py",
        "if then.choices == now.choices:", "if False:",
        VARIANTS,
    ),
    Mutant(
        "private views are seen", "lib/views/queries.py",
        "and_(SavedView.shared, SavedView.center_code == viewer.center_code)",
        "SavedView.center_code == viewer.center_code",
        VIEWS,
    ),
    Mutant(
        "a view is anybody's", "lib/views/commands.py",
        " or view.account_id != viewer_of(session).account_id", "",
        VIEWS,
    ),
    Mutant(
        "a view may say anything", "lib/views/addresses.py",
        "name in _known(page, found) and _is_value(value)", "_is_value(value)",
        VIEWS,
    ),
    Mutant(
        "replica: what comes in late stays unseen", "lib/replica/follow.py",
        "self._last_whole.seen_from(now) - OVERLAP", "self._last_whole.seen_from(now)",
        FOLLOWED,
    ),
    Mutant(
        "replica: rewritten cases are not read anew", "lib/replica/follow.py",
        "if generation_of(session) != self._generation:", "if False:",
        FOLLOWED,
    ),
    Mutant(
        "replica: a known key is a known row", "lib/replica/follow.py",
        "self._merged.get(row[0]) != row", "row[0] not in self._merged",
        FOLLOWED,
    ),
    Mutant(
        "replica: nobody sets the clock", "lib/replica/follow.py",
        "return min(self.at, later.at - timedelta(seconds=later.tick - self.tick))", "return self.at",
        FOLLOWED,
    ),
    Mutant(
        "replica: days are counted from 1970", "lib/replica/table.py",
        "YEAR_0 = -719_528", "YEAR_0 = 0",
        FOLLOWED,
    ),
    Mutant(
        "replica: days outside the calendar are not worked", "lib/replica/table.py",
        "least(greatest({_day(stem)}, {first}), {last})", "{_day(stem)}",
        FOLLOWED,
    ),
    Mutant(
        "replica: a change is seen in halves", "lib/replica/store.py",
        """cursor.execute("BEGIN")
                cursor.execute("DELETE FROM facts WHERE id IN (SELECT id FROM changed)")""",
        """cursor.execute("DELETE FROM facts WHERE id IN (SELECT id FROM changed)")
                cursor.execute("BEGIN")""",
        READ,
    ),
    Mutant(
        "replica: everybody sees everything", "lib/replica/store.py",
        ".where(rows_of(scope, columns.center_code, columns.department_id))", "",
        READ,
    ),
    Mutant(
        "replica: a department sees its neighbors'", "lib/replica/store.py",
        "columns.center_code, columns.department_id)", "columns.center_code)",
        READ,
    ),
    Mutant(
        "replica: other tables are answered", "lib/replica/store.py",
        "if why := _not_about_cases(statement):", "if why := None:",
        READ,
    ),
    Mutant(
        "replica: it is written to by whoever asks", "lib/replica/store.py",
        "if not isinstance(statement, SelectBase):", "if False:",
        READ,
    ),
    Mutant(
        "replica: an earlier look serves who came later", "lib/replica/replica.py",
        "if self._looked > came:", "if self._looked >= 0:",
        READ,
    ),
    Mutant(
        "replica: a reader may die unnoticed", "lib/replica/streams.py",
        "        if code:", "        if False:",
        READ,
    ),
    Mutant(
        "replica: what cannot be loaded is tried again and again", "lib/replica/keeping.py",
        "time.monotonic() + PAUSE", "0.0",
        READ,
    ),
    Mutant(
        "replica: a long import stays unseen", "lib/deployment.py",
        "if clock.now() - changed_at > LONG:", "if False:",
        CHECKED,
    ),
    Mutant(
        "replica: what is missing is no difference", "lib/replica/reconcile.py",
        "FROM fresh FULL JOIN", "FROM fresh RIGHT JOIN",
        CHECKED,
    ),
    Mutant(
        "schemes: anybody changes those from above", "lib/schemes/commands.py",
        "if not session.scope.covers(row.center_code):\n        raise NotAllowed",
        "if False:\n        raise NotAllowed",
        WORDINGS,
    ),
    Mutant(
        "schemes: one person is enough", "lib/schemes/commands.py",
        "SCHEME.take(action, viewer, row.state, why, (row.drafted_by_id,))",
        "SCHEME.take(action, viewer, row.state, why)",
        WORDINGS,
    ),
    Mutant(
        "schemes: the second editor overwrites", "lib/schemes/commands.py",
        "    if row.version != seen:\n        said =", "    if False:\n        said =",
        WORDINGS,
    ),
    Mutant(
        "schemes: a wording holds before its month", "lib/schemes/queries.py",
        " and one.first_month <= day", "",
        WORDINGS,
    ),
    Mutant(
        "schemes: points need not add up", "lib/schemes/reading.py",
        "if weighing != scheme.whole:", "if weighing > scheme.whole:",
        ("tests/lib/test_scheme_reading.py",),
    ),
    Mutant(
        "schemes: a tier begins above its value", "lib/schemes/scoring.py",
        "if value >= least if self.more_is_better", "if value > least if self.more_is_better",
        SCORING,
    ),
    Mutant(
        "assessment: what is due is divided before it is multiplied", "lib/assessment/result.py",
        "reached = weighed * weight / due + beside", "reached = weighed * scale + beside",
        SCORING,
    ),
    Mutant(
        "assessment: nothing due is zero", "lib/assessment/result.py",
        "if value is None or value.value is None:\n            missing",
        "if value is None:\n            missing",
        SCORING,
    ),
    Mutant(
        "assessment: equals do not share a place", "lib/metrics/ranking.py",
        "first.setdefault(value, place)", "first[value] = place",
        PLACES,
    ),
    Mutant(
        "assessment: one case more than it takes", "lib/assessment/movement.py",
        "least = middle + 1", "least = middle + 2",
        PLACES,
    ),
    Mutant(
        "assessment: those below take steps", "lib/assessment/reading.py",
        "if not session.scope.covers(center_code):", "if False:",
        MONTHS,
    ),
    Mutant(
        "assessment: who counted shows it alone", "lib/assessment/commands.py",
        "ASSESSMENT.take(action, viewer, row.state, why, (row.computed_by_id,))",
        "ASSESSMENT.take(action, viewer, row.state, why)",
        MONTHS,
    ),
    Mutant(
        "assessment: published before the last day is over", "lib/assessment/commands.py",
        ".date() <= row.objections_until:", ".date() < row.objections_until:",
        MONTHS,
    ),
    Mutant(
        "assessment: published with objections unanswered", "lib/assessment/commands.py",
        "    if waiting:\n", "    if False:\n",
        MONTHS,
    ),
    Mutant(
        "assessment: more than the most is entered", "lib/assessment/entering.py",
        "if most is not None and number > most:", "if False:",
        MONTHS,
    ),
    Mutant(
        "assessment: others object for a unit", "lib/assessment/objections/commands.py",
        "if unit.center_code != viewer.center_code:", "if False:",
        MONTHS,
    ),
    Mutant(
        "assessment: who objects also answers", "lib/assessment/objections/commands.py",
        "OBJECTION.take(action, viewer, found.state, said, (found.raised_by_id,))",
        "OBJECTION.take(action, viewer, found.state, said)",
        MONTHS,
    ),
    Mutant(
        "assessment: places are known before they are shown", "lib/assessment/reading.py",
        "if row.state not in SHOWN and not assesses:", "if False:",
        MONTHS,
    ),
    Mutant(
        "assessment: neighbors alone are everybody", "lib/assessment/places.py",
        "if scheme.published is not Published.EVERYBODY:\n        return", "if False:\n        return",
        MONTHS,
    ),
    Mutant(
        "assessment: counted again after it was shown", "lib/assessment/commands.py",
        "elif row.state not in (AssessmentState.SELF_CHECK, AssessmentState.REVIEW):", "elif False:",
        MONTHS,
    ),
    Mutant(
        "registers: every level sees every field", "lib/registers/seeing.py",
        "    return tuple(one for one in design.fields if not one.seen_by or level in one.seen_by)",
        "    return design.fields",
        CHANGED,
    ),
    Mutant(
        "registers: every level writes every field", "lib/registers/seeing.py",
        " and (not one.edited_by or level in one.edited_by)", "",
        REGISTERS,
    ),
    Mutant(
        "registers: the same value twice", "lib/registers/entries/twins.py",
        "                if serial is not None:", "                if False:",
        CHANGED,
    ),
    Mutant(
        "registers: taken back over what others wrote since", "lib/registers/changes/commands.py",
        "    if later or len(entries)", "    if len(entries)",
        CHANGED,
    ),
    Mutant(
        "registers: who saves second overwrites", "lib/registers/changes/judging.py",
        "conflict = entry.version != one.seen", "conflict = False",
        CHANGED,
    ),
    Mutant(
        "registers: formulas as they stand", "lib/registers/values.py",
        "[formulas[key] for key in order(read)]", "[formulas[key] for key in sorted(read)]",
        KEPT,
    ),
    Mutant(
        "registers: a masked value is shown", "lib/fields/kinds.py",
        "if is_masked(field) and not whole else", "if False else",
        KEPT,
    ),
    Mutant(
        "registers: a masked value that nobody touched is lost", "lib/fields/kinds.py",
        "typed.strip() == shown(before, field, world):", "False:",
        KEPT,
    ),
    Mutant(
        "registers: a retired choice is chosen anew", "lib/fields/kinds.py",
        "if choice and choice.retired and key not in held:", "if False:",
        KEPT,
    ),
    Mutant(
        "registers: the gate stands open", "lib/lists/access/gate.py",
        "    if rule is None or not rule.allows_exceptions:", "    if False:",
        LISTS,
    ),
    Mutant(
        "registers: who made an entry decides on it", "lib/registers/flow.py",
        "entry.state, reason, done_by(entry, writers))", "entry.state, reason, ())",
        LISTS,
    ),
    Mutant(
        "registers: what others have published holds here", "lib/lists/access/held.py",
        "    return _found(session, PublishedItem.center_code.in_(chain(center_code)), holds_on(day))",
        "    return _found(session, holds_on(day))",
        LISTS,
    ),
    Mutant(
        "registers: equals in another order on a short list", "lib/registers/entries/paging.py",
        "(*found, key)", "(*found, -key)",
        FOUND,
    ),
    Mutant(
        "registers: words of a formula are not filled in", "lib/registers/entries/finding.py",
        "        return (values.number, values.words)", "        return (values.number,)",
        FOUND,
    ),
    Mutant(
        "registers: what was taken back is not found", "lib/registers/entries/writing.py",
        "(one, design.fields, values) for one, values in zip(entries, held, strict=True)]",
        "(one, (), values) for one, values in zip(entries, held, strict=True)]",
        FOUND,
    ),
    Mutant(
        "staff: who covers fills a vacancy", "lib/grids/coverage.py",
        "Post.covers_id.is_(None), standing(day)", "standing(day)",
        STAFFED,
    ),
    Mutant(
        "staff: who covers is taken for the holder", "lib/grids/queries.py",
        ".where(Post.grid_id.in_(ids), Post.covers_id.is_(None), standing(day))",
        ".where(Post.grid_id.in_(ids), standing(day))",
        STAFFED,
    ),
    Mutant(
        "staff: the last day is not worked on", "lib/grids/coverage.py",
        "Post.until >= day", "Post.until > day",
        STAFFED,
    ),
    Mutant(
        "staff: the first day is not worked on", "lib/grids/coverage.py",
        "Post.since <= day", "Post.since < day",
        STAFFED,
    ),
    Mutant(
        "staff: who left is on the card", "lib/grids/staff.py",
        ".where(Post.grid_id == grid_id, standing(day))", ".where(Post.grid_id == grid_id)",
        STAFFED,
    ),
    Mutant(
        "staff: everybody sees whole names", "lib/grids/staff.py",
        "return viewer.may(Permission.READ_ROSTER)", "return True",
        STAFFED,
    ),
    Mutant(
        "staff: the list shows whole names", "lib/grids/queries.py",
        "name if whole else masked_name(name)", "name",
        STAFFED,
    ),
    Mutant(
        "staff: everybody finds by names", "lib/grids/queries.py",
        "if sees_names(viewer_of(session)):", "if True:",
        STAFFED,
    ),
    Mutant(
        "staff: whom another center keeps leaves the card", "lib/grids/staff.py",
        ".join(Person, Person.id == Post.person_id, isouter=True)",
        ".join(Person, Person.id == Post.person_id)",
        STAFFED,
    ),
    Mutant(
        "staff: registers are asked for people by everybody", "lib/registers/world.py",
        "Named.PERSON: Permission.READ_ROSTER", "Named.PERSON: Permission.READ_CENTERS",
        REGISTERS,
    ),
    Mutant(
        "masking: every sign has its star", "lib/masking.py",
        "min(len(signs) - family, 2)", "(len(signs) - family)",
        MASKED,
    ),
    Mutant(
        "masking: a name of one sign is shown", "lib/masking.py",
        "if len(signs) < 2:", "if not signs:",
        MASKED,
    ),
    Mutant(
        "masking: what shapes a sign counts as one", "lib/masking.py",
        " and category(sign) not in _NO_SIGNS", "",
        MASKED,
    ),
    Mutant(
        "masking: two signs are taken for a family", "lib/masking.py",
        "2 if len(signs) > 2 and", "2 if",
        MASKED,
    ),
    Mutant(
        "roster: rules are told of what is no center", "lib/roster/rules/rules.py",
        "return session.scope.covers(center_code) and session.get(Center, center_code) is not None",
        "return True",
        (PROBE, "-k", "sqlite and (roster.rules.queries or codes_that_are_none)"),
    ),
    Mutant(
        "roster: whoever reads it knows who was called to account", "lib/roster/accountability/queries.py",
        "@query(Permission.READ_ACCOUNTABILITY)\ndef accountability_in",
        "@query(Permission.READ_ROSTER)\ndef accountability_in",
        PAID,
    ),
    Mutant(
        "roster: who made a sheet approves it", "lib/roster/rewards/commands.py",
        "SHEET.take(\"approve\", viewer, sheet.state, done_by=workers_of(session, sheet))",
        "SHEET.take(\"approve\", viewer, sheet.state)",
        PAID,
    ),
    Mutant(
        "roster: who gave the money approves it", "lib/roster/rewards/workers.py",
        "return (*_counted_by(sheet), *session.scalars(gave.distinct()))", "return _counted_by(sheet)",
        PRIVACY,
    ),
    Mutant(
        "roster: who saves second overwrites", "lib/roster/changes/judging.py",
        "and change.seen != (post.version, person.version)", "and False",
        ROSTER,
    ),
    Mutant(
        "roster: what is wrong is written all the same", "lib/roster/changes/commands.py",
        "    refuse(found)\n    wanted", "    wanted",
        ROSTER,
    ),
    Mutant(
        "roster: two write at once", "lib/roster/changes/writing.py",
        "take_lock(session, \"roster\")", "pass",
        ("tests/lib/test_roster_edges.py", "-k", "of_two_at_once"),
    ),
    Mutant(
        "roster: taken back over what others wrote since", "lib/roster/undoing.py",
        "    if not _as_left(session, latest, rows):", "    if False:",
        ROSTER,
    ),
    Mutant(
        "roster: who sees a part takes the part back", "lib/roster/undoing.py",
        "    if every != len(changes):", "    if False:",
        ROSTER_EDGES,
    ),
    Mutant(
        "roster: anybody takes a change back", "lib/roster/changes/commands.py",
        "if made.done_by_id != viewer.account_id and viewer.center_code != made.center_code:", "if False:",
        GUARDED,
    ),
    Mutant(
        "roster: cards show whole phones", "lib/roster/people/queries.py",
        "masked_phone(opened(person.phone or \"\")),", "opened(person.phone or \"\"),",
        GUARDED,
    ),
    Mutant(
        "roster: breaches name everybody", "lib/roster/rules/queries.py",
        "names[key] = name if whole else masked_name(name)", "names[key] = name",
        GUARDED,
    ),
    Mutant(
        "roster: numbers are found by whoever tries them", "lib/access/unmasking.py",
        "    return _count(session, viewer, *asked) > 0", "    return True",
        PRIVACY,
    ),
    Mutant(
        "roster: the screen shows the phones of a notice", "lib/roster/notices/queries.py",
        "whole=False, photos=True", "whole=True, photos=True",
        POSTED,
    ),
    Mutant(
        "draw: the first are drawn", "lib/roster/checks/draw.py",
        "key=lambda one: (lot(seed, one), one)", "key=lambda one: one",
        DRAWN,
    ),
    Mutant(
        "draw: who is away is drawn", "lib/roster/checks/candidates.py",
        "    if not on_leave:", "    if False:",
        DRAWN,
    ),
    Mutant(
        "draw: drawn again until it suits, without a word", "lib/roster/checks/commands.py",
        "    if before and not why:", "    if False:",
        DRAWN,
    ),
    Mutant(
        "training: the second overwrites the first", "lib/roster/training/marking.py",
        "if now not in ((mark.before, mark.score_before), (mark.result, mark.score)):", "if False:",
        TRAINED,
    ),
    Mutant(
        "duty: one corrects what others wrote", "lib/roster/duty/commands.py",
        "if not own and not viewer.may(Permission.CHECK_DUTY):", "if False:",
        ON_DUTY,
    ),
)  # fmt: skip


def tested(folder: Path, tests: tuple[str, ...]) -> bool:
    """Whether the tests are green there."""
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-x",
        "-q",
        "-p",
        "no:cacheprovider",
        f"--basetemp={folder}-tmp",
        *tests,
    ]
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if found.returncode not in (0, 1):  # nothing was collected, or the file does not load
        raise SystemExit(f"{' '.join(tests)}\n{found.stdout[-2000:]}{found.stderr[-2000:]}")
    return found.returncode == 0


def copied(to: Path) -> Path:
    shutil.copytree(HOME, to, ignore=shutil.ignore_patterns(*LEFT_BEHIND))
    return to


def main(words: list[str]) -> int:
    chosen = [m for m in MUTANTS if not words or any(word in m.name for word in words)]
    alive = []
    with tempfile.TemporaryDirectory(prefix="m") as name:
        folder = copied(Path(name) / "sound")
        for tests in dict.fromkeys(mutant.tests for mutant in chosen):
            if not tested(folder, tests):
                raise SystemExit(f"red without any mutant: {' '.join(tests)}")
        for number, mutant in enumerate(chosen):
            folder = copied(Path(name) / str(number))
            path = folder / mutant.file
            source = path.read_text()
            if source.count(mutant.old) != 1:
                raise SystemExit(f"{mutant.name}: {mutant.file} has it {source.count(mutant.old)} times")
            path.write_text(source.replace(mutant.old, mutant.new))
            began = time.monotonic()
            killed = not tested(folder, mutant.tests)
            print(
                f"{'killed' if killed else 'ALIVE '} {time.monotonic() - began:5.1f} s  {mutant.name}",
                flush=True,
            )
            alive += [] if killed else [mutant.name]
            shutil.rmtree(folder)
    print(f"{len(chosen) - len(alive)} of {len(chosen)} killed")
    return 1 if alive else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
