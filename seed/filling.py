"""Fills an empty database in one transaction, so that it is either whole or as empty as before."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, select

from db import migrate
from db.engine import for_writing, open_engine
from db.models.account import Account, AccountArea, DemonstrationPassword
from db.models.case import CaseCategory
from db.models.center import Center
from db.models.department import Department
from db.models.deployment import Deployment, DeploymentKind
from db.models.grid import Grid
from lib.errors import Told
from seed.accounts import account_rows
from seed.cases import Row, cases, ground
from seed.categories import category_rows
from seed.city import ROOT, center_rows, department_rows, units
from seed.grids import grid_rows, small_grids
from seed.plan import Plan
from seed.practice import practice
from seed.progress import Progress
from seed.roster import roster, write_roster, write_work
from seed.writing import indexes_built_afterwards, write, write_cases


class AlreadyFilled(Told):
    """Somebody's data are in there; they are never touched."""


def fill(url: str, plan: Plan, progress: Progress) -> None:
    """Raises AlreadyFilled, having written nothing, when there is anything in the database."""
    migrate.upgrade(url)
    with for_writing(open_engine(url)).begin() as connection:
        _take_over(connection)
        progress.say("正在生成中心、网格、人员和账号……")
        found = units()
        small = small_grids(plan, found)
        departments = department_rows(found)
        accounts = account_rows(plan, found, departments)
        write(connection, Center, center_rows(plan, found))
        write(connection, Department, departments)
        grids = grid_rows(plan, found, small)
        write(connection, Grid, grids)
        people = roster(plan, found, small, grids)
        write(connection, Account, accounts.accounts)
        write_roster(connection, plan, people, accounts.accounts)
        write(connection, AccountArea, accounts.areas)
        write(connection, DemonstrationPassword, accounts.shown)
        write(connection, CaseCategory, category_rows())
        _fill_cases(connection, plan, progress, cases(plan, ground(plan, found, small, departments)))
        write(
            connection,
            Deployment,
            [
                {
                    "id": 1,
                    "kind": DeploymentKind.DEMONSTRATION,
                    "root_code": ROOT,
                    "stands_at": plan.stands_at,
                    "created_at": plan.stands_at,
                }
            ],
        )
        progress.say("正在生成培训、巡查和补助……")
        write_work(connection, plan, found, small, people, accounts.accounts)
        progress.say("正在生成考核、调度和任务……")
        practice(connection, plan)
        progress.say("正在提交……")
    _tidy(url)


def _take_over(connection: Connection) -> None:
    """Checks and holds that nobody else fills the same database at the same time."""
    if connection.dialect.name == "postgresql":
        # Writing millions of rows is one of the few things that may take longer than a question.
        connection.exec_driver_sql("SET LOCAL statement_timeout = 0")
        connection.exec_driver_sql("LOCK TABLE deployment IN EXCLUSIVE MODE")
    filled = connection.execute(select(Deployment.created_at)).scalar()
    if filled is not None or connection.execute(select(Center.code).limit(1)).scalar() is not None:
        raise AlreadyFilled("这个数据库里已经有数据，没有改动任何内容。要生成演示城市，请换一个空数据库。")


def _fill_cases(connection: Connection, plan: Plan, progress: Progress, batches: Iterator[list[Row]]) -> None:
    with indexes_built_afterwards(connection):
        done = 0
        for written in write_cases(connection, batches):
            done += written
            progress.at("正在生成事件", done, plan.cases)
        progress.say("正在建立索引……")


def _tidy(url: str) -> None:
    """Leaves the database as one that has been in use for a while: no long log, known statistics."""
    engine = open_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        else:
            connection.exec_driver_sql("SET statement_timeout = 0")
            connection.exec_driver_sql("VACUUM (ANALYZE)")
            connection.exec_driver_sql("RESET statement_timeout")
