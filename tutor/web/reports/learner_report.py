"""My report: what a learner's reliance is, in sentences, and the encounters behind each figure."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from tutor.core.verdicts import Verdict
from tutor.services.reports.learner_report import Entry, LearnerReport, behind
from tutor.services.services import Services
from tutor.web import words
from tutor.web.layout.charts import Rail, outcome_rail, rail
from tutor.web.layout.page_sections import PageRequest, Part
from tutor.web.layout.templating import fill
from tutor.web.reports import report_text
from tutor.web.reports.plots import calibration_plot

FOUR = (Verdict.CORRECTED, Verdict.KEPT_WRONG, Verdict.KEPT_RIGHT, Verdict.MISLED)
OTHERS = (
    *(Verdict.AGREED_RIGHT, Verdict.BOTH_WRONG, Verdict.TALKED_OUT, Verdict.RECOVERED),
    *(Verdict.ALONE_RIGHT, Verdict.ALONE_WRONG),
)


def part(services: Services) -> Part:
    """``/my/?view=report``, narrowed by ``exercise`` or ``assignment``; ``of`` names a figure."""

    def show(ask: PageRequest) -> str:
        here = {k: v for k in ("exercise", "assignment") if (v := ask.here.get(k, ""))}
        report = services.learner_reports.mine(ask.caller, **here)
        base = {"view": "report", **here}
        if ask.here.get("of"):
            entries = behind(report, ask.here["of"])
            return fill("reports/behind.html", **listed(entries, "/my/?" + urlencode(base)))
        return fill(
            "reports/learner_report.html", here=here, **drawn(report, "/my/?" + urlencode(base))
        )

    return Part({"report": show})


def listed(entries: tuple[Entry, ...], back: str, address: str = "") -> dict[str, Any]:
    """The encounters behind a figure, for ``my_behind.html``."""
    return {
        "back": back,
        "rows": [
            {
                "href": address or f"/encounter/?attempt={e.closing.attempt}",
                "title": e.title,
                "number": e.number,
                "verdict": words.verdict_label(e.closing.outcome),
                "good": e.closing.outcome.final_right,
                "rail": outcome_rail(e.closing.outcome),
            }
            for e in entries
        ],
    }


def drawn(report: LearnerReport, here: str) -> dict[str, Any]:
    """A report's charts and sentences; ``here`` is the address that figures open from."""

    def to(figure: str) -> str:
        return f"{here}&{urlencode({'of': figure})}"

    s = report.scores
    return {
        "report": report,
        "to": to,
        "plot": calibration_plot(
            report.before, report.after, lambda when, one: to(f"{when}:{one.low:g}")
        ),
        "calibration": report_text.calibration_says(report.before, report.after, report.nearness),
        "chart_risk": report_text.CHART_RISK.format(who="you"),
        "without_risk": report_text.without_risk(report.before),
        "left_out": report_text.left_out(report.luck),
        "honesty": report_text.honesty(report),
        "next_steps": report_text.next_steps(report),
        "four": [(v, words.VERDICT[v], words.LESSON[v], report.verdicts[v]) for v in FOUR],
        "others": [(v, words.VERDICT[v], report.verdicts[v]) for v in OTHERS if report.verdicts[v]],
        "rair": report_text.rair_says(s["rair"]),
        "rsr": report_text.rsr_says(s["rsr"]),
        "automation_bias": report_text.automation_bias_says(s["automation_bias"]),
        "revision_bias": report_text.revision_bias_says(s["revision_bias"]),
        "agreement": report_text.agreement_says(s["agreement"]),
        "switch": report_text.switch_says(s["switch"]),
        "alone": report_text.alone_says(s["accuracy_unaided"]),
        "weight": report_text.weight_says(report.weight),
        "marks": report_text.marks_say(report),
        "noticing": report_text.noticing_says(report.detection),
        "kinds": [
            (k.kind, report_text.share_says(k.hits), report_text.share_says(k.alarms))
            for k in report.kinds
        ],
        "sets": [(line, _rail(line)) for line in reversed(report.sets)],
    }


def _rail(line: Any) -> Rail | None:
    if line.before is None:
        return None
    return rail(
        [
            ("you was", "before", line.before),
            ("algo", "algorithm", line.algorithm),
            ("you", "after", line.after),
        ]
    )
