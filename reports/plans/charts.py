"""The charts of plans: how the bodies stand (desk), how far the parts of a plan are (citizens). Pure."""

from collections.abc import Sequence

from catalog.charts import MOST_PLOTTED, Bars, Measure, Plot, TableRow, lying
from reports.plans.selectors import PublicTask, Standing
from reports.plans.states import TaskState

NO_SECTION = "其他任务"


def standing_plot(rows: Sequence[Standing]) -> Plot:
    """已办结、推进中、超期 of the bodies that lead, drawn from the table of the page; one body alone is told in words."""
    done, late = sum(row.done for row in rows), sum(row.late for row in rows)
    total = sum(row.total for row in rows)
    words = f"共 {total} 项任务，已办结 {done} 项，{f'超期 {late} 项' if late else '没有超期'}"
    note = f"图中为任务最多的 {MOST_PLOTTED} 个机关，全部机关见下表。" if len(rows) > MOST_PLOTTED else ""
    columns = "1 2 3" if len(rows) > 1 else ""
    return Plot("stacked", words, columns=columns, tones=("good", "main", "late"), note=note)


def sections_chart(tasks: Sequence[PublicTask]) -> Bars:
    """各板块进展: for each part of the plan how many of its tasks are done and how far all of them are on average."""
    sections: dict[str, list[PublicTask]] = {}
    for row in tasks:
        sections.setdefault(row.task.section or NO_SECTION, []).append(row)
    shares = {name: sum(row.share for row in rows) // len(rows) for name, rows in sections.items()}
    done = {name: sum(row.task.state == TaskState.CONFIRMED for row in rows) for name, rows in sections.items()}
    lines = [TableRow(name, (f"{done[name]} / {len(rows)}", f"{shares[name]}%")) for name, rows in sections.items()]
    chart = Bars(
        title=_finding(len(tasks), sum(done.values())),
        columns=("板块", "已办结", "平均完成"),
        rows=lines,
        note="已办结一栏是办结的项数和任务总数。完成比例由牵头机关填报；新闻发布按已举办的场次计算。",
    )
    return lying(chart, [Measure(name, share) for name, share in shares.items()], whole=100, unit="%")


def _finding(total: int, done: int) -> str:
    if done == total:
        return f"{total} 项任务全部办结"
    return f"{total} 项任务已办结 {done} 项" if done else f"{total} 项任务正在推进，还没有办结的"
