"""The OpenAPI document: complete, and consistent with the responses."""

import json
import re
from datetime import timedelta
from itertools import product
from typing import Any

import httpx
import pytest
from pydantic import BaseModel
from starlette.responses import PlainTextResponse

from taskchat_app.api.app import build_api
from taskchat_app.api.mcp import arguments, results
from taskchat_app.domain.attachments.attachments import FILE_MAX_BYTES, MB
from taskchat_app.domain.reminders.reminders import KEPT_FOR
from taskchat_app.domain.restore_period import RESTORABLE_FOR
from taskchat_app.domain.tasks.task_dates import WHOLE_DAY_RINGS
from tests.api.responses import Api, code_of
from tests.conftest import client

ROUTES = """
POST /api/auth/register 201, POST /api/auth/login, POST /api/auth/logout 204, POST /api/auth/logout-all 204
POST /api/auth/password 204, GET /api/auth/me, PATCH /api/auth/me, DELETE /api/auth/me 204, GET /api/auth/settings
POST /api/chatkit/session, POST /api/chatkit, POST /api/assistant
GET /api/tasks, POST /api/tasks 201, GET /api/tasks/{number}, PATCH /api/tasks/{number}
DELETE /api/tasks/{number} 204, POST /api/tasks/{number}/complete, POST /api/tasks/{number}/restore
POST /api/tasks/{number}/move, POST /api/tasks/{number}/copy 201
POST /api/tasks/bulk-complete, POST /api/tasks/bulk-delete, POST /api/tasks/bulk-update
GET /api/tasks/{number}/reminder, PUT /api/tasks/{number}/reminder, DELETE /api/tasks/{number}/reminder 204
POST /api/tasks/{number}/reminder/seen 204, POST /api/tasks/{number}/reminder/snooze, GET /api/reminders
GET /api/activity, POST /api/activity/{change_id}/undo
GET /api/turns/{turn_id}, GET /api/turns/{turn_id}/events
GET /api/plans/{plan_id}, PATCH /api/plans/{plan_id}, POST /api/plans/{plan_id}/apply
POST /api/turns/{turn_id}/stop 204, POST /api/turns/{turn_id}/undo
GET /api/events, GET /api/health, GET /api/export, GET /api/tasks.csv, POST /api/import
POST /api/attachments 201, GET /api/attachments/{attachment_id}
PUT /api/attachments/{attachment_id}, DELETE /api/attachments/{attachment_id} 204
GET /api/tokens, POST /api/tokens 201, DELETE /api/tokens/{token_id}
GET /api/feeds, POST /api/feeds 201, DELETE /api/feeds/{feed_id} 204, GET /api/calendar/{secret}.ics
GET /api/webhooks, POST /api/webhooks 201, DELETE /api/webhooks/{webhook_id} 204
GET /api/webhooks/{webhook_id}/deliveries, POST /api/webhooks/{webhook_id}/test
GET /api/push, POST /api/push 201, GET /api/push/key, DELETE /api/push/{device_id} 204
POST /api/push/{device_id}/test, POST /api/push/ntfy 201, POST /api/push/actions 204
GET /api/messages, GET /api/conversations, PATCH /api/conversations/{thread_id} 204
DELETE /api/conversations/{thread_id} 204, GET /api/conversations/{thread_id}/markdown
POST /api/conversations/{thread_id}/restore 204, POST /api/conversations/{thread_id}/read 204
"""
FIELDS = """
ActionBody: token action, ActivityBody: changes next, AnswerBody: answer changes conversation needs,
AppliedBody: numbers turn_id,
BulkChanges: numbers filter due_at start_at priority recurrence reminder parent_number add_tags remove_tags,
ChangeBody: id at actor action task before after thread_id turn_id token, ChangeTokenBody: id name,
ChangedTaskBody: number parent_number steps title description priority tags due_at all_day due_words due_readings
start_at recurrence reminder completed_at created_at updated_at overdue due_meaning_offered,
ChatSecretBody: client_secret expires_at, Completion: completed, ConflictBody: number reason,
ConversationBody: id title created_at updated_at unread, ConversationsBody: conversations next unread,
Copying: due_at title, CountsBody: open done overdue, CreatedTokenBody: id token,
CreatedWebhookBody: id url events created_at state disabled_at next_at secret, Credentials: email password,
Deletion: password, DeliveriesBody: deliveries,
DeliveryBody: delivered status error milliseconds id message_id event task attempt at,
DeviceBody: id device kind topic created_at, DevicesBody: devices, DueReadingBody: due_at all_day meaning,
FeedBody: id view as url created_at last_read_at, FeedsBody: feeds,
Filter: status priority tag due_before due_after begun q, FoundBody: thread_id title item_id by at snippet,
HealthBody: status database assistant version failing,
ImportBody: created conversations settings skipped notes turn_id tasks, KeyBody: key, KeysBody: p256dh auth,
LineBody: key title due parent_key included, LinesBody: lines, LoginBody: user token expires_at, MeBody: user quota,
MessagesBody: messages next, Move: after before, NewFeedBody: view as,
NewPassword: current_password new_password end_access,
NewPreferences: timezone language week_start clock date_order due_meanings,
NewTask: title description priority tags due_at start_at recurrence reminder parent_number, NewTitle: title,
NewTokenBody: name scopes expires_at, NewWebhookBody: url events, NumbersBody: numbers,
OutcomeBody: delivered status error milliseconds, PageBody: tasks next counts, PieceBody: text match,
PlanBody: id title lines applied numbers turn_id,
PreviewBody: line number title priority tags due_at all_day recurrence completed_at, QuestionBody: text conversation,
QuotaBody: limit used resets_at, Registration: email password timezone, RemarkBody: line reason,
ReminderBody: number title due_at before remind_at, ReminderChoice: before, RemindersBody: coming rang,
RungBody: number title due_at rang_at, Selection: numbers filter,
SettingsBody: timezone language week_start clock date_order due_meanings, Snooze: minutes, StepsBody: open done,
SubscriptionBody: endpoint keys device,
TaskBody: number parent_number steps title description priority tags due_at all_day due_words due_readings start_at
recurrence reminder completed_at created_at updated_at overdue,
TaskChanges: title description priority tags due_at due_reading start_at recurrence reminder parent_number,
TokenBody: id name scopes created_at expires_at last_used_at revoked_at changes, TokensBody: tokens,
TopicBody: url topic device, TurnBody: turn_id thread_id status receipt changes, UndoBody: undone conflicts,
UserBody: id email timezone, WebhookBody: id url events created_at state disabled_at next_at, WebhooksBody: webhooks,
POST /api/auth/logout-all: end_access,
GET /api/tasks: status priority tag due_before due_after begun q sort order limit cursor,
GET /api/messages: q cursor limit, GET /api/conversations: cursor limit, GET /api/activity: task turn cursor limit,
GET /api/events: last_event_id last-event-id, DELETE /api/tokens/{token_id}: roll_back, POST /api/attachments: name,
PUT /api/attachments/{attachment_id}: signature, GET /api/attachments/{attachment_id}: preview signature,
DELETE /api/attachments/{attachment_id}: unsent,
GET /api/tasks.csv: status priority tag due_before due_after begun q sort order limit,
POST /api/import: format dry_run,
MCP NewTask: title description due_date start_date priority tags recurrence reminder parent_id copy_of,
MCP ChangedTask: task_id title description due_date start_date priority tags recurrence reminder parent_id clear
due_reading, MCP AddTasks: tasks, MCP UpdateTasks: tasks,
MCP FindTasks: status priority tag due_before due_after search sort limit cursor,
MCP CompleteTasks: task_ids completed, MCP DeleteTasks: task_ids status, MCP Undo: what call_id,
MCP WhatChanged: task_id call_id limit cursor, MCP Search: query, MCP Fetch: id, MCP Result: message,
MCP Task: number parent_id steps title description priority tags due due_in_words all_day due_words due_readings
begins begins_in_words recurrence rings done completed overdue url, MCP Line: index number outcome reason,
MCP Written: message status call_id results tasks confirm_url, MCP Found: message tasks next_cursor open done overdue,
MCP Conflict: number reason, MCP Undone: message undone conflicts,
MCP LoggedChange: id at actor token action number title call_id, MCP Changes: message changes next_cursor,
MCP Hit: id title url, MCP Document: id title text url metadata, MCP Hits: results
"""
"""Of every body, query and result of MCP."""
NOT_REPEATABLE = {*"auth attachments tokens feeds webhooks push import".split()}
"""Routes that take no Idempotency-Key."""
MCP = arguments.__name__.removesuffix("arguments")
OPEN_TO_ALL = {("POST", "/api/auth/register"), ("POST", "/api/auth/login"), ("GET", "/api/health")}
OPEN_TO_ALL |= {("GET", "/api/calendar/{secret}.ics"), ("POST", "/api/push/actions")}

