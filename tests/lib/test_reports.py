"""Documents: they open, their charts carry the same numbers as the metrics, and a notice whose numbers do
not agree is not made."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pptx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from sqlalchemy import select

from db.models.account import Account
from db.models.assessment import AssessedUnit, Assessment, AssessmentState
from db.models.audit import AuditEntry
from db.models.case import Case
from db.models.center import Center
from db.models.scheduling import Round, RoundKind
from lib import clock, deployment
from lib.access.viewer import Viewer
from lib.access.work import acting, reading, system, system_reading
from lib.assessment import commands as assessing_commands
from lib.assessment.queries import assessment
from lib.errors import BadInput, NotAllowed, NotFound, WrongState
from lib.exports.commands import new_export_id
from lib.exports.sheet import ColumnKind, DrawingKind
from lib.i18n import numbers, speaking
from lib.metrics.bands import BACK, LEAST, usual
from lib.metrics.dimensions import By
from lib.metrics.measured import Measured, Period
from lib.metrics.queries import measure
from lib.reports import chapters, notice_chapters
from lib.reports.charts import number, parts_of
from lib.reports.pack import FIGURES, RATES, Pack
from lib.reports.paper import WIDTH
from lib.reports.queries import meeting_pack, monthly_notice
from lib.reports.section import Chart, Document, Series
from lib.reports.slides import slides_bytes
from lib.reports.word import word_bytes
from lib.scheduling.clockwork import Clockwork
from lib.scheduling.meetings.commands import write_meeting
from lib.scheduling.tasks.commands import give_task
from lib.schemes.commands import draft_scheme, move_draft
from lib.schemes.queries import schemes_for, wordings
from lib.ui import documents
from tests import assessing, makers
from tests.running import at_database

CITY, COUNTY, TOWN, VILLAGE = "6201", "620102", "620102001", "620102001001"
MAY = Period(date(2026, 5, 1), date(2026, 5, 31), monthly=True)
HOSTILE = ["=cmd|' /C calc'!A0", "<r><t>x</t></r>", "a&b<c>\x01", "123", "@SUM(1)", '"quoted"']
C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


@pytest.fixture(scope="module")
def filled(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small city with its open rounds, and May of its towns shown for objections."""
    path = tmp_path_factory.mktemp("reports") / "city.db"
    shutil.copy(small_city, path)
    with at_database(path):
        Clockwork().look()
        lead, second = person("city.leader"), person("city.director")
        scheme = assessing.definition(assessing.target(), assessing.rate())
        with acting(lead) as session:
            version = draft_scheme(session, CITY, scheme, date(2026, 1, 1))
        with reading(lead) as session:
            [row] = schemes_for(session, date(2026, 6, 1))
            [wording] = wordings(session, row.id)
        with acting(lead) as session:
            move_draft(session, version, "propose", "试行", wording.seen)
        with acting(second) as session:
            move_draft(session, version, "approve", "", 2)
        for month in (date(2026, 4, 1), date(2026, 5, 1)):
            with acting(lead) as session:
                made = assessing_commands.compute(session, row.id, month)
            step(lead, made, "review")
            step(second, made, "show", until=clock.local(clock.now()).date())
    return path


@pytest.fixture
def city(filled: Path, tmp_path: Path) -> Iterator[Path]:
    path = tmp_path / "city.db"
    shutil.copy(filled, path)
    with at_database(path):
        yield path
    clock.set_source(None)


def person(username: str) -> Viewer:
    with system_reading() as session:
        found = session.scalars(select(Account).where(Account.username == username)).one()
        return makers.viewer_of_account(found)


def step(viewer: Viewer, assessment_id: int, action: str, **more: Any) -> None:
    with reading(viewer) as session:
        seen = assessment(session, assessment_id).seen
    with acting(viewer) as session:
        assessing_commands.move(session, assessment_id, action, "", seen, **more)


def round_of(kind: RoundKind = RoundKind.MONTHLY) -> int:
    with system_reading() as session:
        return session.scalars(select(Round.id).where(Round.kind == kind)).one()


