"""Reads lists of a running server with two generated clients, and its calendars with a parser that is not ours.

`read_lists.py ADDRESS TOKEN FOLDER`: FOLDER holds the packages `minutebook_client` (openapi-python-client) and
`minutebook_generated` (openapi-generator).
"""

import sys
import urllib.request

address, token, folder = sys.argv[1:]
sys.path.insert(0, folder)

import icalendar
from minutebook_client import AuthenticatedClient, Client
from minutebook_client.api.reading import list_actions, list_decisions, list_events, list_meetings
import minutebook_generated
from minutebook_generated.api.reading_api import ReadingApi


def check(what, found, expected):
    if found != expected:
        sys.exit(f"{what}: {found!r}, and not {expected!r}")


anonymous = Client(base_url=address, raise_on_unexpected_status=True)
cleared = AuthenticatedClient(base_url=address, token=token, raise_on_unexpected_status=True)
configuration = minutebook_generated.Configuration(host=address, access_token=token)
generated = ReadingApi(minutebook_generated.ApiClient(configuration))
for client, least in ((anonymous, 0), (cleared, 1)):
    actions = list_actions.sync(client=client, all_=True)
    if actions.total < least:
        sys.exit(f"only {actions.total} actions were read")
theirs = generated.list_actions(all=True)
check("total", theirs.total, actions.total)
check("actions", [row.reference for row in theirs.actions], [row.reference for row in actions.actions])
for name, list_of in (("meetings", list_meetings), ("decisions", list_decisions), ("events", list_events)):
    rows = getattr(list_of.sync(client=cleared), name)
    check(name, len(getattr(getattr(generated, f"list_{name}")(), name)), len(rows))
    if not rows:
        sys.exit(f"no {name} were read")

for path, kind in (("meetings?", "VEVENT"), ("actions?all=true&", "VTODO"), ("actions?all=true&as=events&", "VEVENT")):
    request = urllib.request.Request(f"{address}/api/v1/{path}format=ics", headers={"Authorization": f"Bearer {token}"})
    calendar = icalendar.Calendar.from_ical(urllib.request.urlopen(request).read())
    entries = calendar.walk(kind)
    if not entries:
        sys.exit(f"{path}: no {kind}")
    for entry in entries:
        check(f"{path} errors", entry.errors, [])
        if not {"UID", "DTSTAMP", "SEQUENCE", "LAST-MODIFIED", "SUMMARY"} <= set(entry):
            sys.exit(f"{path}: {sorted(entry)}")
