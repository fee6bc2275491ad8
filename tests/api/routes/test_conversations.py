"""Conversations over HTTP: list, changes, and search in messages."""

from typing import Any

from tests.api.responses import Api, code_of
from tests.chatting import Chat, json_of
from tests.standin import text

NEWS = "Milk is on your **list** now, and the `Ärger` with the dentist too. 牛乳を買う 🥛"


async def search(http: Api, q: str, **params: Any) -> list[dict[str, Any]]:
    return json_of(await http.get("/api/messages", params={"q": q, **params}))["messages"]


def matches(one: dict[str, Any]) -> list[str]:
    return [piece["text"] for piece in one["snippet"] if piece["match"]]


def snippet_text(one: dict[str, Any]) -> str:
    return "".join(piece["text"] for piece in one["snippet"])


async def test_messages_and_titles_are_found_newest_first_by_prefixes_with_marked_words(chat: Chat):
    answer = await chat.send("Please add milk", replies=[text(NEWS)])
    [of_assistant, of_person, title] = await search(chat.http, "MIL")
    assert [of_assistant["by"], of_person["by"], title["by"]] == ["assistant", "person", None]
    said = answer.items("assistant_message")[0]["id"]
    assert (of_assistant["item_id"], of_person["item_id"]) == (said, answer.turn_id)
    assert (title["item_id"], title["thread_id"], title["title"]) == (None, answer.thread_id, "Please add milk")
    assert [matches(one) for one in (of_assistant, of_person, title)] == [["Milk"], ["milk"], ["milk"]]
    assert snippet_text(of_assistant) == NEWS.replace("**", "").replace("`", "")
    found = {"dentist list": [["list", "dentist"]], "ärg": [["Ärger"]], "買": [["買"]], "🥛": [["🥛"]]}
    found |= {q: [] for q in ("entist", "milk bread", "!!!", "")}
    assert {q: [matches(one) for one in await search(chat.http, q)] for q in found} == found


async def test_the_snippet_of_a_long_message_surrounds_the_match(chat: Chat):
    chat.script([text("Hello.")], repeat=True)
    await chat.send("word " * 300 + "needle, " + "word " * 300)
    [one] = await search(chat.http, "needle")
    assert matches(one) == ["needle"]
    assert snippet_text(one).startswith("…word")
    assert snippet_text(one).endswith("…")
    assert len(snippet_text(one)) < 200
    for without_spaces in ("牛乳を買う" * 60 + "卵" + "牛乳を買う" * 60, "x" * 250 + " 卵 " + "y" * 250):
        await chat.send(without_spaces)
        [newest, *_] = await search(chat.http, "卵")
        assert matches(newest) == ["卵"]


async def test_pages_of_a_search_contain_each_message_once(chat: Chat):
    chat.script([text("Nothing.")], repeat=True)
    thread_id = None
    for number in range(5):
        thread_id = (await chat.send(f"walk {number}", thread_id)).thread_id
    everything = await search(chat.http, "walk")
    assert [snippet_text(one) for one in everything] == ["walk 4", "walk 3", "walk 2", "walk 1", "walk 0", "walk 0"]
    pages, cursor = list[dict[str, Any]](), None
    while cursor or not pages:
        params = {"q": "walk", "limit": 2} | ({"cursor": cursor} if cursor else {})
        body = (await chat.http.get("/api/messages", params=params)).json()
        pages, cursor = [*pages, *body["messages"]], body["next"]
    assert pages == everything


async def test_an_edited_message_is_found_only_by_its_new_words(chat: Chat):
    answer = await chat.send("first words", replies=[text("Old news."), text("Fresh news.")])
    await chat.request("threads.update", thread_id=answer.thread_id, title="Plans")
    await chat.act("message.edit", {"item_id": answer.turn_id, "text": "other terms"}, answer.thread_id)
    assert [len(await search(chat.http, q)) for q in ("first", "old", "terms", "fresh", "plans")] == [0, 0, 1, 1, 1]


async def test_messages_of_other_users_and_deleted_conversations_are_not_found(chat: Chat, other_chat: Chat):
    thread_id = (await chat.send("secret plan", replies=[text("Secret answer.")])).thread_id
    address = f"/api/conversations/{thread_id}"
    assert await search(other_chat.http, "secret") == []
    for method, path, body in (
        ("PATCH", address, {"title": "Taken"}),
        ("DELETE", address, None),
        ("POST", f"{address}/restore", None),
        ("POST", f"{address}/read", None),
    ):
        assert code_of(await other_chat.http.request(method, path, json=body)) == (404, "not_found")
    assert len(await search(chat.http, "secret")) == 3
    assert (await chat.http.delete(address)).status_code == 204
    assert await search(chat.http, "secret") == []
    assert (await chat.http.delete(address)).status_code == 404
    assert (await chat.http.post(f"{address}/restore")).status_code == 204
    assert len(await search(chat.http, "secret")) == 3


async def test_an_invalid_search_is_422_and_an_unknown_conversation_404(chat: Chat):
    limits: list[dict[str, Any]] = [{"limit": 0}, {"limit": 101}]
    for params in (*limits, {"q": "a" * 256}, {"q": "a\0"}, {"cursor": "odd"}, {"cursor": "e30"}):
        assert code_of(await chat.http.get("/api/messages", params={"q": "milk", **params})) == (422, "invalid"), params
    for path in ("absent", "%00", "a%00b", "x" * 3000):
        for method, tail in (("DELETE", ""), ("POST", "/restore"), ("POST", "/read")):
            assert (await chat.http.request(method, f"/api/conversations/{path}{tail}")).status_code == 404
    assert (await chat.http.get("/api/conversations", params={"cursor": "a\0"})).status_code == 404


async def test_the_list_marks_unread_conversations_until_they_are_read(chat: Chat):
    chat.script([text("Hello.")], repeat=True)
    ids = [(await chat.send(f"number {number}")).thread_id for number in range(3)]
    page = (await chat.http.get("/api/conversations", params={"limit": 2})).json()
    listed = [(one["id"], one["title"], one["unread"]) for one in page["conversations"]]
    assert listed == [(ids[2], "number 2", True), (ids[1], "number 1", True)]
    assert page["unread"] == 3
    rest = (await chat.http.get("/api/conversations", params={"cursor": page["next"]})).json()
    assert ([one["id"] for one in rest["conversations"]], rest["next"]) == ([ids[0]], None)
    assert (await chat.http.post(f"/api/conversations/{ids[1]}/read")).status_code == 204
    page = (await chat.http.get("/api/conversations")).json()
    assert ([one["unread"] for one in page["conversations"]], page["unread"]) == ([True, False, True], 2)


async def test_a_conversation_is_renamed_and_a_delete_with_a_key_has_one_effect(chat: Chat):
    address = f"/api/conversations/{(await chat.send('hello', replies=[text('Hello.')])).thread_id}"
    assert (await chat.http.patch(address, json={"title": " Plans "})).status_code == 204
    assert (await chat.http.patch(address, json={"title": " "})).status_code == 400
    [one] = (await chat.http.get("/api/conversations")).json()["conversations"]
    assert one["title"] == "Plans"
    key = {"Idempotency-Key": "once"}
    for _ in range(2):
        assert (await chat.http.delete(address, headers=key)).status_code == 204
    assert (await chat.http.get("/api/conversations")).json()["conversations"] == []