def pack_of(center: str = CITY, kind: RoundKind = RoundKind.MONTHLY, who: str = "city.leader") -> Pack:
    with reading(person(who)) as session:
        return meeting_pack(session, round_of(kind), center)


def asked(
    center: str, *names: str, by: By = By.WHOLE, period: Period = MAY
) -> dict[tuple[str, str], Measured]:
    with reading(person("city.leader")) as session:
        moment = period.stands_at(deployment.moment_of(session))
        found = measure(session, names, center, period, moment, by)
    return {(one.metric, one.key): one for one in found}


def shown_assessment() -> int:
    with system_reading() as session:
        return session.scalars(select(Assessment.id).where(Assessment.first == date(2026, 5, 1))).one()


def charts_in(made: bytes) -> list[tuple[dict[str, list[float | None]], list[str], list[list[Any]]]]:
    """Of each chart its series and categories as its XML tells them, and the cells of its workbook."""
    found = []
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        assert package.testzip() is None
        names = sorted(n for n in package.namelist() if "/charts/chart" in n and n.endswith(".xml"))
        for name in names:
            space = etree.fromstring(package.read(name))
            series = {}
            categories: list[str] = []
            for one in space.iter(f"{C}ser"):
                count = int(one.find(f"{C}val//{C}ptCount").get("val"))
                values: list[float | None] = [None] * count
                for point in one.iterfind(f"{C}val//{C}pt"):
                    values[int(point.get("idx"))] = float(point.findtext(f"{C}v"))
                series[one.findtext(f"{C}tx//{C}v")] = values
                categories = [point.findtext(f"{C}v") for point in one.iterfind(f"{C}cat//{C}pt")]
            folder, _slash, last = name.rpartition("/")
            links = etree.fromstring(package.read(f"{folder}/_rels/{last}.rels"))
            ids = {link.get("Id"): link.get("Target") for link in links}
            outside = space.find(f"{C}externalData")
            [key] = outside.attrib.values()
            target = ids[key].replace("..", folder.rpartition("/")[0]).lstrip("/")
            book = openpyxl.load_workbook(io.BytesIO(package.read(target)))
            cells = [[(cell.value, cell.data_type) for cell in row] for row in book.active.iter_rows()]
            found.append((series, categories, cells))
    return found


def no_formula(made: bytes) -> None:
    """No cell of any workbook inside computes anything."""
    for _series, _categories, cells in charts_in(made):
        assert {kind for row in cells for _value, kind in row} <= {"s", "n"}
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        for name in package.namelist():
            if name.endswith(".xlsx"):
                with zipfile.ZipFile(io.BytesIO(package.read(name))) as book:
                    assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def document(center: str = CITY) -> Document:
    return chapters.document_of(pack_of(center), new_export_id())


# -- the figures


@pytest.mark.parametrize("center", [CITY, COUNTY, TOWN, VILLAGE])
def test_the_figures_of_a_pack_are_those_of_the_metrics(city, center):
    pack = pack_of(center)
    now = asked(center, *FIGURES)
    before = asked(center, *FIGURES, period=MAY.before())
    year = asked(center, *FIGURES, period=MAY.last_year())
    for line in pack.figures:
        told = (line.now, line.before, line.last_year)
        assert told == tuple(held.get((line.metric, center)) for held in (now, before, year))
    for parts in pack.parts:
        held = {k: m for (_n, k), m in asked(center, parts.metric, by=By.CHILD).items()}
        assert {one.key: one for one in parts.rows} == {k: m for k, m in held.items() if m.value is not None}
    assert bool(pack.parts) is (center != VILLAGE)


@pytest.mark.parametrize("kind", list(RoundKind))
def test_every_kind_of_round_has_a_pack_that_becomes_both_files(city, kind):
    made = chapters.document_of(pack_of(COUNTY, kind), new_export_id())
    assert docx.Document(io.BytesIO(word_bytes(made))).paragraphs
    assert len(pptx.Presentation(io.BytesIO(slides_bytes(made))).slides) > 3


