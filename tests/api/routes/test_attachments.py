"""Attachments over HTTP and the ChatKit protocol: uploads, refusals, signed addresses, their message's life."""

import random
import string
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import httpx
import pytest
from chatkit.types import Attachment
from pydantic import TypeAdapter
from sqlalchemy import func
from sqlmodel import col, select, update

from taskchat_app.api.routes.attachments import UPLOADS_OF_PERSON, _upload_place
from taskchat_app.domain import retention
from taskchat_app.domain.accounts import accounts
from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.attachments import attachments
from taskchat_app.domain.attachments.attachments import FILE_MAX_BYTES
from taskchat_app.domain.limits import account_bytes
from taskchat_app.domain.storage import models
from taskchat_app.domain.storage.database import now
from taskchat_app.domain.storage.errors import TooManyOpen
from tests.api.responses import Api, code_of
from tests.chatting import Answer, Chat, answer_of, json_of, message, rows, write
from tests.evidence import Step
from tests.pictures import GPS, opened, pdf, photo, png_of_size, webp_that_grows
from tests.standin import text

attachment_type: TypeAdapter[Attachment] = TypeAdapter(Attachment)

LONG = "".join(random.choices(string.ascii_letters, k=100_000)).encode()
"""A text file that Postgres cannot make smaller; it is stored a second time as text for the model."""


async def attach(api: Api, content: bytes = b"milk\nbread", name: str = "list.txt") -> dict[str, Any]:
    """Upload a file at once; return its JSON."""
    return json_of(await api.post("/api/attachments", files={"file": (name, content)}), 201)


async def announce(chat: Chat, **more: Any) -> dict[str, Any]:
    """Create an attachment as the widget does before an upload."""
    announced = {"name": "a.txt", "size": 4, "mime_type": "text/plain"} | more
    return json_of(await chat.request("attachments.create", **announced))


async def send(chat: Chat, *attachment_ids: str, words: str = "Look", thread_id: str | None = None) -> httpx.Response:
    said = message(words, thread_id)
    said["params"]["input"]["attachments"] = list(attachment_ids)
    return await chat.http.post("/api/chatkit", json=said)


async def sent(chat: Chat, *attachment_ids: str, **more: Any) -> Answer:
    return answer_of(await send(chat, *attachment_ids, **more))


async def count_files(person: Person) -> tuple[int, int]:
    """Count the user's attachments and their contents."""
    tables = (models.Attachment, models.AttachmentContent)
    [files], [contents] = [await rows(select(func.count()).where(table.user_id == person.id)) for table in tables]
    return files, contents


