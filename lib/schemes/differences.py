"""What two wordings of a scheme say differently, line by line, for people."""

from __future__ import annotations

from lib.i18n import _
from lib.schemes.scheme import PUBLISHED_WORDS, RHYTHM_WORDS, SUBJECT_WORDS, Scheme, plain, rule_words


def differences(before: Scheme, after: Scheme) -> list[str]:
    """Sentences, in the order of the scheme; empty when both say the same."""
    found = [
        _("{what}：{before} → {after}").format(what=what, before=one, after=two)
        for what, one, two in (
            (_("名称"), before.name, after.name),
            (_("考核对象"), _(SUBJECT_WORDS[before.subject]), _(SUBJECT_WORDS[after.subject])),
            (_("周期"), _(RHYTHM_WORDS[before.rhythm]), _(RHYTHM_WORDS[after.rhythm])),
            (_("公布范围"), _(PUBLISHED_WORDS[before.published]), _(PUBLISHED_WORDS[after.published])),
            (_("依据"), before.source, after.source),
            (_("总分"), plain(before.whole), plain(after.whole)),
        )
        if one != two
    ]
    if before.nothing_due is not after.nothing_due:
        found.append(_("无应办事项时的处理办法有改动"))
    if before.grades != after.grades:
        found.append(_("等级划分有改动"))
    if dict(before.quotas) != dict(after.quotas):
        found.append(_("名额有改动"))
    if before.rewards != after.rewards:
        found.append(_("奖励标准有改动"))
    old = {one.key: one for one in before.indicators}
    new = {one.key: one for one in after.indicators}
    found += [_("删去指标“{name}”").format(name=old[key].name) for key in old if key not in new]
    for key, one in new.items():
        if key not in old:
            found.append(_("新增指标“{name}”，{rule}").format(name=one.name, rule=rule_words(one)))
        elif one != old[key]:
            said = (rule_words(old[key]), rule_words(one))
            change = _("{before} → {after}").format(before=said[0], after=said[1])
            other = _("名称、依据、数据来源或小基数界线有改动")
            found.append(
                _("指标“{name}”：{change}").format(
                    name=one.name, change=change if said[0] != said[1] else other
                )
            )
    return found