def test_the_charts_and_their_workbooks_carry_the_numbers_of_the_metrics(city):
    made = document()
    word, slides = word_bytes(made), slides_bytes(made)
    with reading(person("city.leader")) as session:
        names = dict(session.execute(select(Center.name, Center.code)).all())
    drawn = charts_in(word)
    assert len(drawn) == 5
    assert len(charts_in(slides)) == 5
    seen = set()
    for one in (*drawn, *charts_in(slides)):
        series, categories, cells = one
        assert [row[0][0] for row in cells[1:]] == categories
        for place, (words, values) in enumerate(series.items(), 1):
            assert cells[0][place][0] == words
            assert [row[place][0] for row in cells[1:]] == values
        if len(series) > 1:  # over time
            told = asked(CITY, *RATES, by=By.MONTH, period=Period(date(2025, 5, 1), MAY.last))
            expected = [[float(told[name, month].value / 100) for month in categories] for name in RATES]
            assert list(series.values()) == expected
            continue
        [(words, values)] = series.items()
        [metric] = [name for name in (*RATES, "overdue") if _words(name) == words]
        held = asked(CITY, metric, by=By.CHILD)
        for category, value in zip(categories, values, strict=True):
            known = held[metric, names[category.partition("（")[0]]]
            exact = known.numerator if metric == "overdue" else float(known.value / 100)
            assert value == exact
            assert metric == "overdue" or f"（{known.denominator}）" in category
        seen.add(metric)
    assert seen == {*RATES, "overdue"}


def _words(metric: str) -> str:
    from lib.metrics.catalogue import METRICS

    return METRICS[metric].words


def test_a_table_of_a_pack_shows_each_rate_with_its_arithmetic(city):
    paper = docx.Document(io.BytesIO(word_bytes(document())))
    [table] = [one for one in paper.tables if one.rows[0].cells[2].text == "算式" and len(one.columns) == 5
               and one.rows[1].cells[0].text == "接报事件"]  # fmt: skip
    rows = {row.cells[0].text: [cell.text for cell in row.cells] for row in table.rows}
    held = asked(CITY, "on_time")["on_time", CITY]
    assert rows["按期办结率"][1:3] == [
        f"{held.rate}%", f"{numbers.whole(held.numerator)} ÷ {numbers.whole(held.denominator or 0)}"
    ]  # fmt: skip


# -- what is unusual