ODD_PATHS = """
/api/%00 /api/%0a /api/tasks/%0a /api/tasks%0a /api/tasks/1%0a /api/x%0ay /api/health%0a /api/%7f /api/%c2%85
/api/activity/%00/undo /api/turns/%01 /auth/login%0a /api%0a
""".split()

DOCUMENT: dict[str, Any] = build_api().openapi()
DESCRIBED: dict[str, dict[str, Any]] = DOCUMENT["paths"]
OPERATIONS = {(method.upper(), path): about for path, methods in DESCRIBED.items() for method, about in methods.items()}


def test_the_openapi_document_lists_exactly_the_routes_and_statuses_of_the_contract():
    promised = {(*route.split(), "200")[:3] for route in re.split("[,\n]", ROUTES) if route}
    assert promised == {(*route, min(about["responses"])) for route, about in OPERATIONS.items()}


def test_bodies_queries_and_results_have_exactly_the_fields_of_the_contract():
    schemas = DOCUMENT["components"]["schemas"].items()
    found = {name: list(schema["properties"]) for name, schema in schemas if "properties" in schema}
    wrong: list[str] = []
    for (method, path), about in OPERATIONS.items():
        names = [one["name"] for one in about.get("parameters", []) if one["in"] != "path"]
        is_repeatable = method != "GET" and path.split("/")[2] not in NOT_REPEATABLE
        if is_repeatable != ("Idempotency-Key" in names):
            wrong.append(f"{method} {path}: Idempotency-Key")
        found[f"{method} {path}"] = [name for name in names if name != "Idempotency-Key"]
    for name, kind in (*vars(arguments).items(), *vars(results).items()):
        if isinstance(kind, type) and issubclass(kind, BaseModel) and kind.__module__.startswith(MCP):
            found[f"MCP {name}"] = list(kind.model_fields)
    promised = {name: names.split() for name, names in (one.split(": ") for one in re.split(r",\s", FIELDS.strip()))}
    found = {name: names for name, names in found.items() if names or name in promised}
    for name in sorted({*promised, *found}):
        old, new = {*promised.get(name, ())}, {*found.get(name, ())}
        wrong += [f"{name} lacks {field}" for field in old - new] + [f"{name} has {field}" for field in new - old]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        (r"(?:restored? for|of the last|in the last) (\d+) days", RESTORABLE_FOR.days),
        (r"of the last (\d+) hours", KEPT_FOR // timedelta(hours=1)),
        (r"up to (\d+) MB", FILE_MAX_BYTES // MB),
        (r"counts as (\d\d:\d\d) of its day", WHOLE_DAY_RINGS.isoformat("minutes")),
    ],
)
def test_descriptions_name_the_limits_that_the_code_has(pattern: str, value: int | str):
    assert set(re.findall(pattern, json.dumps(DOCUMENT))) == {str(value)}


