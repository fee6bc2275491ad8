"""Answers are rendered and announced: Markdown, also hostile and unfinished."""

from typing import Any

import pytest
from playwright.async_api import expect

from tests.standin import Standin, call, calls, chunk, chunks, cut_after, hold_after, text
from tests.ui.visitor import Visit, Visitor

HOSTILE = """
| Task | Due | Notes that are long | More of them | Even more |
|---|---|---|---|---|
| #1 Buy milk | **friday** | `a/b` one two three four | 12345678901234567890 | 12345678901234567890 |

```html
<script>alert("#3 stays as it is, in a line that is longer than any window of a phone is wide")</script>
```

- [x] a [site](https://example.org/x#4), <mailto:a@example.org>, https://example.net/#5
- [code](javascript:alert(1)) [data](data:text/html,hello) [own](/api/export) [odd](vbscript:x)
- ![a dog](https://example.com/dog.png?secret=1) [![a cat](https://example.com/cat.png)](https://example.com/cats)
- [bank.example](https://evil.example) <https://bank.example@evil.example>
- \u202e[moc.lapyap.example](https://moc.lapyap.example "paypal.com") [bank\u202e](https://gro.knab.example)
- `#6`, #7up and (#2)

<img src="https://example.com/pixel.png" onerror="alert(1)"> <b>bold</b>

<script>document.title = "run"</script><mark>raw</mark>

<iframe src="https://example.com/"></iframe>
"""
ELSEWHERE = """
    https://example.org/x#4 mailto:a@example.org https://example.net/#5 https://example.com/dog.png?secret=1
    https://example.com/cats https://evil.example https://bank.example@evil.example https://moc.lapyap.example
    https://gro.knab.example
"""
SAFE = {
    "#task-1": (None, None),
    "#task-2": (None, None),
    **dict.fromkeys(ELSEWHERE.split(), ("_blank", "noopener noreferrer nofollow")),
}
READ = """() => {
    const region = document.querySelector(".chat .sr-only[aria-live=polite]");
    window.heard = [];
    new MutationObserver(() => window.heard.push(region.textContent)).observe(region, {
        childList: true, characterData: true, subtree: true,
    });
}"""
IS_LEFT_TO_RIGHT = """(element) => {
    const text = [...element.childNodes].findLast((node) => node.nodeType === Node.TEXT_NODE && node.data.length > 3);
    const left = (place) => {
        const range = document.createRange();
        range.setStart(text, place);
        range.setEnd(text, place + 1);
        return range.getBoundingClientRect().left;
    };
    return left(2) < left(text.data.length - 2);
}"""
HEARD = "(told) => JSON.stringify(heard) === JSON.stringify(told)"
SIDEWAYS = (
    "() => [document.documentElement, document.querySelector('.log')].map((box) => box.scrollWidth - box.clientWidth)"
)


async def add_tasks(visitor: Visitor) -> None:
    """Add the tasks whose numbers the answers name, since other numbers are no links."""
    await visitor.post_tasks(*(f"Task {number}" for number in range(1, 13)))
    await expect(visitor.tasks).to_have_count(12)


async def test_a_number_that_is_no_task_of_the_users_is_no_link(visit: Visit, gemini: Standin):
    gemini.script([text("See #1 and [#2](#task-2), not #3 or [#123](#task-123).")])
    visitor = await visit("Milk", "Bread")
    await visitor.ask("Hello", "#123")
    links = visitor.answers.get_by_role("link")
    await expect(links).to_have_text(["#1", "#2"])
    await visitor.add_task("Eggs")
    await expect(links).to_have_text(["#1", "#2", "#3"])