@given(
    st.lists(st.integers(0, 40), min_size=0, max_size=BACK),
    st.integers(0, 40),
    st.sampled_from([10, 40, 400]),
)
def test_the_usual_band_is_the_mean_and_two_spreads_and_small_bases_stay_out(hits, own, base):
    def rate(numerator: int) -> Measured:
        return Measured("on_time", "x", numerator * base // 40, base)

    earlier = [rate(one) for one in hits]
    band = usual(earlier)
    if base < 30 or len(hits) < LEAST:
        assert band is None
        return
    assert band is not None
    values = [float(one.value) for one in earlier]
    mean = sum(values) / len(values)
    spread = (sum((v - mean) ** 2 for v in values) / (len(values) - 1)) ** 0.5
    assert abs(band.mean - mean) < 1e-6
    assert abs(band.spread - spread) < 1e-6
    now = rate(own)
    if band.left_by(now):
        assert abs(float(now.value) - mean) >= 2 * spread - 0.1


def _plant_months(center: str, late_in_may: int) -> None:
    """Forty cases that fall due in each month from May to May; two late ones in each but the last."""
    with system() as session:
        old = session.scalars(select(Case).where(Case.center_code.startswith(center)).limit(1)).one()
        for back in range(BACK + 1):
            first = clock.start_of_month(MAY.first, back)
            due = clock.start_of_day(first + timedelta(days=14))
            late = 2 + back % 2 if back else late_in_may
            for nth in range(40):
                closed = due + timedelta(hours=5) if nth < late else due - timedelta(hours=5)
                session.add(
                    makers.case(
                        old.center_code, old.category_code, reported_at=due - timedelta(days=3), due_at=due,
                        closed_at=closed,
                    )
                )  # fmt: skip
        deployment.raise_cases_generation(session)


def test_what_is_unusual_is_outside_of_its_own_twelve_months(city):
    _plant_months("620123", late_in_may=20)
    _plant_months("620121", late_in_may=2)
    pack = pack_of()
    told = {(one.now.metric, one.now.key): one for one in pack.unusual}
    assert pack.compared >= 4
    assert ("on_time", "620123") in told
    assert ("on_time", "620121") not in told
    for (metric, key), one in told.items():
        months = asked(key, metric, by=By.MONTH, period=Period(date(2025, 5, 1), date(2026, 4, 30)))
        assert usual(months.values()) == one.usual
        assert not one.usual.low <= one.now.value <= one.usual.high


# -- who may, and what is in it


def test_a_pack_of_another_center_is_not_there(city):
    with pytest.raises(NotFound):
        pack_of("620103", who="chengguan.leader")
    with pytest.raises(NotFound), reading(person("city.leader")) as session:
        meeting_pack(session, 987_654, CITY)


def test_who_reads_no_cases_and_no_ranking_gets_a_pack_without_them(city):
    assert pack_of(COUNTY, who="chengguan.director").oldest
    assert pack_of(COUNTY, who="chengguan.viewer").oldest == ()
    assert pack_of(COUNTY, who="chengguan.director").places is not None
    assert pack_of(COUNTY, who="chengguan.housing").places is None


def test_tasks_of_the_meeting_before_and_what_is_carried_over(city):
    director = person("city.director")
    held = clock.now()
    with acting(director) as session:
        meeting = write_meeting(
            session, round_of(RoundKind.PUBLIC_ORDER), held, "", "", "甲", "", "纪要", None
        )
    with acting(director) as session:
        give_task(session, meeting, "督促榆中县", "按期办结率不低于90%", COUNTY, None, date(2026, 7, 15))
    pack = pack_of()
    assert [one.matter for one in pack.tasks] == ["督促榆中县"]
    assert pack.carried == ()
    with acting(director) as session:
        write_meeting(
            session,
            round_of(RoundKind.CITY_ANALYSIS),
            held + timedelta(hours=1),
            "",
            "",
            "甲",
            "",
            "纪要",
            None,
        )
    pack = pack_of()
    assert pack.tasks == ()
    assert [one.matter for one in pack.carried] == ["督促榆中县"]
    assert "督促榆中县" in _all_text(word_bytes(chapters.document_of(pack, new_export_id())))


def test_the_ranking_of_a_pack_is_the_shown_one_of_its_towns(city):
    places = pack_of(COUNTY).places
    assert places is not None
    assert (places.first, places.state) == (
        date(2026, 5, 1),
        AssessmentState.OBJECTIONS,
    )
    with system_reading() as session:
        held = select(AssessedUnit.unit_key, AssessedUnit.rank).where(
            AssessedUnit.assessment_id == shown_assessment(), AssessedUnit.unit_key.startswith(COUNTY)
        )
        assert {one.key: one.rank for one in places.rows} == dict(session.execute(held).all())


# -- the files


def _all_text(made: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        return "".join(etree.fromstring(package.read("word/document.xml")).itertext())


def test_the_paper_has_the_shape_of_official_documents(city):
    made = document()
    paper = docx.Document(io.BytesIO(word_bytes(made)))
    section = paper.sections[0]
    told = [
        getattr(section, name).mm for name in ("top_margin", "bottom_margin", "left_margin", "right_margin")
    ]
    assert [round(one) for one in told] == [37, 35, 28, 26]
    assert made.export_id in section.header.paragraphs[0].text
    assert "数据截至" in section.header.paragraphs[0].text
    assert "PAGE" in "".join(section.footer._element.itertext())
    for run in paper.element.body.iter(f"{W}r"):
        if run.find(f"{W}t") is not None:
            assert run.find(f"{W}rPr/{W}rFonts").get(f"{W}eastAsia") in (
                "方正小标宋简体",
                "黑体",
                "楷体",
                "仿宋",
                "宋体",
            )
    described = [one.get("descr") for one in paper.element.body.iter() if one.tag.endswith("}docPr")]
    assert len(described) == 5
    assert all(described)
    assert paper.core_properties.subject == made.export_id


def test_every_slide_says_one_thing_in_its_title(city):
    made = document(COUNTY)
    deck = pptx.Presentation(io.BytesIO(slides_bytes(made)))
    charts = 0
    for number_of, slide in enumerate(deck.slides):
        assert slide.shapes.title.text_frame.text
        assert made.export_id in "".join(s.text_frame.text for s in slide.shapes if s.has_text_frame)
        drawn = [one for one in slide.shapes if one.has_chart or one.has_table]
        assert len(drawn) == (1 if number_of else 0)
        for one in slide.shapes:
            assert one.left >= 0
            assert one.left + one.width <= deck.slide_width
            assert one.top >= 0
            assert one.top + one.height <= deck.slide_height
            if one.has_chart:
                charts += 1
                assert one._element.nvGraphicFramePr.cNvPr.get("descr")
                assert len(one.chart.plots[0].categories) <= 13
    assert charts == 5


def test_both_speak_english_to_who_reads_english(city):
    pack = pack_of()
    with speaking("en"):
        text = _all_text(word_bytes(chapters.document_of(pack, new_export_id())))
    assert "May 2026" in text
    assert "On-time rate" in text


def test_names_that_could_run_stay_names(city):
    with system() as session:
        counties = session.scalars(
            select(Center).where(Center.parent_code == CITY).order_by(Center.code)
        ).all()
        for one, name in zip(counties, HOSTILE, strict=False):
            one.name = name
    made = document()
    for content in (word_bytes(made), slides_bytes(made)):
        no_formula(content)
    assert docx.Document(io.BytesIO(word_bytes(made)))
    texts = {c.partition("（")[0] for _s, categories, _x in charts_in(word_bytes(made)) for c in categories}
    assert {"=cmd|' /C calc'!A0", "<r><t>x</t></r>", "a&b<c>\ufffd", "@SUM(1)"} <= texts


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), min_size=1, max_size=6),
    st.lists(st.none() | st.decimals(0, 100, places=1), min_size=6, max_size=6),
    st.sampled_from([DrawingKind.BAR, DrawingKind.LINE]),
)
def test_a_chart_of_anything_carries_it_whole(names, values, kind):
    held = Chart(kind, ColumnKind.PERCENT, tuple(names), (Series("率", tuple(values[: len(names)])),), "图")
    xml, book = parts_of(held, WIDTH, WIDTH, 10)
    points = etree.fromstring(xml).findall(f".//{C}val//{C}pt")
    told = {int(one.get("idx")): float(one.findtext(f"{C}v")) for one in points}
    expected = [number(value, ColumnKind.PERCENT) for value in values[: len(names)]]
    assert told == {n: value for n, value in enumerate(expected) if value is not None}
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert [sheet.cell(n + 2, 2).value for n in range(len(names))] == expected
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n"}


