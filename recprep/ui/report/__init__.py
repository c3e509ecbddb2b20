"""Documents to read, print or hand on: the report, and the sheet for the morning of the interview."""

from recprep.ui.report.documents import report, sheet, write_report, write_sheet

__all__ = ["report", "sheet", "write_report", "write_sheet"]