async def test_a_hostile_answer_becomes_text_and_safe_links(visit: Visit, gemini: Standin):
    gemini.script([text(HOSTILE, pieces=30)])
    visitor = await visit(permissions=["clipboard-read", "clipboard-write"])
    await add_tasks(visitor)
    await visitor.ask("Hello", "a dog")
    answer = visitor.answers.last.locator(".markdown")
    found = await answer.locator("a").evaluate_all(
        "links => links.map((a) => [a.getAttribute('href'), a.target || null, a.rel || null])"
    )
    assert {href: (target, rel) for href, target, rel in found} == SAFE
    hosts = ["site (example.org)", "mailto:a@example.org", "https://example.net/#5", "a dog (example.com)"]
    await expect(answer.get_by_role("link").filter(has_not_text="#1")).to_have_text(
        [
            *hosts,
            "a cat (example.com)",
            "bank.example (evil.example)",
            "https://bank.example@evil.example (evil.example)",
            "moc.lapyap.example",
            "bank\u202e (gro.knab.example)",
            "#2",
        ]
    )
    # A mark that turns the direction of what follows reaches neither a link's words nor its host from outside.
    for host in ("moc.lapyap.example", "gro.knab.example"):
        assert await answer.get_by_role("link", name=host).locator("bdi").last.evaluate(IS_LEFT_TO_RIGHT)
    assert await answer.locator("a[title]").count() == 0
    await expect(answer.locator("strong")).to_have_text("friday")
    await expect(answer.get_by_role("cell").first).to_have_text("#1 Buy milk")
    await expect(answer.locator("img, iframe, script, mark, b, input, a a")).to_have_count(0)
    assert await visitor.page.title() != "run"
    await expect(answer).to_contain_text('<img src="https://example.com/pixel.png" onerror="alert(1)"> <b>bold</b>')
    for word in ("code", "data", "own", "odd"):
        await expect(answer.get_by_text(word, exact=True)).to_be_visible()
    await answer.get_by_role("button", name="Copy code").click()
    await expect(answer.get_by_role("button", name="Copied")).to_be_visible()
    copied = await visitor.page.evaluate("() => navigator.clipboard.readText()")
    assert copied.startswith("<script>")
    assert copied.endswith("</script>")
    foot = visitor.answers.last.locator(".answer-foot")
    await foot.get_by_role("button", name="Copy answer").click()
    await expect(foot.get_by_role("button", name="Copied")).to_be_visible()
    assert (await visitor.page.evaluate("() => navigator.clipboard.readText()")).strip() == HOSTILE.strip()
    await visitor.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('refused')); }")
    await answer.get_by_role("button", name="Copy code").click()
    await expect(answer.get_by_role("button", name="The browser did not allow copying")).to_be_visible()
    await visitor.page.set_viewport_size({"width": 375, "height": 812})
    assert await visitor.page.evaluate(SIDEWAYS) == [0, 0]
    for inside in (answer.locator("pre"), answer.locator("table").locator("..")):
        assert await inside.evaluate(
            "box => box.scrollWidth > box.clientWidth && getComputedStyle(box).overflowX == 'auto'"
        )
        await inside.focus()
        await expect(inside).to_be_focused()


@pytest.mark.soak
async def test_an_unfinished_answer_is_rendered(visitor: Visitor, gemini: Standin):
    def said(words: str) -> tuple[dict[str, Any], ...]:
        return chunk({"role": "assistant", "content": words}), {"hold": True}

    steps = (
        *said("See #1 and #1"),
        *said("2:\n\n```"),
        *said("\nls #3"),
        *said("\n```\n\n| a | b |"),
        *said("\n|---|---|\n| #4"),
    )
    gemini.script([chunks(*steps, *said(" | c |\n")[:1], chunk({"role": "assistant"}, "stop"))])
    await add_tasks(visitor)
    await visitor.send("Hello")
    running = visitor.answers.locator(".markdown")
    await expect(running.get_by_role("link")).to_have_text(["#1", "#1"])
    gemini.release()
    await expect(running.get_by_role("link")).to_have_text(["#1", "#12"])
    await expect(running.locator("pre")).to_have_text("")
    gemini.release()
    await expect(running.locator("pre")).to_have_text("ls #3")
    await expect(running.get_by_role("button", name="Copy code")).to_be_visible()
    place = await running.locator("pre").bounding_box()
    gemini.release()
    await expect(running).to_contain_text("| a | b |")
    assert await running.locator("pre").bounding_box() == place
    gemini.release()
    await expect(running.get_by_role("cell")).to_have_text(["#4", ""])
    gemini.release()
    await visitor.expect_answer("c")
    await expect(visitor.answers.get_by_role("cell")).to_have_text(["#4", "c"])
    await expect(visitor.answers.get_by_role("link")).to_have_text(["#1", "#12", "#4"])


@pytest.mark.soak
async def test_an_answer_is_announced_once_as_plain_text(visitor: Visitor, gemini: Standin):
    table = "**Done:** [#1](#task-1)\n\n| a | b |\n|---|---|\n| 1 | `2` |"
    added, cut = calls(call("create_task", {"title": "Buy milk"})), cut_after(text("Half a word", pieces=4), 2)
    first = hold_after(text("First.", pieces=3), 1)
    gemini.script([added, text(table, pieces=12), first, text("Second."), cut])
    await visitor.page.evaluate(READ)
    begins = "The assistant is answering."
    await visitor.ask("Add milk", "Done:")
    heard = [begins, "Done: #1\na, b\n1, 2"]
    await visitor.page.wait_for_function(HEARD, arg=heard)
    await visitor.answers.get_by_role("button", name="Good answer").click()
    await visitor.answers.get_by_role("button", name="Undo").click()
    await expect(visitor.answers).to_contain_text("Undone")
    await visitor.send("One")
    await expect(visitor.answers.last).to_contain_text("Fi")
    await visitor.send("Two")  # waits for the answer before it
    gemini.release()
    await visitor.expect_answer("Second.")
    heard += [begins, "First.", begins, "Second."]
    await visitor.page.wait_for_function(HEARD, arg=heard)
    await visitor.send("Three")
    await expect(visitor.alert).to_be_visible()
    await visitor.page.wait_for_function("count => heard.length >= count", arg=len(heard) + 2)
    [begun, half] = (await visitor.page.evaluate("heard"))[len(heard) :]
    assert (begun, half) == (begins, await visitor.answers.last.locator(".markdown").inner_text())
    assert await visitor.log.get_attribute("aria-live") == "off"