async def test_without_a_login_every_route_is_401_even_for_an_invalid_request(anonymous: Api):
    for (method, path), number in product(sorted(set(OPERATIONS) - OPEN_TO_ALL), ("1", "99999999999999999999999")):
        answer = await anonymous.request(method, re.sub(r"\{\w+\}", number, path))
        named = (answer.headers["content-type"], answer.headers.get("www-authenticate"))
        assert (answer.status_code, *named) == (401, "application/problem+json", "Bearer"), (method, path)


def test_every_route_has_a_description_problems_and_credentials_and_events_are_a_stream():
    for route, about in OPERATIONS.items():
        assert about.get("description"), route
        assert "application/problem+json" in about["responses"]["4XX"]["content"], route
        assert (route in OPEN_TO_ALL) == ("security" not in about), route
    assert list(OPERATIONS["GET", "/api/events"]["responses"]["200"]["content"]) == ["text/event-stream"]
    assert not [name for name in DOCUMENT["components"]["schemas"] if "__" in name], "named by its module"


ABSURD = f"1 0 -1 {2**31} {2**61 + 1} {2**63} {10**20} {10**30} {'9' * 5000} x 1.5 %00 %F0%9F%8E%89 1e3".split()


async def test_a_number_without_a_task_is_404_in_every_route(api: Api):
    numbered = [one for one in sorted(OPERATIONS) if "number}" in one[1]]
    for (method, path), number in product(numbered, ABSURD):
        body = {"before": "none"} if method == "PUT" else {"after": None} if path.endswith("move") else {}
        assert code_of(await api.request(method, path.format(number=number), json=body)) == (404, "not_found")
    assert (await api.get("/api/activity")).json()["changes"] == []


async def test_a_path_with_a_control_character_is_a_404_problem():
    app = build_api()
    app.mount("", PlainTextResponse("Not Found", 404))  # as Reflex is: it answers all other requests
    async with client(httpx.ASGITransport(app)) as anonymous:
        for path, method in product(ODD_PATHS, ("GET", "POST", "DELETE")):
            assert code_of(await anonymous.request(method, path))[0] == 404, (method, path)


async def test_a_filter_and_an_edit_of_many_tasks_take_as_many_tags_as_the_document_says(api: Api):
    described = next(one for one in DESCRIBED["/api/tasks"]["get"]["parameters"] if one["name"] == "tag")
    most = described["schema"]["maxItems"]
    assert (await api.get("/api/tasks", params={"tag": ["home"] * most})).status_code == 200
    assert (await api.get("/api/tasks", params={"tag": ["home"] * (most + 1)})).status_code == 422
    for field in ("add_tags", "remove_tags"):
        most = DOCUMENT["components"]["schemas"]["BulkChanges"]["properties"][field]["maxItems"]
        tags = [f"tag {number}" for number in range(most + 1)]
        path, nothing = "/api/tasks/bulk-update", {"numbers": list[int]()}
        assert (await api.post(path, json=nothing | {field: tags[:most]})).status_code == 200
        refused = await api.post(path, json=nothing | {field: tags})
        assert (refused.status_code, refused.json()["field"]) == (422, field)
        assert f"Keep {most} or fewer" in refused.json()["detail"]
