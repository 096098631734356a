"""Time to count tables three and four of an annual report, one body and a whole city. Prints a Markdown table.

    DATABASE_URL=… DATA_DIR=… python bench/annual_report.py [--many 1000000]

Fills the database as `bench/requests_year.py` does unless it is filled. Median of five; seconds. Target: a consolidated
report of 60 departments and 14,069 applications of each in 5 s.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.requests_year import prepare, wanted

# isort: split
from django.utils import timezone

from accounts.models import Department
from reports.annual.building import bodies_of, figures_of
from requests_app.models import InformationRequest

TIMES = 5


def seconds(department: Department, year: int, *, is_consolidated: bool) -> tuple[float, int]:
    """(median, applications received or carried over in the year)."""
    spent, count = [], 0
    for _ in range(TIMES):
        begun = time.perf_counter()
        table = figures_of(department, year, is_consolidated=is_consolidated).table3
        spent.append(time.perf_counter() - begun)
        count = table["new_received"]["total"] + table["carried_over"]["total"]
    return statistics.median(spent), count


def main() -> None:
    """Fill, measure, print."""
    prepare(wanted(argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)))
    print(f"\n{InformationRequest.objects.count():,} applications\n\n| report | applications | s |\n|---|--:|--:|")
    year = timezone.localdate().year - 1
    for code, is_consolidated in (("jyj", False), ("szf", True)):
        department = Department.objects.get(code=code)
        bodies = len(bodies_of(department, is_consolidated=is_consolidated))
        median, count = seconds(department, year, is_consolidated=is_consolidated)
        print(f"| {bodies} bodies of {year} | {count:,} | {median:.2f} |")


if __name__ == "__main__":
    main()
