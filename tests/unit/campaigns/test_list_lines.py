"""No line of a list is lost, and nothing of one row gets into another, whatever marks and line ends it has."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.foundation.problems import ProblemError
from templates_hsm.campaigns.audience.audience_csv import AudienceFile, CsvRow, RefusedRow, encoding_of
from templates_hsm.campaigns.audience.list_lines import BROKEN, MAX_LINE_CHARS, MAX_SPAN_LINES, SPANS

PHONE = 4915120000000
ENDS = st.sampled_from(["\n", "\r\n"])


def read(text: str) -> tuple[AudienceFile, list[CsvRow | RefusedRow]]:
    file = AudienceFile(io.StringIO(text, newline=""), None)
    return file, list(file.rows())


def good(found: Sequence[CsvRow | RefusedRow]) -> list[tuple[int, list[str]]]:
    return [(row.line, row.values) for row in found if isinstance(row, CsvRow)]


def bad(found: Sequence[CsvRow | RefusedRow]) -> list[tuple[int, str]]:
    return [(error.line, error.reason) for error in found if isinstance(error, RefusedRow)]


def test_stray_mark_hides_nobody_and_tells_nobody_of_others() -> None:
    names = ["Name0", "Name1", '"Name2', "Name3", "Name4", 'Name5"', "Name6", "Name7"]
    lines = [f"+{PHONE + n},{name}" for n, name in enumerate(names)]
    file, found = read("\n".join(["phone,name", *lines]) + "\n")
    assert good(found) == [(2, ["Name0"]), (3, ["Name1"]), (8, ["Name6"]), (9, ["Name7"])]
    assert bad(found) == [(line, SPANS) for line in (4, 5, 6, 7)]
    assert (file.lines, file.joined) == (8, 0)


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        pytest.param(['+1,"Ann', "+2,Bob"], 2, id="never closed"),
        pytest.param(["+1,Ann", '+2,"Bob', '+3,"Eve"'], 3, id="closed by the mark that should open the next"),
        pytest.param(['+1,"Ann"x"', "+2,Bob"], 2, id="odd number of marks"),
        pytest.param(["+1,Ann", '+2,"' + "x" * MAX_LINE_CHARS], 3, id="endless line"),
        pytest.param(["+1,Ann", '+2,"' + "\n" * MAX_SPAN_LINES + '"'], 3, id="more lines than a cell can have"),
        pytest.param(["+1,A\0"], 2, id="NUL"),
        pytest.param(["sep=;", "+1"], None, id="sep= below the heading is a row"),
    ],
)
def test_list_whose_marks_can_not_be_trusted_is_refused_by_line(rows: list[str], line: int | None) -> None:
    text = "\n".join(["phone,name", *rows])
    if line is None:
        assert len(bad(read(text)[1])) == len(rows)
        return
    with pytest.raises(ProblemError) as refused:
        read(text)
    assert refused.value.detail.startswith(f"Line {line}:")


@pytest.mark.parametrize(
    ("row", "values"),
    [
        pytest.param('"Main Street 5\nBerlin"', ["Main Street 5\nBerlin"], id="cell with a line break"),
        pytest.param('"Ann ""Annie"" Lee"', ['Ann "Annie" Lee'], id="doubled marks"),
        pytest.param('5" pipe', ['5" pipe'], id="mark within a bare cell"),
        pytest.param('"a,b" ', ["a,b"], id="space after the mark"),
        pytest.param('""', [""], id="empty marks"),
        pytest.param('"one\n\ntwo"', ["one\n\ntwo"], id="blank line in a cell"),
        pytest.param('"Main Street 5\nBerlin, Germany"', None, id="a line that may be a row"),
        pytest.param('"call\n+49 151 2000 0009"', None, id="a line with a phone number"),
        pytest.param('"one\ntwo",x', None, id="more values than headings"),
        pytest.param('"Ann "Annie" Lee"', None, id="marks within marks"),
    ],
)
def test_quoted_cells(row: str, values: list[str] | None) -> None:
    file, found = read(f"phone,name\n+{PHONE},{row}\n+{PHONE + 1},Eve\n")
    assert [cells for _, cells in good(found)] == [*([values] if values is not None else []), ["Eve"]]
    assert len(found) + file.joined == file.lines
    assert {reason for _, reason in bad(found)} <= {SPANS, BROKEN}


CELLS = st.text(st.sampled_from('ab ",;|\t\n\r1'), max_size=8)


@settings(deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS), max_size=12), st.sampled_from(",;\t|"), ENDS)
def test_what_a_good_writer_wrote_is_read_or_left_out_whole(
    rows: list[tuple[str, str]], delimiter: str, end: str
) -> None:
    text = io.StringIO()
    quoting = csv.QUOTE_ALL if end == "\n" else csv.QUOTE_MINIMAL  # this writer leaves a lone \r bare otherwise
    writer = csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting)
    writer.writerow(["phone", "a", "b"])
    writer.writerows([f"+{PHONE + n}", *cells] for n, cells in enumerate(rows))
    file, found = read(text.getvalue())
    written = {f"{PHONE + n}": [_unified(cell) for cell in cells] for n, cells in enumerate(rows)}
    taken = {row.phone: [_unified(value) for value in row.values] for row in found if isinstance(row, CsvRow)}
    assert taken.items() <= written.items()
    assert {phone for phone, cells in written.items() if not any("\n" in cell for cell in cells)} <= set(taken)
    assert len(found) + file.joined == file.lines


@settings(deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(["", '"', '""', " ", '",', ",", "x"]), min_size=4, max_size=4), min_size=1, max_size=9
    ),
    ENDS,
    st.booleans(),
)
def test_nothing_of_one_row_is_in_anothers(marks: list[list[str]], end: str, last_end: bool) -> None:
    rows = [f"{a}+{PHONE + n}{b},{c}own{n}{d},x" for n, (a, b, c, d) in enumerate(marks)]
    try:
        file, found = read(end.join(["phone,name,more", *rows]) + (end if last_end else ""))
    except ProblemError:
        return
    for row in found:
        if isinstance(row, CsvRow):
            own = int(row.phone) - PHONE
            others = {f"own{n}" for n in range(len(rows))} - {f"own{own}"}
            assert not [one for one in others for value in row.values if one in value]
    assert len(found) + file.joined == file.lines == len(rows)


@settings(deadline=None)
@given(st.lists(st.text(max_size=30), max_size=8), ENDS)
def test_every_line_is_accounted_for(lines: list[str], end: str) -> None:
    text = end.join(["phone,a", *(line.replace("\0", "") for line in lines)])
    try:
        file, found = read(text)
    except ProblemError:
        return
    physical = list(io.StringIO(text, newline=""))[1:]
    assert len(found) + file.joined == file.lines == sum(bool(line.rstrip("\r\n")) for line in physical)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("heading", ["sep=;\r\nphone;name", '"sep=;"\r\nphone;name', "Phone;Name", '"a, b, c";phone'])
def test_what_spreadsheets_write(encoding: str, heading: str) -> None:
    row = f"Zoë, X;+{PHONE}" if heading.startswith('"a') else f"+{PHONE};Zoë, X"
    encoded = f"{heading}\r\n{row}\r\n".encode(encoding)
    text = io.TextIOWrapper(io.BytesIO(encoded), encoding=encoding_of(encoded), newline="")
    file = AudienceFile(text, None)
    assert [(row.phone, row.values) for row in file.rows() if isinstance(row, CsvRow)] == [(str(PHONE), ["Zoë, X"])]


def _unified(value: str) -> str:
    """Line ends of a cell are all the same: a message has none of them."""
    return value.replace("\r\n", "\n").replace("\r", "\n")
