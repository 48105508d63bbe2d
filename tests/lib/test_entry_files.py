"""Files of entries, what is suggested while people type, and entries printed through Word templates."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import replace

import docx
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from sqlalchemy import select

from db.models.account import Role
from db.models.audit import AuditEntry
from db.models.register import Attachment, Register
from lib import clock
from lib.access.viewer import Viewer
from lib.access.work import acting
from lib.errors import BadInput, NotAllowed, NotFound
from lib.fields.field import Choice, Field
from lib.registers.attachments.commands import add_attachment, remove_attachment, take_attachment
from lib.registers.attachments.files import LARGEST, kind_of_content, safe_name
from lib.registers.attachments.queries import attachment_content, fields_to_attach
from lib.registers.commands import make_register, save_draft, use_draft
from lib.registers.design import By, Design, Move, Stage, StageKind
from lib.registers.entries.commands import make_entry, move_entry, remove_entry
from lib.registers.entries.queries import entry_card, history_of
from lib.registers.filling.queries import blank_entry
from lib.registers.naming.queries import fillers, suggestions
from lib.registers.printing.commands import add_template, register_print, remove_template
from lib.registers.printing.queries import entries_to_print, names_for_templates, templates_of
from lib.registers.printing.rendering import rendered
from lib.registers.queries import designs_of
from lib.reports.entry_paper import entry_paper, sample_template
from lib.settings import settings
from tests import makers
from tests.makers import COUNTY, MOMENT, TOWN, VILLAGE

PNG = b"\x89PNG\r\n\x1a\n" + bytes(60)
PDF = b"%PDF-1.7\n%%EOF"
EXPORT = "EX-20260630-ABCDEF"
BESIDE = f"{TOWN}002"
DESIGN = Design(
    "微心愿",
    sections=("联系",),
    fields=(
        Field("f1", "serial", "编号", default="WX"),
        Field("f2", "text", "心愿（一句话）", required=True),
        Field("f3", "phone", "联系电话", section="联系"),
        Field("f4", "grid", "网格", section="联系"),
        Field("f5", "attachment", "照片"),
        Field("f6", "attachment", "内部材料", seen_by=("county",)),
        Field("f7", "text", "内部意见", seen_by=("county",)),
        Field("f8", "text", "不出门", exported=False),
        Field("f9", "choice", "类别", default="life", choices=(Choice("life", "生活"),)),
        Field("f10", "attachment", "镇上材料", edited_by=("town",)),
        Field("f11", "money", "金额"),
    ),
    stages=(
        Stage("draft", "待提交", kind=StageKind.DRAFT, editable=True),
        Stage("done", "已通过"),
    ),
    moves=(Move("submit", "提交", sources=("draft",), target="done", by=By.OWN, asks_reason=True),),
    title=("f2",),
    filled_by=("village",),
)


@pytest.fixture
def city(database):
    makers.plant_small(database)
    clock.set_source(lambda: MOMENT)
    yield database
    clock.set_source(None)


def person(code: str = VILLAGE, role: Role = Role.CENTER_DIRECTOR) -> Viewer:
    return makers.viewer_for_role(role, code)


def planted(design: Design = DESIGN) -> tuple[int, int]:
    with acting(person(COUNTY)) as session:
        register = make_register(session, COUNTY, design)
    with makers.eyes(settings().database_url, person(COUNTY)) as session:
        seen = designs_of(session, register)[0].seen
    with acting(person(COUNTY)) as session:
        use_draft(session, register, seen)
    with acting(person()) as session:
        typed = {"f2": "一个<书包>", "f3": "13800008000", "f8": "秘密", "f11": "1200"}
        entry = make_entry(session, register, VILLAGE, typed)
    return register, entry


def added(entry: int, key: str = "f5", name: str = "照片.png", content: bytes = PNG, **who: str) -> int:
    with acting(person(**who)) as session:
        return add_attachment(session, entry, key, name, content)


# -- attachments


def test_a_file_is_added_read_taken_and_removed(city):
    _register, entry = planted()
    key = added(entry, name="../../etc/现场\u202egnp.exe")
    with makers.eyes(city, person()) as session:
        card = entry_card(session, entry)
        [file] = card.attachments
        assert (file.name, file.size, file.field) == ("现场gnp.exe.png", len(PNG), "f5")
        assert card.row.cells["f5"] == file.name
        assert attachment_content(session, key).content == PNG
        newest = history_of(session, entry)[0]
        assert newest.changed == (("照片", "", "现场gnp.exe.png"),)
    with acting(person(TOWN)) as session:
        assert take_attachment(session, key).mime == "image/png"
    with acting(person()) as session:
        remove_attachment(session, key)
    with makers.eyes(city, person()) as session:
        assert entry_card(session, entry).attachments == ()
        assert "f5" not in entry_card(session, entry).row.cells
        with pytest.raises(NotFound):
            attachment_content(session, key)
    with makers.everything(city) as session:
        stays = session.get(Attachment, key)
        assert stays is not None
        assert stays.removed_at is not None
        events = session.scalars(select(AuditEntry.event).order_by(AuditEntry.seq)).all()
        assert [one for one in events if one.startswith("attachment")] == [
            "attachment added", "attachment taken", "attachment removed",
        ]  # fmt: skip


def test_who_may_not_see_the_entry_or_the_field_finds_no_file(city):
    _register, entry = planted()
    open_file = added(entry)
    hidden = added(entry, "f6", content=PDF, code=COUNTY)
    for viewer, key in (
        (person(BESIDE), open_file),
        (person("7400"), open_file),
        (person(), hidden),
        (person(TOWN), hidden),
    ):
        with makers.eyes(city, viewer) as session, pytest.raises(NotFound):
            attachment_content(session, key)
        with pytest.raises(NotFound), acting(viewer) as session:
            take_attachment(session, key)
    with makers.eyes(city, person()) as session:
        card = entry_card(session, entry)
        assert [one.id for one in card.attachments] == [open_file]
        assert all("内部" not in label for one in history_of(session, entry) for label, _b, _a in one.changed)
        assert fields_to_attach(session, entry) == {"f5"}
    with makers.eyes(city, person(TOWN)) as session:
        assert fields_to_attach(session, entry) == {"f5", "f10"}


def test_who_may_not_fill_the_field_may_not_add_to_it(city):
    _register, entry = planted()
    for key in ("f6", "f10", "f2", "f99", ""):
        with pytest.raises(NotAllowed):
            added(entry, key)
    file = added(entry, "f10", code=TOWN)
    with pytest.raises(NotAllowed), acting(person()) as session:
        remove_attachment(session, file)
    with pytest.raises(NotAllowed), acting(person(role=Role.VIEWER)) as session:
        add_attachment(session, entry, "f5", "a.png", PNG)
    with pytest.raises(NotFound), acting(person(BESIDE)) as session:
        add_attachment(session, entry, "f5", "a.png", PNG)
    with makers.eyes(city, person()) as session:
        seen = entry_card(session, entry).row.version
    with acting(person()) as session:
        move_entry(session, entry, "submit", "好了", seen)
    with pytest.raises(NotAllowed):
        added(entry)


def package(*names: str, declared: bytes = b"<Types/>") -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("[Content_Types].xml", declared)
        for name in names:
            file.writestr(name, b"<x/>")
    return content.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (PNG, "png"),
        (PDF, "pdf"),
        (b"\xff\xd8\xff\xe0" + bytes(9), "jpg"),
        (b"\x00\x00\x00\x18ftypmp42" + bytes(9), "mp4"),
        ("说明一\r\n".encode("gb18030"), "txt"),
        (package("word/document.xml"), "docx"),
        (package("xl/workbook.xml"), "xlsx"),
    ],
)
def test_what_a_file_is_stands_in_it(content: bytes, kind: str):
    assert kind_of_content(content) == kind


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"MZ\x90\x00" + bytes(60),
        b"\x7fELF" + bytes(60),
        package("a.txt"),
        package("word/document.xml", "word/vbaProject.bin"),
        package("word/document.xml", declared=b"application/vnd.ms-word.document.macroEnabled.main+xml"),
        b"PK\x03\x04 broken",
        b"GIF89a" + bytes(60),
        PNG + bytes(LARGEST),
    ],
)
def test_what_is_nothing_of_the_kind_is_refused(content: bytes):
    with pytest.raises(BadInput):
        kind_of_content(content)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("a.pdf", "a.pdf"),
        ("发票.jpeg", "发票.jpg"),
        ("C:\\secret\\x.docx.exe", "x.docx.exe.png"),
        ("", "附件.png"),
        ("...", "附件.png"),
        ("CON.png", "_CON.png"),
        ('a<b>:"c|.png', "a b c.png"),
        ("长" * 300 + ".png", None),
    ],
)
def test_names_are_made_safe(said: str, kept: str | None):
    ending = "pdf" if said == "a.pdf" else "jpg" if "jpeg" in said else "png"
    found = safe_name(said, ending)
    assert len(found) <= 120
    if kept is not None:
        assert found == kept


def test_an_entry_holds_only_so_many_files_and_none_twice(city, monkeypatch):
    _register, entry = planted()
    monkeypatch.setattr("lib.registers.attachments.commands.MOST_FILES", 2)
    added(entry, name="a.png")
    with pytest.raises(BadInput, match="已经"):
        added(entry, name="b.png")
    added(entry, name="a.png", content=PNG + b"1")
    with makers.eyes(city, person()) as session:
        assert [one.name for one in entry_card(session, entry).attachments] == ["a.png", "a (2).png"]
    with pytest.raises(BadInput, match="最多"):
        added(entry, content=PNG + b"2")


# -- what is suggested


def test_suggestions_are_read_again_and_stay_in_the_scope(city):
    register, _entry = planted()
    with makers.eyes(city, person()) as session:
        found = suggestions(session, register, "f4", "")
        assert len(found) == 1
        assert found[0].startswith(VILLAGE)
        assert suggestions(session, register, "f4", found[0]) == found
        assert suggestions(session, register, "f2", "a") == ()
        assert suggestions(session, register, "f7", "") == ()
        assert suggestions(session, register, "f4", "%") == ()
        assert fillers(session, register, "") == (f"{VILLAGE} 中心{VILLAGE}",)
        with pytest.raises(NotFound):
            suggestions(session, register + 9, "f4", "")
    with makers.eyes(city, person(TOWN)) as session:
        offered = fillers(session, register, "")
        assert len(offered) > 1
        assert all(one.startswith(TOWN) and len(one.split()[0]) == 12 for one in offered)
        for one in suggestions(session, register, "f4", "网格"):
            assert one.startswith(TOWN)
    with acting(person()) as session:
        made = make_entry(session, register, VILLAGE, {"f2": "又一个", "f4": found[0]})
    with makers.eyes(city, person()) as session:
        assert entry_card(session, made).row.cells["f4"] == found[0]


def test_a_new_entry_begins_with_the_defaults(city):
    register, _entry = planted()
    with makers.eyes(city, person()) as session:
        blank = blank_entry(session, register)
        assert blank.cells == {"f9": "生活"}
        assert blank.own
        assert not {"f6", "f7"} & {one.key for one in blank.fields}
    with makers.eyes(city, person("7400")) as session, pytest.raises(NotFound):
        blank_entry(session, register)


# -- printing


def word(*lines: str, change: Callable[[docx.document.Document], None] | None = None) -> bytes:
    made = docx.Document()
    for line in lines:
        made.add_paragraph(line)
    if change is not None:
        change(made)
    content = io.BytesIO()
    made.save(content)
    return content.getvalue()


def lines_of(content: bytes) -> list[str]:
    return [one.text for one in docx.Document(io.BytesIO(content)).paragraphs]


def template(register: int, content: bytes, name: str = "审批表") -> int:
    with acting(person(COUNTY)) as session:
        return add_template(session, register, name, content)


def test_a_template_is_filled_with_what_the_viewer_sees(city):
    register, entry = planted()
    content = word(
        "{{ 心愿(一句话) }}，{{f3}}",
        "{{ 内部意见 }}|{{ 不出门 }}|{{ 金额 }}",
        "{{ 中心 }}{{ 状态 }}{{ 编号 }}",
    )
    key = template(register, content)
    with makers.eyes(city, person()) as session:
        assert [one.id for one in templates_of(session, register)] == [key]
        prints = entries_to_print(session, register, (entry,), key)
    made = rendered(prints, EXPORT)
    assert lines_of(made) == ["一个<书包>，138****8000", "||1,200.00", f"中心{VILLAGE}待提交WX2026-00001"]
    assert EXPORT in docx.Document(io.BytesIO(made)).sections[0].footer.paragraphs[0].text
    several = replace(prints, entries=prints.entries * 3)
    assert lines_of(rendered(several, EXPORT)).count("||1,200.00") == 3
    with acting(person()) as session:
        register_print(session, register, EXPORT, "审批表", 1, "0" * 64)
    with makers.everything(city) as session:
        last = session.scalars(select(AuditEntry).order_by(AuditEntry.seq.desc())).first()
        assert last is not None
        assert (last.event, last.subject) == ("exported", EXPORT)


def test_a_template_goes_on_when_a_field_is_called_otherwise(city):
    register, entry = planted()
    key = template(register, word("{{ 心愿（一句话） }}"))
    renamed = replace(DESIGN.fields[1], label="愿望")
    design = replace(DESIGN, fields=(DESIGN.fields[0], renamed, *DESIGN.fields[2:]))
    with acting(person(COUNTY)) as session:
        seen = save_draft(session, register, design, None)
        use_draft(session, register, seen)
    with makers.eyes(city, person()) as session:
        prints = entries_to_print(session, register, (entry,), key)
    assert lines_of(rendered(prints, EXPORT)) == ["一个<书包>"]


ATTACKS = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ f2.__class__ }}",
    "{{ f2|attr('__class__') }}",
    "{{ f2 * 999999999 }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{% for a in range(999999999) %}x{% endfor %}",
    "{%p for a in f2 %}",
    "{% if f2 %}x{% endif %}",
    "{{ 7*7 }}",
    "{{ '{{' }}",
    "{# {{ f2 }} #}",
    "{{ f2 }}{{ 没有这个 }}",
    "{{ f2() }}",
    "{{ [f2] }}",
    "{{r f2 }}",
    "{{ f2",
    "{_{ f2 }_}{{ f2 }}{_% for %_}",
    "{{ loop }}",
    "{{ self }}",
    "没有名称",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_template_computes_nothing(sqlite_database, attack: str):
    makers.plant_small(sqlite_database)
    register, _entry = planted()
    with pytest.raises(BadInput):
        template(register, word(attack))


def test_what_is_between_braces_may_be_cut_into_pieces_by_word(sqlite_database):
    makers.plant_small(sqlite_database)
    register, entry = planted()

    def pieces(made: docx.document.Document) -> None:
        paragraph = made.add_paragraph()
        for part in ("{", "{ 心愿", "（一句话）", " }", "}"):
            paragraph.add_run(part).bold = part == "（一句话）"

    key = template(register, word(change=pieces))
    with makers.eyes(sqlite_database, person()) as session:
        assert lines_of(rendered(entries_to_print(session, register, (entry,), key), EXPORT)) == [
            "一个<书包>"
        ]

    def attack(made: docx.document.Document) -> None:
        paragraph = made.add_paragraph()
        for part in ("{", "{ f2", ".__class__", " }", "}"):
            paragraph.add_run(part)

    with pytest.raises(BadInput):
        template(register, word(change=attack), "另一个")


def _field(code: str) -> Callable[[docx.document.Document], None]:
    def change(made: docx.document.Document) -> None:
        run = made.add_paragraph("{{ f2 }}").add_run()
        for kind, text in (("begin", ""), ("", code), ("end", "")):
            part = OxmlElement("w:fldChar" if kind else "w:instrText")
            if kind:
                part.set(qn("w:fldCharType"), kind)
            else:
                part.text = text
            run._element.append(part)

    return change


def _outside(made: docx.document.Document) -> None:
    made.add_paragraph("{{ f2 }}")
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    made.part.relate_to("http://192.0.2.1/x.dotm", kind, is_external=True)


def _headed(made: docx.document.Document) -> None:
    made.add_paragraph("{{ f2 }}")
    made.sections[0].header.paragraphs[0].text = "{{ f3 }}"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        PDF,
        word(change=_field('DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc"')),
        word(change=_field("INCLUDETEXT /etc/passwd")),
        word(change=_outside),
        word(change=_headed),
        word("{{ f2 }}" + "x" * 3_000_000),
    ],
)
def test_a_template_is_only_paper(sqlite_database, content: bytes):
    makers.plant_small(sqlite_database)
    register, _entry = planted()
    with pytest.raises(BadInput):
        template(register, content)


def test_page_numbers_and_common_names_in_a_header_are_fine(sqlite_database):
    makers.plant_small(sqlite_database)
    register, entry = planted()

    def change(made: docx.document.Document) -> None:
        _field("PAGE")(made)
        made.sections[0].header.paragraphs[0].text = "{{ 台账 }} {{ 导出编号 }}"

    key = template(register, word(change=change))
    with makers.eyes(sqlite_database, person()) as session:
        made = rendered(entries_to_print(session, register, (entry,), key), EXPORT)
    assert docx.Document(io.BytesIO(made)).sections[0].header.paragraphs[0].text == f"微心愿 {EXPORT}"


def test_the_layout_of_the_product_and_its_sample(city):
    register, entry = planted()
    with makers.eyes(city, person()) as session:
        prints = entries_to_print(session, register, (entry,))
    made = docx.Document(io.BytesIO(entry_paper(prints, EXPORT)))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    assert "一个<书包>" in cells
    assert "138****8000" in cells
    assert not {"秘密", "内部意见", "不出门"} & set(cells)
    assert EXPORT in made.sections[0].header.paragraphs[0].text
    with makers.eyes(city, person(COUNTY)) as session:
        names = names_for_templates(session, register)
    key = template(register, sample_template(prints, names))
    with makers.eyes(city, person()) as session:
        filled = docx.Document(
            io.BytesIO(rendered(entries_to_print(session, register, (entry,), key), EXPORT))
        )
    cells = [cell.text for table in filled.tables for row in table.rows for cell in row.cells]
    assert "一个<书包>" in cells
    assert not any("{{" in cell for cell in cells)


def test_who_prints_and_who_makes_templates(city):
    register, entry = planted()
    key = template(register, word("{{ f2 }}"))
    with pytest.raises(BadInput, match="已有"):
        template(register, word("{{ f2 }}"))
    with pytest.raises(NotFound), acting(person(TOWN)) as session:  # used there, and designed above
        add_template(session, register, "镇里的", word("{{ f2 }}"))
    with pytest.raises(NotFound), acting(person(TOWN)) as session:
        remove_template(session, key)
    with makers.eyes(city, person(BESIDE)) as session, pytest.raises(NotFound):
        entries_to_print(session, register, (entry,))
    with makers.eyes(city, person(role=Role.VIEWER)) as session, pytest.raises(NotAllowed):
        entries_to_print(session, register, (entry,))
    with makers.eyes(city, person()) as session:
        for ids, problem in (((), BadInput), (tuple(range(1, 300)), BadInput), ((entry, 999), NotFound)):
            with pytest.raises(problem):
                entries_to_print(session, register, ids)
        with pytest.raises(NotFound):
            entries_to_print(session, register, (entry,), key + 1)
        seen = entry_card(session, entry).row.version
    with acting(person()) as session:
        remove_entry(session, entry, "重复", seen)
    with makers.eyes(city, person()) as session, pytest.raises(NotFound):
        entries_to_print(session, register, (entry,))
    with acting(person(COUNTY)) as session:
        remove_template(session, key)
    with makers.eyes(city, person()) as session:
        assert templates_of(session, register) == ()


def test_a_register_that_stays_inside_is_not_printed(sqlite_database):
    makers.plant_small(sqlite_database)
    register, entry = planted(replace(DESIGN, exported=False))
    with makers.eyes(sqlite_database, person()) as session, pytest.raises(NotAllowed):
        entries_to_print(session, register, (entry,))
    with makers.everything(sqlite_database) as session:
        assert session.scalars(select(Register.id)).all() == [register]
