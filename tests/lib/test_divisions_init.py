import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from db.models import Account, AuditEntry, Center, Deployment
from db.models.account import AccountState, Role
from db.models.deployment import DeploymentKind
from lib import clock
from lib.access.passwords import check_password
from lib.access.work import system_reading
from lib.cli.__main__ import main

LANZHOU = Path(__file__).parent.parent / "data" / "lanzhou_divisions.csv"
NOW = datetime(2026, 3, 1, 8, tzinfo=UTC)


@pytest.fixture
def init(database, capsys):
    def run(*options):
        code = main(["init", "--divisions", str(LANZHOU), "--json", *options])
        return code, json.loads(capsys.readouterr().out)

    return run


def test_a_real_deployment(init):
    clock.set_source(lambda: NOW)
    code, answer = init("--root", "6201", "--admin", "Zhao.Admin", "--auditor", "sun_audit")
    assert code == 0
    assert answer["centers"] == 1303
    with system_reading() as session:
        deployment = session.get_one(Deployment, 1)
        assert (deployment.kind, deployment.root_code, deployment.stands_at) == (
            DeploymentKind.REAL,
            "6201",
            None,
        )
        accounts = {a.username: a for a in session.scalars(select(Account))}
        assert {name: (a.role, a.center_code, a.state) for name, a in accounts.items()} == {
            "zhao.admin": (Role.SYSTEM_ADMINISTRATOR, "6201", AccountState.INVITED),
            "sun_audit": (Role.SECURITY_AUDITOR, "6201", AccountState.INVITED),
        }
        for told in answer["accounts"]:
            account = accounts[told["username"]]
            assert check_password(told["password"], account.password_hash)
            assert account.password_expires_at == NOW + timedelta(hours=72)
            everything_audited = " ".join(
                f"{e.before} {e.after} {e.subject}" for e in session.scalars(select(AuditEntry))
            )
            assert told["password"] not in everything_audited
    code, _again = init("--root", "6201", "--admin", "another")
    assert code == 1


def test_a_county_is_a_root_too_and_the_rest_of_the_file_is_ignored(init):
    code, answer = init("--root", "620122000000", "--admin", "admin")
    assert code == 0
    assert answer["root"] == "620122"
    with system_reading() as session:
        codes = session.scalars(select(Center.code)).all()
        assert all(c.startswith("620122") for c in codes)
        assert len(codes) == answer["centers"]
        assert session.get_one(Center, "620122").parent_code is None


@pytest.mark.parametrize(
    ("options", "field"),
    [
        (["--root", "6201", "--admin", "ab"], "username"),
        (["--root", "6201", "--admin", "管理员"], "username"),
        (["--root", "6201", "--admin", "a b c"], "username"),
        (["--root", "6201", "--admin", "a" * 65], "username"),
        (["--root", "6201", "--admin", "same", "--auditor", "Same"], "username"),
        (["--root", "620199", "--admin", "admin"], "root"),
        (["--root", "620102001", "--admin", "admin"], "root"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_made(init, options, field):
    code, answer = init(*options)
    assert code == 1
    assert [p["field"] for p in answer["problems"]] == [field]
    with system_reading() as session:
        assert session.scalar(select(func.count(Center.code))) == 0
