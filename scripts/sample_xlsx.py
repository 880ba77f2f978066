#!/usr/bin/env python3
"""Makes sample/actions.xlsx from sample/actions.csv: the action log as a secretary keeps it in a workbook.

The workbook has a sheet of open and a sheet of closed actions, cells with dates, and a styled, frozen header. Needs
openpyxl.
"""

import csv
import datetime
import pathlib

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "sample"
CLOSED = {"Complete", "Withdrawn", "Superseded"}
DATES = {"Date raised", "Due date", "Date closed"}
WIDTHS = {"Action": 60, "Update": 50, "Owner": 20}

with open(FOLDER / "actions.csv", newline="", encoding="utf-8") as log:
    rows = list(csv.DictReader(log))

workbook = Workbook()
workbook.remove(workbook.active)
for title, closed in (("Open", False), ("Closed", True)):
    sheet = workbook.create_sheet(title)
    header = list(rows[0])
    sheet.append(header)
    for cell in sheet[1]:
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = PatternFill("solid", fgColor="1F3864")
    for row in rows:
        if (row["Status"] in CLOSED) is not closed:
            continue
        dated = lambda name, text: datetime.datetime.strptime(text, "%d/%m/%Y") if name in DATES and text else text or None
        sheet.append([dated(name, row[name]) for name in header])
    for column, name in zip(sheet.columns, header):
        sheet.column_dimensions[column[0].column_letter].width = WIDTHS.get(name, 14)
        for cell in column[1:]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if name in DATES:
                cell.number_format = "DD/MM/YYYY"
    sheet.freeze_panes = "B2"
workbook.save(FOLDER / "actions.xlsx")