def test_a_file_that_leaves_is_in_the_audit_chain_with_its_digest(city):
    viewer, export_id = person("city.leader"), new_export_id()
    pack = pack_of()
    made = documents.writer(
        viewer, "pack", "docx", export_id, lambda one: chapters.document_of(pack, one), word_bytes
    )()
    with system_reading() as session:
        [row] = session.scalars(select(AuditEntry).where(AuditEntry.subject == export_id))
    after = json.loads(row.after)
    assert (row.event, after["kind"], after["page"]) == ("exported", "docx", "pack")
    assert after["sha256"] == hashlib.sha256(made).hexdigest()


# -- the notice


def test_a_notice_whose_numbers_agree_is_made(city):
    with reading(person("city.leader")) as session:
        found = monthly_notice(session, shown_assessment())
    [on_time] = [one for one in found.totals if one.indicator.key == "on_time"]
    whole = asked(CITY, "on_time")["on_time", CITY]
    assert (on_time.whole.numerator, on_time.whole.denominator) == (whole.numerator, whole.denominator)
    assert sum(one.numerator for one in on_time.parts) == whole.numerator
    made = word_bytes(notice_chapters.document_of(found, new_export_id()))
    text = _all_text(made)
    for row in found.rows:
        assert row.name in text
    tables = docx.Document(io.BytesIO(made)).tables
    cells = [[cell.text for cell in row.cells] for table in tables for row in table.rows]
    assert ["合计", f"{whole.rate}%\n{whole.numerator:,} ÷ {whole.denominator:,}"] in [
        row[:2] for row in cells
    ]


