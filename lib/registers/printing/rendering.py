"""Fills a checked Word template with the words of entries, one after the other, each on a page of its own."""

from __future__ import annotations

import copy
import io
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt
from docxtpl import DocxTemplate
from jinja2 import StrictUndefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from lxml import etree

from lib import clock
from lib.errors import BadInput
from lib.exports.cells import storable
from lib.i18n import _
from lib.registers.printing.checking import canonical, check, refused
from lib.registers.printing.sheets import GENERAL, OF_ALL, Prints, foot_line, words_of

LARGEST_DOCUMENT = 40 * 1024 * 1024
# Nothing else can stand in what is rendered: names of ours between the template's own words.
ALLOWED = (nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name)


def environment() -> ImmutableSandboxedEnvironment:
    """Knows no function, no filter and no test; words are written as words."""
    found = ImmutableSandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    found.globals.clear()
    found.filters.clear()
    found.tests.clear()
    return found


def plain_names_only(source: str) -> None:
    """Raises BadInput for anything that would be computed."""
    for node in environment().parse(source).find_all(nodes.Node):
        if not isinstance(node, ALLOWED):
            raise refused(
                _("只能写{example}这样的名称，不能写循环、条件和算式。").format(example="{{ 名称 }}")
            )


def rendered(prints: Prints, export_id: str) -> bytes:
    """One document with all entries. Raises BadInput when it would be too large, or when the template
    names what the design does not have any more."""
    assert prints.template is not None
    names = prints.names
    check(prints.template, names, OF_ALL)
    template = DocxTemplate(io.BytesIO(prints.template))
    template.render_init()
    source = canonical(template.patch_xml(template.get_xml()), names)
    plain_names_only(source)
    if len(source) * len(prints.entries) > LARGEST_DOCUMENT:
        raise BadInput(_("模板太大，一次打印不了这么多条，请分几次打印。"))
    blank = dict.fromkeys([*names.values(), *GENERAL], "")
    known = environment()
    main: Any = None
    for number, entry in enumerate(prints.entries):
        words = blank | {key: storable(text) for key, text in words_of(prints, entry, export_id).items()}
        xml = template.render_xml_part(source, template.docx.part, words, known)
        body = template.fix_tables(xml)
        template.fix_docpr_ids(body)
        main = body if not number else _after(main, body)
    template.map_tree(main)
    common = blank | {key: storable(text) for key, text in words_of(prints, None, export_id).items()}
    for address in (template.HEADER_URI, template.FOOTER_URI):
        for relation, part in list(template.get_headers_footers(address)):
            xml = canonical(template.patch_xml(template.get_part_xml(part)), names)
            plain_names_only(xml)
            text = template.render_xml_part(xml, part, common, known)
            template.map_headers_footers_xml(relation, text.encode())
    content = io.BytesIO()
    template.docx.save(content)
    return _footed(content, prints, export_id)


def _after(main: Any, body: Any) -> Any:
    """The next entry's page behind those that stand; the shape of the pages stays at the end."""
    end = main.find(qn("w:sectPr"))
    found = [one for one in body if one.tag != qn("w:sectPr")]
    if not found or found[0].tag != qn("w:p"):
        found.insert(0, etree.Element(qn("w:p")))
    shape = found[0].find(qn("w:pPr"))
    if shape is None:
        shape = etree.Element(qn("w:pPr"))
        found[0].insert(0, shape)
    style = shape.find(qn("w:pStyle"))
    shape.insert(0 if style is None else 1, etree.Element(qn("w:pageBreakBefore")))
    for one in found:
        for mark in list(one.iter(qn("w:bookmarkStart"), qn("w:bookmarkEnd"))):
            mark.getparent().remove(mark)
        moved = copy.deepcopy(one)
        main.append(moved) if end is None else end.addprevious(moved)
    return main


def _footed(content: io.BytesIO, prints: Prints, export_id: str) -> bytes:
    """Every page says who printed it and under which number."""
    paper = docx.Document(io.BytesIO(content.getvalue()))
    line = storable(foot_line(prints, export_id))
    for number, section in enumerate(paper.sections):
        feet = [section.footer]
        if section.different_first_page_header_footer:
            feet.append(section.first_page_footer)
        if paper.settings.odd_and_even_pages_header_footer:
            feet.append(section.even_page_footer)
        for foot in feet:
            if number and foot.is_linked_to_previous:
                continue
            empty = len(foot.paragraphs) == 1 and not foot.paragraphs[0].text
            paragraph = foot.paragraphs[0] if empty and len(foot._element) == 1 else foot.add_paragraph()
            run = paragraph.add_run(line)
            run.font.size = Pt(8)
            fonts = OxmlElement("w:rFonts")
            fonts.set(qn("w:eastAsia"), "宋体")
            run._element.get_or_add_rPr().insert(0, fonts)
    known = paper.core_properties
    known.title, known.subject, known.keywords = storable(prints.register)[:250], export_id, export_id
    known.author, known.last_modified_by, known.comments = "", "", ""
    known.created = known.modified = clock.now().replace(tzinfo=None)
    made = io.BytesIO()
    paper.save(made)
    return made.getvalue()
