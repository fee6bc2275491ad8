"""The stand-in's script for the pictures."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tests.standin import Reply, call, calls, cut_after, hang_after, last_user_text, text

DENTIST = "Remind me to call the dentist on Friday at 9 and mark the library books as done"
DROP = "Drop the hotel and the novel"
TABLE = "Compare the three tariffs"
STORY = "Write me a plan for the move"
BREAK = "What should I do first?"

_TABLE = """Here is what you noted about **the three tariffs**:

| Tariff | Per month | Data | Ends |
| --- | ---: | ---: | --- |
| Small | 9 € | 5 GB | any time |
| Middle | 15 € | 20 GB | after 12 months |
| Large | 29 € | unlimited | after 24 months |

1. *Middle* is the cheapest for what you use.
2. It renews by itself, so put a date into your list: `cancel by 1 March`.

```python
cost = {"small": 9, "middle": 15, "large": 29}
cheapest = min(cost, key=lambda name: cost[name] * 12 + (99 if name == "large" else 0))
```

> Prices as of last week.

More in [their comparison](https://example.org/tariffs); the task is #6."""

_STORY = """A move goes best in four steps.

1. **Sort.** Go through one room each evening, and decide what comes along.
2. **Cancel and announce.** Power, internet, the registration office, the post.
3. **Pack.** Heavy things into small boxes, and a label on each side of every box."""


def reply(request: dict[str, Any]) -> Reply:
    """Return the next reply, chosen by the user's last message and the number of model replies since."""
    said = last_user_text(request)
    roles = [message["role"] for message in request["messages"]]
    rounds = roles[::-1].index("user") and roles[len(roles) - roles[::-1].index("user") :].count("assistant")
    replies = _replies().get(said, [text("Done.")])
    return replies[min(rounds, len(replies) - 1)]


def _replies() -> dict[str, list[Reply]]:
    today = datetime.now(UTC)
    friday = (today + timedelta(days=(4 - today.weekday()) % 7 or 7)).date().isoformat()
    return {
        DENTIST: [
            calls(
                call("create_task", {"title": "Call the dentist", "due_date": f"{friday}T09:00"}),
                call("complete_task", {"task_id": 7}),
            ),
            text("#10 Call the dentist is due on Friday at 09:00, and #7 is done."),
        ],
        DROP: [
            calls(call("bulk_delete_tasks", {"task_ids": [4, 5]})),
            text("These two look like they can wait for another year."),
        ],
        TABLE: [
            calls(call("list_tasks", {"search": "tariff"}), call("update_task", {"task_id": 99, "title": "Tariffs"})),
            text(_TABLE),
        ],
        STORY: [hang_after(text(_STORY, pieces=8), 7)],
        BREAK: [cut_after(text("Begin with the passport, since it takes the longest.", pieces=4), 3)],
    }