class TestUploads:
    async def test_a_text_file_is_stored_as_it_is(self, api: Api):
        content = "Milch für Jürgen\n".encode()
        bodies: tuple[dict[str, Any], ...] = (
            {"files": {"file": ("Liste.txt", content)}},
            {"content": content, "params": {"name": "Liste.txt"}},
        )
        for body in bodies:
            made = json_of(await api.post("/api/attachments", **body), 201)
            shown = attachment_type.validate_python(made, strict=False)
            assert (shown.type, shown.name, shown.mime_type) == ("file", "Liste.txt", "text/plain")
            assert (shown.upload_descriptor, made["size"]) == (None, len(content))
            loaded = await api.get(made["url"])
            assert loaded.content == content
            assert loaded.headers["content-type"] == "text/plain; charset=utf-8"

    async def test_a_photo_is_stored_without_the_place_where_it_was_taken(self, api: Api):
        assert opened(photo()).getexif().get_ifd(GPS)
        made = await attach(api, photo(), "wrong.pdf")
        assert (made["type"], made["mime_type"]) == ("image", "image/jpeg")
        loaded = await api.get(f"/api/attachments/{made['id']}")
        assert loaded.headers["content-type"] == "image/jpeg"
        assert dict(opened(loaded.content).getexif()) == {}
        assert made["size"] == len(loaded.content)

    async def test_files_are_served_so_that_no_browser_runs_them(self, api: Api):
        name = 'a"; b\r\n.pdf'
        made = await api.post("/api/attachments", content=pdf(), params={"name": name})
        headers = (await api.get(f"/api/attachments/{made.json()['id']}")).headers
        assert headers["content-type"] == "application/pdf"
        assert headers["content-disposition"] == "attachment; filename*=UTF-8''a%22%3B%20b.pdf"
        assert "sandbox" in headers["content-security-policy"]
        assert headers["cache-control"].startswith("private")

    async def test_what_cannot_be_attached_is_refused_and_not_stored(
        self, api: Api, person: Person, monkeypatch: pytest.MonkeyPatch, step: Step
    ):
        grows = webp_that_grows()
        refused: list[tuple[str, bytes, int, str]] = [
            ("SVG", b"<svg onload='alert(1)'/>", 415, "unsupported_type"),
            ("program", b"MZ\x90\x00", 415, "unsupported_type"),
            ("broken", photo()[:200], 415, "unsupported_type"),
            ("bomb", png_of_size(60_000, 60_000), 413, "too_large"),
            ("10 MB and one byte", b"x" * (FILE_MAX_BYTES + 1), 413, "too_large"),
            ("more", b"x" * (FILE_MAX_BYTES + 200_000), 413, "too_large"),
            ("empty", b"", 422, "invalid"),
            ("a picture that is too large without its metadata", grows, 413, "too_large"),
        ]
        for name, content, status, code in refused:
            if content is grows:
                monkeypatch.setattr(attachments, "FILE_MAX_BYTES", 2 * len(content))
            bodies: tuple[dict[str, Any], ...] = {"files": {"file": ("a.png", content)}}, {"content": content}
            for body in bodies:
                step(f"{name}, {'in a form' if 'files' in body else 'alone'}")
                assert code_of(await api.post("/api/attachments", **body)) == (status, code)
        step("a form without a file")
        assert code_of(await api.post("/api/attachments", files={"a": (None, "b")})) == (400, "bad_request")
        headers = {"Content-Type": "multipart/form-data"}
        assert code_of(await api.post("/api/attachments", content=b"x", headers=headers)) == (400, "bad_request")
        assert await count_files(person) == (0, 0)

    async def test_a_file_of_ten_megabytes_is_accepted(self, api: Api):
        assert (await attach(api, b"x" * FILE_MAX_BYTES))["size"] == FILE_MAX_BYTES

    async def test_one_user_cannot_upload_without_end(self, api: Api, monkeypatch: pytest.MonkeyPatch, person: Person):
        monkeypatch.setattr(account_bytes, "max_bytes", lambda: 300_000)
        first = await attach(api, LONG)
        answer = await api.post("/api/attachments", content=LONG)
        assert code_of(answer) == (507, "account_full")
        assert "try again in a minute" in answer.json()["detail"]
        assert await count_files(person) == (1, 1)
        assert (await api.delete(f"/api/attachments/{first['id']}")).status_code == 204
        await attach(api, LONG)

    def test_uploads_at_once_are_limited_for_each_user(self):
        with ExitStack() as places:
            for _ in range(UPLOADS_OF_PERSON):
                places.enter_context(_upload_place("one"))
            with pytest.raises(TooManyOpen):
                places.enter_context(_upload_place("one"))
            places.enter_context(_upload_place("other"))

    async def test_one_more_unsent_file_takes_the_place_of_the_oldest(self, api: Api, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(attachments, "UNSENT_MAX", 2)
        made = [(await attach(api))["id"] for _ in range(3)]
        found = [(await api.get(f"/api/attachments/{one}")).status_code for one in made]
        assert found == [404, 200, 200]


class TestTwoPhases:
    async def test_the_widget_uploads_to_a_signed_address_without_credentials(self, chat: Chat, anonymous: Api):
        made = await announce(chat, name="photo.png", mime_type="image/png", size=100)
        shown = attachment_type.validate_python(made)
        assert (shown.type, shown.upload_descriptor is not None) == ("image", True)
        descriptor = made["upload_descriptor"]
        uploaded = json_of(await anonymous.request(descriptor["method"], descriptor["url"], content=photo("PNG")))
        preview = await anonymous.get(made["preview_url"])
        assert (preview.headers["content-type"], opened(preview.content).format) == ("image/webp", "WEBP")
        assert "upload_descriptor" not in uploaded

    async def test_a_signed_address_serves_one_file_and_one_use_only(self, chat: Chat, anonymous: Api):
        first, second = await announce(chat), await announce(chat)
        address = first["upload_descriptor"]["url"]
        assert (await anonymous.put(address.replace(first["id"], second["id"]), content=b"x")).status_code == 401
        assert (await anonymous.put(address, content=b"milk")).status_code == 200
        assert (await anonymous.get(address)).status_code == 401
        assert (await anonymous.delete(address)).status_code == 401
        assert (await chat.http.get(address)).status_code == 200, "the login counts"

    async def test_an_expired_or_forged_address_is_401(self, chat: Chat, anonymous: Api, person: Person):
        made = await announce(chat)
        path = f"/api/attachments/{made['id']}"
        expired = accounts.sign_token(person.id, made["id"], "upload", now() - timedelta(seconds=1))
        login = accounts.sign_token(person.id, made["id"], "app", now() + timedelta(hours=1))
        for signature in (expired, login, "nonsense", ""):
            assert (await anonymous.put(path, params={"signature": signature}, content=b"x")).status_code == 401

    async def test_what_is_announced_is_checked(self, chat: Chat):
        invalid: list[tuple[dict[str, Any], tuple[int, str]]] = [
            ({"size": FILE_MAX_BYTES + 1}, (413, "too_large")),
            ({"mime_type": "image/svg+xml"}, (415, "unsupported_type")),
            ({"size": -1}, (422, "invalid")),
        ]
        for given, refused in invalid:
            params = {"name": "a", "size": 4, "mime_type": "text/plain"} | given
            assert code_of(await chat.request("attachments.create", **params)) == refused, given

    async def test_the_content_decides_whatever_was_announced_and_a_second_one_takes_its_place(self, chat: Chat):
        made = await announce(chat, name="photo.png", mime_type="image/png", size=100)
        answer = await chat.http.put(made["upload_descriptor"]["url"], content=pdf())
        assert (answer.json()["type"], answer.json()["mime_type"]) == ("file", "application/pdf")
        refused = await chat.http.put(made["upload_descriptor"]["url"], content=b"<html>")
        assert code_of(refused) == (415, "unsupported_type")
        again = (await chat.http.put(made["upload_descriptor"]["url"], content=b"milk")).json()
        assert (again["id"], again["mime_type"]) == (made["id"], "text/plain")
        assert (await chat.http.get(f"/api/attachments/{made['id']}")).content == b"milk"

    async def test_a_message_waits_for_the_upload(self, chat: Chat):
        chat.script([text("I see.")])
        made = await announce(chat)
        assert code_of(await send(chat, made["id"])) == (400, "bad_request")
        await chat.http.put(made["upload_descriptor"]["url"], content=b"milk")
        [said] = (await sent(chat, made["id"])).items("user_message")
        assert [one["id"] for one in said["attachments"]] == [made["id"]]

    async def test_deleting_over_the_protocol(self, chat: Chat, other_chat: Chat, person: Person):
        made = await announce(chat)
        assert code_of(await other_chat.request("attachments.delete", attachment_id=made["id"])) == (404, "not_found")
        assert (await chat.request("attachments.delete", attachment_id=made["id"])).json() == {}
        assert code_of(await chat.request("attachments.delete", attachment_id=made["id"])) == (404, "not_found")
        assert await count_files(person) == (0, 0)


class TestMessages:
    async def test_a_message_keeps_its_files_with_fresh_addresses(self, chat: Chat, anonymous: Api):
        chat.script([text("I see.")])
        picture, notes = await attach(chat.http, photo(), "board.jpg"), await attach(chat.http)
        answer = await sent(chat, picture["id"], notes["id"])
        [said] = answer.items("user_message")
        told = [(one["type"], one["name"]) for one in said["attachments"]]
        assert told == [("image", "board.jpg"), ("file", "list.txt")]
        assert all(one["thread_id"] == answer.thread_id and "metadata" not in one for one in said["attachments"])
        assert (await chat.items(answer.thread_id))[0]["attachments"] == said["attachments"]
        assert (await anonymous.get(said["attachments"][0]["preview_url"])).status_code == 200

    async def test_a_file_needs_no_words_is_sent_once_and_stays(self, chat: Chat, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(attachments, "UNSENT_MAX", 1)
        chat.script([text("I see.")])
        made = (await attach(chat.http))["id"]
        assert code_of(await send(chat, made, made)) == (400, "bad_request")
        assert code_of(await send(chat, *(f"atc_{number}" for number in range(11)))) == (400, "bad_request")
        answer = await sent(chat, made, words="")
        thread = (await chat.request("threads.get_by_id", thread_id=answer.thread_id)).json()
        assert thread["title"] == "list.txt"
        assert code_of(await send(chat, made)) == (400, "bad_request")
        for attached in (await attach(chat.http), {"id": made}):
            assert (await chat.http.get(f"/api/attachments/{attached['id']}")).status_code == 200

    async def test_another_users_files_are_404(self, chat: Chat, api: Api, other_api: Api):
        theirs = await attach(other_api)
        assert code_of(await send(chat, theirs["id"])) == (404, "not_found")
        for method in ("GET", "PUT", "DELETE"):
            answer = await api.request(method, f"/api/attachments/{theirs['id']}", content=b"x")
            assert code_of(answer) == (404, "not_found")
        assert (await other_api.get(f"/api/attachments/{theirs['id']}")).content == b"milk\nbread"

    async def test_files_of_deleted_conversations_leave_their_space(self, chat: Chat, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(account_bytes, "max_bytes", lambda: 300_000)
        chat.script([text("I see.")])
        answer = await sent(chat, (await attach(chat.http, LONG))["id"])
        assert code_of(await chat.http.post("/api/attachments", content=LONG)) == (507, "account_full")
        await chat.request("threads.delete", thread_id=answer.thread_id)
        await attach(chat.http, LONG)
        assert code_of(await chat.http.post("/api/attachments", content=LONG)) == (507, "account_full")

    async def test_answering_again_removes_the_files_of_later_messages(self, chat: Chat, person: Person):
        chat.script([text("I see."), text("More."), text("Again.")])
        first = await sent(chat, (await attach(chat.http))["id"])
        await sent(chat, (await attach(chat.http))["id"], thread_id=first.thread_id)
        assert await count_files(person) == (2, 2)
        retry = {"thread_id": first.thread_id, "item_id": first.turn_id}
        assert answer_of(await chat.request("threads.retry_after_item", **retry)).text == "Again."
        assert await count_files(person) == (1, 1)
        assert len((await chat.items(first.thread_id))[0]["attachments"]) == 1

    async def test_a_file_is_deleted_from_its_message_unless_it_is_deleted_as_unsent(self, chat: Chat):
        chat.script([text("I see.")])
        made, unsent = [(await attach(chat.http))["id"] for _ in range(2)]
        answer = await sent(chat, made)
        refused = await chat.http.delete(f"/api/attachments/{made}", params={"unsent": True})
        assert code_of(refused) == (404, "not_found")
        assert [one["id"] for one in (await chat.items(answer.thread_id))[0]["attachments"]] == [made]
        for deleted, params in ((unsent, {"unsent": True}), (made, {})):
            assert (await chat.http.delete(f"/api/attachments/{deleted}", params=params)).status_code == 204
            assert code_of(await chat.http.get(f"/api/attachments/{deleted}")) == (404, "not_found")
        assert (await chat.items(answer.thread_id))[0]["attachments"] == []

    @pytest.mark.changes_all_users
    async def test_files_go_with_their_conversation_and_unsent_ones_after_a_day(self, chat: Chat, person: Person):
        chat.script([text("I see.")])
        answer = await sent(chat, (await attach(chat.http))["id"])
        kept, _ = await attach(chat.http), await attach(chat.http)
        its = update(models.Attachment).where(col(models.Attachment.user_id) == person.id)
        others = its.where(col(models.Attachment.id) != kept["id"])
        await write(others.values(created_at=now() - timedelta(days=1, hours=2)))
        await retention.delete_expired()
        assert await count_files(person) == (2, 2)
        await chat.request("threads.delete", thread_id=answer.thread_id)
        threads = update(models.Thread).where(col(models.Thread.user_id) == person.id)
        await write(threads.values(deleted_at=now() - timedelta(days=31)))
        await retention.delete_expired()
        assert await count_files(person) == (1, 1)
        assert (await chat.http.get(f"/api/attachments/{kept['id']}")).status_code == 200
