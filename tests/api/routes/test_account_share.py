"""One account's share of the disk: refused beyond it, freed by deleting, shown in Settings."""

from collections.abc import Callable, Iterator

import pytest
from sqlmodel import col, select, update

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.limits import account_bytes
from taskchat_app.domain.limits.account_bytes import count_bytes, share_text, size_text
from taskchat_app.domain.retention import delete_expired
from taskchat_app.domain.storage.database import transaction
from taskchat_app.domain.storage.models import User
from taskchat_app.i18n.catalogue import render
from tests.api.responses import Api, code_of
from tests.chatting import Chat, message, write
from tests.statements import sent_statements

MB = account_bytes.MB
SetLimit = Callable[[int], None]


@pytest.fixture
def set_limit(monkeypatch: pytest.MonkeyPatch) -> Iterator[SetLimit]:
    """Set ACCOUNT_BYTES; a refusal is counted again each time."""
    monkeypatch.setattr(account_bytes, "REFUSAL_SECONDS", 0)
    yield lambda most: monkeypatch.setattr(account_bytes, "max_bytes", lambda: most)
    account_bytes._refused.clear()


async def stored_and_counted(person: Person) -> tuple[int, int]:
    """Return the running count, and what is counted anew."""
    async with transaction(person.id) as session:
        stored = (await session.exec(select(User.stored_bytes).where(User.id == person.id))).one()
        return stored, await count_bytes(session, person.id)


async def test_a_full_account_adds_nothing_and_may_read_and_delete(api: Api, set_limit: SetLimit, offline: None):
    thread_id = (await Chat(api).send("add Buy milk")).thread_id
    set_limit(100)
    with sent_statements() as sent:
        imported = await api.post("/api/import?format=csv", content=b"title\nBuy bread\n")
    assert any("pg_column_size" in statement for statement in sent)
    assert [statement for statement in sent if "INSERT INTO tasks" in " ".join(statement.split())] == []
    refused = [
        imported,
        await api.post("/api/tasks", json={"title": "Buy bread"}),
        await api.patch("/api/tasks/1", json={"title": "Buy bread"}),
        await api.post("/api/chatkit", json=message("add bread")),
    ]
    assert [code_of(answer) for answer in refused] == [(507, "account_full")] * 4
    assert "1 MB" in refused[0].json()["detail"]
    assert [task["title"] for task in (await api.get("/api/tasks")).json()["tasks"]] == ["Buy milk"]
    assert (await api.post(f"/api/conversations/{thread_id}/read")).status_code == 204
    assert (await api.delete("/api/tasks/1")).status_code == 204


async def test_deleted_conversations_have_another_share(chat: Chat, person: Person, set_limit: SetLimit, offline: None):
    thread_id = (await chat.send("add Buy milk")).thread_id
    await chat.request("threads.delete", thread_id=thread_id)
    counted: list[int] = []
    for most in (200, 100):
        set_limit(most)
        counted.append((await stored_and_counted(person))[1])
    assert counted[1] - counted[0] == 100


async def test_an_account_that_only_seems_full_is_counted_again(api: Api, person: Person, set_limit: SetLimit):
    await api.post("/api/tasks", json={"title": "Buy milk"})
    await write(update(User).where(col(User.id) == person.id).values(stored_bytes=5 * MB))
    set_limit(4 * MB)
    assert (await api.post("/api/tasks", json={"title": "Buy bread"})).status_code == 201
    assert max(await stored_and_counted(person)) < 10_000


async def test_a_full_account_is_counted_again_at_once_after_a_deletion_alone(
    api: Api, set_limit: SetLimit, monkeypatch: pytest.MonkeyPatch, offline: None
):
    thread_id = (await Chat(api).send("add Buy milk")).thread_id
    file = (await api.post("/api/attachments", files={"file": ("list.txt", b"milk")})).json()
    set_limit(100)
    monkeypatch.setattr(account_bytes, "REFUSAL_SECONDS", 600)
    counts: list[bool] = []
    deleted = ("/api/tasks/0", "/api/tasks/0", f"/api/conversations/{thread_id}", f"/api/attachments/{file['id']}")
    for path in deleted:
        await api.delete(path)
        with sent_statements() as sent:
            assert code_of(await api.post("/api/tasks", json={"title": "Buy bread"})) == (507, "account_full")
        counts.append(any("WITH sizes AS" in statement for statement in sent))
    assert counts == [True, False, True, True]


async def test_the_running_count_is_about_what_is_stored(api: Api, chat: Chat, person: Person):
    for number in range(1, 21):
        await api.post("/api/tasks", json={"title": f"Task {number}", "description": "words " * 100})
    await api.patch("/api/tasks/1", json={"priority": "high"})
    for _ in range(5):
        await chat.send("what is open?")
    stored, counted = await stored_and_counted(person)
    assert counted / 2 < stored < counted * 2
    assert (await api.get("/api/auth/me")).status_code == 200


@pytest.mark.changes_all_users
async def test_an_account_that_was_never_counted_is_counted_in_the_background(api: Api, person: Person):
    await api.post("/api/tasks", json={"title": "Buy milk"})
    await write(update(User).where(col(User.id) == person.id).values(stored_bytes=0, counted_at=None))
    await delete_expired()
    stored, counted = await stored_and_counted(person)
    assert 0 < stored == counted


def test_a_size_is_told_in_whole_mb_or_gb_also_in_settings():
    sizes = {0: "0 MB", 1: "1 MB", 12 * MB: "12 MB", 1024 * MB: "1 GB", 1536 * MB: "1,536 MB"}
    assert {size: render(size_text(size), "en") for size in sizes} == sizes
    assert [render(share_text(size), "en") for size in sizes] == [f"{said} of 1 GB used." for said in sizes.values()]
