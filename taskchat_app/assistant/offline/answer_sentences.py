"""Sentences of the offline assistant, as messages."""

from taskchat_app.i18n.messages import gettext

GEMINI = gettext(
    "I am the offline assistant and follow simple commands only; Settings tell how a model answers instead."
)
HELP = gettext(
    """I keep your task list. You can write, for example:

- buy milk tomorrow !high #home, call mum and pay the rent on friday
- remind me to water the plants every monday at 9, remind me an hour before 3
- what should I do today, what's due this week, when is the dentist, how many open tasks?
- what have I done this week, show done tasks, find dentist
- mark buy milk as done, tick off 3 and 4, reopen 3, complete everything overdue
- move the dentist to friday, move all tasks due today to tomorrow, rename 3 to Call mum
- and the other one too, make it 4pm, tag them #home and set priority high
- delete 3, remove the milk task, delete everything tagged work, undo

{gemini}""",
    gemini=GEMINI,
)
GREETING = gettext("Hello. Tell me what to add, show, tick off, move or delete; “help” shows examples.")
NOTHING = gettext("nothing was changed")
"""The {nothing} of sentences about what was not understood or found."""
NOTHING_ELSE = gettext("nothing else was changed")
"""In place of NOTHING where another command of the message has changed something."""
THANKS = gettext("You are welcome.")
GOODBYE = gettext("Goodbye.")
REFUSAL = gettext("All right. Nothing was changed.")
REFUSED_LATE = gettext("All right. The last change stays; “undo” takes it back.")
UNKNOWN = gettext("I did not understand “{text}”, so {nothing}. {gemini} “help” shows examples.")
UNKNOWN_QUESTION = gettext(
    "I did not understand “{words}”, so {nothing}. I know only what is on your list; “help” shows examples. "
    "The open tasks by date:"
)
NOTHING_ASKED = gettext("I have no question that a yes answers, so {nothing}. “help” shows examples.")
ABOUT = gettext(
    "If it is about {task}, say what to do, such as “mark {number} as done” or “move {number} to friday”; "
    "so far {nothing}."
)
ABOUT_CHOICES = gettext(
    "If it is about {task}, choose below, or say what to do, such as “move {number} to friday”; so far {nothing}."
)
TICK_OFF = gettext("Tick off {task}")
REOPEN = gettext("Reopen {task}")
CHANGE = gettext("Change {task} ({facts})")
DELETE = gettext("Delete {task}")
NOTE = gettext("Add this as a note to {task}")
UNDO = gettext("Write “undo” and nothing else: it takes back the last change. So far {nothing}.")
ORDER = gettext("I cannot reorder a list, so {nothing}. Drag the task on the page, in a list sorted by hand.")
SEVERAL = gettext(
    "That seems to be about several tasks, so {nothing}. Say which and what, such as “complete everything tagged work” "
    "or “move all tasks due friday to monday”."
)
TOO_LONG = gettext(
    "That is too long for a command, so nothing was changed. Write one of at most {count} characters, "
    "or send the text in parts. {gemini}"
)
BAD_DATE = gettext(
    "I did not understand the date “{date}”, so {nothing}. "
    "Write it as 2026-11-21, or in words such as “friday” or “tomorrow 9am”."
)
REFERENCE = gettext("Say what to do with it, for example “mark 3 as done” or “delete 3”.")

PARTLY = gettext("I did not understand all of this question, so {nothing}. It may be about this:")
PARTLY_NONE = gettext("I did not understand all of this question, so {nothing}. No task on your list fits it.")
NONE_FOUND = gettext("Your list has no such task.")
NONE_WITH = gettext("I found no such task with “{words}”.")

ADDS = gettext("A click below, or “yes”, adds it as a task.")
UNREAD = gettext("Add this? I did not understand “{word}”, so {nothing}. {adds} Or say it in other words.")
DATED = gettext("Add “{title}”, due {due}? I am not sure of the date, so {nothing}. {adds}")
REPEATED = gettext("Add “{title}”, which {repeats}? I am not sure of that, so {nothing}. {adds}")
UNREAD_DATED = gettext("Add “{title}”, due {due}? I did not understand “{word}”, so {nothing}. {adds}")
CORRECTED = gettext("You corrected yourself (“{word}”), so {nothing}. Say it once more as you mean it.")
NEW = gettext("Is it a new task? {adds}")
REMARK = gettext(
    "I take that as a remark, so {nothing}. Say what to do, such as “add buy milk” or “move all tasks due today to "
    "tomorrow”; “help” shows more."
)
NO_TITLE = gettext(
    "“{text}” does not sound like a new task, so {nothing}. To change a task, name it and say how: “mark 3 as done”, "
    "“move 3 to friday”. Or is it a new task? {adds}"
)
OFFERED = gettext("Is “{text}” a new task? So far {nothing}. {adds}")
ALL_DONE = gettext("Are all open tasks done? A “yes” ticks them off; so far {nothing}.")
NAMELESS = gettext("What is the task called? Write for example “add buy milk tomorrow”; so far {nothing}.")
NO_LISTS = gettext(
    "There is one list, so {nothing}. A tag makes a list of its own: “add milk to my shopping list” adds it "
    "with #shopping, and “show my shopping list” shows what has that tag."
)
NO_FEATURE = gettext(
    "That is nothing I can do, so {nothing}: I add, show, change, tick off and delete tasks. Settings have the "
    "language, colours, notifications, calendar feeds, password and export; the list cannot be shared."
)
NO_MOMENT = gettext(
    "A reminder needs a day or a time, so {nothing}. Write for example “remind me tomorrow at 6pm to feed the cat”."
)
LEFT_OUT = gettext(
    "One message does {most} things at most, so {count} more were left out. Send them in another message."
)
COUNT_MORE = gettext("More than {count} tasks.")
FINISHED_LATER = gettext("I can read only the {count} tasks done last, and all of these were done after that time.")
NO_DATE = gettext("{task} has no due date.")
NO_TIME = gettext(
    "{task} has no time of day, so {nothing}. Give it one: write for example “move #{number} to friday 9am”."
)
STEP_OF = gettext("a step of #{number}")
BEGINS = gettext("begins {start}")
REPEATS = gettext("repeats {rule}")
SKIP = gettext(
    "{task} {repeats}, so {nothing}. A click below, or “yes”, skips it once: it is due {new}, then. "
    "“Delete {number}” deletes all of them."
)
ALREADY_DUE = gettext(
    "{task} is due {due} already, and a reminder rings by the task's own date, so {nothing}: "
    "“yes” moves the task to {new}."
)
ALREADY_THERE = gettext(
    "{task} is on your list already, so {nothing}. A click below, or “yes”, moves it to {new}; the last line adds "
    "another."
)
BESIDE = gettext("{task} is on your list already, so {nothing}. Add another? {adds}")

