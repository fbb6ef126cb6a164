"""Reports, and the live picture of queues and operators."""

from __future__ import annotations

from typing import Final

from aiohttp import web

from gateway.api.call import Call, Route
from inbox.foundation.problems import not_found
from inbox.reports.columns import as_csv
from inbox.reports.live import live_report
from inbox.reports.report_models import Format, LiveReport, Report, ReportName, ReportQuery
from inbox.reports.reporting import make_report


async def show_live(call: Call[None, None]) -> LiveReport:
    """Show queues and operators as they are now: those that the caller sees. `queue.updated` and `operator.status`
    keep it up to date.
    """
    async with call.parts.http.searches.turn(call.workspace_id):
        return await live_report(call.database, call.caller, now=call.now)


async def show_report(call: Call[None, ReportQuery]) -> Report | web.Response:
    """Show a report as JSON, or with `format=csv` as CSV, in half hours of the span.

    `conversations`: opened, closed, transfers · `waiting`: until the first operator · `first_answer` · `handling`:
    from the first operator to the close · `closes`: by reason · `transfers`: given and received · `targets`: answers in
    time and late. For managers and above; supervisors get those by queue
    and by operator, of their own.
    """
    name = next((name for name in ReportName if name.value == call.path["name"]), None)
    if name is None:
        raise not_found("report")
    async with call.parts.http.searches.turn(call.workspace_id):
        report = await make_report(call.database, call.caller, name, call.query, now=call.now)
    if call.query.format is Format.JSON:
        return report
    headers = {"Content-Disposition": f'attachment; filename="{name.value}.csv"'}
    table = as_csv(report, is_masked=call.caller.is_masked)
    return web.Response(text=table, content_type="text/csv", charset="utf-8", headers=headers)


ROUTES: Final[tuple[Route, ...]] = (
    Route(
        method="GET",
        path="/reports/live",
        handler=show_live,
        summary="Show queues and operators now",
        tag="Reports",
        response=LiveReport,
        problems=("too_broad", "too_many_requests"),
    ),
    Route(
        method="GET",
        path="/reports/{name}",
        handler=show_report,
        summary="Show a report",
        tag="Reports",
        query=ReportQuery,
        response=Report,
        answer_types=("text/csv",),
        problems=("forbidden", "too_broad", "too_many_requests"),
    ),
)
