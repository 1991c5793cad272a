"""The rows of a Synthea CSV export: which columns are wanted, and what stands for a header."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from tutor.content.csv_reader import Problems, Table
from tutor.errors import BadFile

WHERE = (
    "Synthea writes it with exporter.csv.export = true; it is described at "
    "https://github.com/synthetichealth/synthea/wiki/CSV-File-Data-Dictionary."
)
COLUMNS = {
    "patients.csv": ("id", "birthdate", "gender"),
    "encounters.csv": ("id", "start", "patient"),
    "conditions.csv": ("start", "patient", "code", "description"),
    "observations.csv": ("date", "patient", "code", "description", "value", "units", "type"),
}
# Its header lines, which it leaves out in append mode; older versions lack some columns.
HEADERS = {
    "patients.csv": (
        "id,birthdate,deathdate,ssn,drivers,passport,prefix,first,middle,last,suffix,maiden,"
        "marital,race,ethnicity,gender,birthplace,address,city,state,county,fips,zip,lat,lon,"
        "healthcare_expenses,healthcare_coverage,income"
    ),
    "encounters.csv": (
        "id,start,stop,patient,organization,provider,payer,encounterclass,code,description,"
        "base_encounter_cost,total_claim_cost,payer_coverage,reasoncode,reasondescription"
    ),
    "conditions.csv": "start,stop,patient,encounter,system,code,description",
    "observations.csv": "date,patient,encounter,category,code,description,value,units,type",
}
LATER = ("middle", "income", "fips", "system", "category")  # added over the years, the last first


def wanted_rows(table: Table, name: str, problems: Problems) -> Iterator[tuple[int, list[str]]]:
    """The wanted cells of each row; columns that are not wanted are left alone."""
    columns, wanted, rows = table.columns, COLUMNS[name], table.rows
    if not {*wanted} & {*columns}:
        columns = _columns_of(len(columns), name, table.name)
        rows = chain([(table.header_line, list(table.header))], rows)
    missing = [column.upper() for column in wanted if column not in columns]
    if missing:
        raise BadFile(f"{table.name} has no column {', '.join(missing)}. {WHERE}")
    places = [columns.index(column) for column in wanted]
    width, header = len(columns), tuple(table.header)
    for line, row in rows:
        if len(row) != width:
            problems.add(line, f"this row has {len(row)} cells; the header has {width}.")
        elif row[0] != header[0] or tuple(row) != header or columns is not table.columns:
            yield line, [row[at] for at in places]


def _columns_of(width: int, name: str, file: str) -> tuple[str, ...]:
    """The columns of a table without a header line, which only append mode leaves out."""
    columns = HEADERS[name].split(",")
    for later in LATER:
        if len(columns) > width and later in columns:
            columns.remove(later)
    if len(columns) != width:
        raise BadFile(
            f"The first line of {file} is no header, and it has {width} cells where Synthea writes "
            f"{len(HEADERS[name].split(','))}. Synthea leaves the header out in append mode: set "
            f"exporter.csv.append_mode = false and export again. {WHERE}"
        )
    return tuple(columns)