def _tamper(change: Any) -> str:
    """Changes the first unit that has something due; its name."""
    with system() as session:
        rows = session.scalars(
            select(AssessedUnit)
            .where(AssessedUnit.assessment_id == shown_assessment())
            .order_by(AssessedUnit.unit_key)
        )
        row = next(one for one in rows if (json.loads(one.inputs)["on_time"][2] or 0) > 1)
        change(row)
        return row.name


def _with_inputs(row: AssessedUnit, value: str, numerator: int, denominator: int) -> None:
    held = json.loads(row.inputs)
    row.inputs = json.dumps({**held, "on_time": [value, numerator, denominator]})


def _other_percentage(row: AssessedUnit) -> None:
    _value, numerator, denominator = json.loads(row.inputs)["on_time"]
    _with_inputs(row, "12.3", numerator, denominator)


def _other_counts(row: AssessedUnit) -> None:
    _value, numerator, denominator = json.loads(row.inputs)["on_time"]
    share = numbers.share(numerator, denominator + 1)
    _with_inputs(row, f"{share}", numerator, denominator + 1)


def _other_points(row: AssessedUnit) -> None:
    row.total = (row.total or 0) + 1


@pytest.mark.parametrize("change", [_other_percentage, _other_counts, _other_points])
def test_a_notice_whose_numbers_do_not_agree_names_the_place(city, change):
    name = _tamper(change)
    with reading(person("city.leader")) as session, pytest.raises(BadInput) as told:
        monthly_notice(session, shown_assessment())
    assert any(name in one.sentence for one in told.value.problems)


def _report_elsewhere() -> str:
    """A case of May goes to another month, as when somebody corrects its limit; its town's code."""
    with system() as session:
        case = session.scalars(
            select(Case)
            .where(
                Case.due_at >= datetime(2026, 5, 5, tzinfo=UTC),
                Case.due_at < datetime(2026, 5, 25, tzinfo=UTC),
            )
            .where(Case.suspended.is_(False))
            .order_by(Case.id)
        ).first()
        case.due_at = datetime(2026, 6, 20, tzinfo=UTC)
        case.changed_at = clock.now()
        return case.center_code[:9]


def test_cases_that_changed_before_sealing_keep_a_notice_back(city):
    town = _report_elsewhere()
    with reading(person("city.leader")) as session:
        name = session.get(Center, town).name
        with pytest.raises(BadInput) as told:
            monthly_notice(session, shown_assessment())
    assert name in told.value.sentence


def test_cases_that_changed_after_sealing_are_told_beside_it(city):
    lead, second, key = person("city.leader"), person("city.director"), shown_assessment()
    real = datetime.now(UTC)
    clock.set_source(lambda: real + timedelta(days=2))
    step(second, key, "publish")
    step(lead, key, "seal")
    town = _report_elsewhere()
    with reading(lead) as session:
        name = session.get(Center, town).name
        found = monthly_notice(session, key)
    assert {one.unit for one in found.changes} == {name}
    assert "数据更正说明" in _all_text(word_bytes(notice_chapters.document_of(found, new_export_id())))
    _tamper(_other_counts)  # and nothing hides behind that
    with reading(lead) as session, pytest.raises(BadInput):
        monthly_notice(session, key)


def test_a_notice_is_for_those_who_assess_and_only_once_it_is_shown(city):
    with reading(person("jiuquanlu.director")) as session, pytest.raises(NotAllowed):
        monthly_notice(session, shown_assessment())
    with system() as session:
        session.get(Assessment, shown_assessment()).state = AssessmentState.REVIEW
    with reading(person("city.leader")) as session, pytest.raises(WrongState):
        monthly_notice(session, shown_assessment())


def test_decimals_of_percentages_are_exact_in_a_chart():
    assert number(Decimal("87.3"), ColumnKind.PERCENT) == 0.873
    assert number(None, ColumnKind.COUNT) is None
    assert number(3, ColumnKind.COUNT) == 3.0