AND_MORE = gettext("… and more")
NEW_TASK = gettext("New task: {title}")
THESE = gettext("these {count} tasks")
NEW_TASKS = gettext("New tasks: {titles}")
NEW_STEPS = gettext("Add as steps of {task}: {titles}")
TASK = gettext("{task} ({facts})")
DONE = gettext("done")
DUE = gettext("due {due}")
OVERDUE = gettext("overdue since {due}")
PRIORITIES = {"high": gettext("high priority"), "low": gettext("low priority")}
MEDIUM = gettext("medium priority")

WHICH = gettext("Several tasks fit “{words}”. Which one do you mean?")
ARE_NEW = gettext("Are these {count} new tasks? So far {nothing}. “Yes” adds all of them.")
ADDED_MANY = gettext("Added {count} tasks: {first} to {last}.")
DID_YOU_MEAN = gettext("Do you mean this task by “{words}”? A click below, or “yes”, does it; so far {nothing}.")
GUESS = gettext("Is this about {task}? A click below, or “yes”, {does}; so far {nothing}.")
GUESS_TO_DELETE = gettext("Is this about {task}? A click below deletes it; so far {nothing}.")
"""A yes is no consent to a deletion yet: it proposes it."""
WITHOUT_CARD = {
    ADDS: gettext("“Yes” adds it as a task."),
    ALREADY_THERE: gettext("{task} is on your list already, so {nothing}. “Yes” moves it to {new}."),
    DID_YOU_MEAN: gettext("Do you mean this task by “{words}”? “Yes” does it; so far {nothing}."),
    GUESS: gettext("Is this about {task}? “Yes” {does}; so far {nothing}."),
    GUESS_TO_DELETE: gettext("If it is about {task}, say “delete {number}”; so far {nothing}."),
}
"""What is said in place of these where the question has no card, so that nothing can be clicked."""
TICKS_OFF = gettext("ticks it off")
REOPENS = gettext("reopens it")
CHANGES = gettext("changes it ({facts})")
NAMED = gettext("named “{title}”")
NOTED = gettext("with the note “{note}”")
WITHOUT = {
    "due_date": gettext("without a date"),
    "recurrence": gettext("without a repetition"),
    "description": gettext("without a note"),
    "tags": gettext("without tags"),
}
REMINDERS = {
    "at_due_time": gettext("rings when it is due"),
    "10_minutes": gettext("rings 10 minutes before"),
    "1_hour": gettext("rings 1 hour before"),
    "1_day": gettext("rings 1 day before"),
    "none": gettext("without a reminder"),
}
THIS_OR_NEW = gettext(
    "Do you mean this task by “{words}”, or a new one? A click below does it, “yes” means the first; so far {nothing}."
)
NO_MATCH = {
    "open": gettext("I found no open task that fits “{words}”, so {nothing}."),
    "done": gettext("I found no done task that fits “{words}”, so {nothing}."),
    "all": gettext("I found no task that fits “{words}”, so {nothing}."),
}
NONE_TAGGED = {
    "open": gettext("No open task has the tag #{tag}, so {nothing}."),
    "done": gettext("No done task has the tag #{tag}, so {nothing}."),
    "all": gettext("No task has the tag #{tag}, so {nothing}."),
}
NO_NUMBER = gettext("I found no task {numbers}, so {nothing}.")
NO_REFERENCE = gettext(
    "I cannot tell which task you mean, so {nothing}. Name it by its number, such as #3, or by its title."
)
CORRECTION = gettext(
    "I cannot tell what is to be corrected, so {nothing}. “Undo” takes back the last change; or name the task by its "
    "number or title, and say how it should be."
)
NONE_OPEN = gettext("There is no open task, so {nothing}.")
NONE_DONE = gettext("No such task is done, so {nothing}.")
NONE_OVERDUE = gettext("Nothing is overdue, so {nothing}.")
TOO_MANY = gettext("That is more than {most} tasks at once, so {nothing}. Select fewer.")
