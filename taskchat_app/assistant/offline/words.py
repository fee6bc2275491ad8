"""English sentences of the offline assistant."""

GEMINI = "I am the offline assistant and follow simple commands only; setting GEMINI_API_KEY switches Gemini on."
HELP = f"""I keep your task list. You can write, for example:

- add buy milk tomorrow !high #home
- remind me to water the plants every monday at 9, remind me an hour before 3
- what's due this week, show done tasks, find dentist
- mark buy milk as done, tick off 3 and 4, reopen 3
- move the dentist to friday, rename 3 to Call mum, set the priority of 3 to high, tag 3 as home
- delete 3, remove the milk task, delete all done tasks

{GEMINI}"""
GREETING = "Hello. Tell me what to add, show, tick off, move or delete; “help” shows examples."
THANKS = "You are welcome."
REFUSAL = "All right. Nothing was changed."
UNKNOWN = "I did not understand “{text}”, so nothing was changed.{hint} {gemini} “help” shows examples."
ADD_HINT = " To add it as a task, write “add {text}”."
TOO_LONG = (
    "That is too long for a command, so nothing was changed. Write one of at most {count} characters, "
    "or send the text in parts. {gemini}"
)
BAD_DATE = (
    "I did not understand the date “{date}”, so nothing was changed. "
    "Write it as 2026-11-21, or in words such as “friday” or “tomorrow 9am”."
)
REFERENCE = "Say what to do with it, for example “mark 3 as done” or “delete 3”."

PROPOSED = "This would delete {names}. Nothing is deleted until you confirm it."
MORE_NAMES = "{count} more"
AND_MORE = "… and more"
DONE = "done"
DUE = "due {due}"
OVERDUE = "overdue since {due}"
PRIORITIES = {"high": "high priority", "low": "low priority"}

WHICH = "Several tasks fit “{words}”. Which one do you mean? Nothing was changed."
NO_MATCH = {
    "open": "I found no open task that fits “{words}”, so nothing was changed.",
    "done": "I found no done task that fits “{words}”, so nothing was changed.",
    "all": "I found no task that fits “{words}”, so nothing was changed.",
}
NO_NUMBER = "I found no task {numbers}, so nothing was changed."
NO_REFERENCE = (
    "I cannot tell which task you mean. Name it by its number, such as #3, or by its title. Nothing was changed."
)
NONE_OPEN = "There is no open task, so nothing was changed."
NONE_DONE = "No such task is done, so nothing was changed."
NONE_OVERDUE = "Nothing is overdue, so nothing was changed."
TOO_MANY = "That is more than {most} tasks at once. Select fewer. Nothing was changed."

DID = {
    "Added": "Added {task}",
    "Changed": "Changed {task}",
    "Changed the reminder of": "Changed the reminder of {task}",
    "Nothing to change in": "Nothing to change in {task}",
    "Completed": "Completed {task}",
    "Already done:": "Already done: {task}",
    "Reopened": "Reopened {task}",
    "Already open:": "Already open: {task}",
    "Deleted": "Deleted {task}",
}
"""What a tool did to a task, by the words that its message begins with."""
DID_DUE = ", due {due}"
DID_REPEATS = ", repeats {rule}"
