"""Every sentence of the page, as messages.

A component takes them as they are, and a script of `assets/page` imports them from `$/utils/words`: the browser
translates them (`browser_messages`). A handler renders them with `say`, in the language of the user whom it answers.
"""

from datetime import timedelta
from typing import NamedTuple

from taskchat_app.domain.accounts.passwords import PASSWORD_MIN_CHARACTERS
from taskchat_app.domain.attachments.attachments import FILE_MAX_BYTES, MB, PER_MESSAGE_MAX
from taskchat_app.domain.reminders.reminders import KEPT_FOR, SNOOZE_MINUTES
from taskchat_app.domain.restore_period import RESTORABLE_FOR
from taskchat_app.domain.tasks.fields import FIELD_LABELS, PRIORITY_LABELS
from taskchat_app.i18n.messages import Message, gettext, pgettext

PRODUCT = "taskchat"
TAGLINE = gettext("Your to-do list, run by talking to it.")

LOGIN_TITLE = gettext("Sign in · taskchat")
REGISTER_TITLE = gettext("Create account · taskchat")
PAGE_TITLE = PRODUCT

EMAIL = gettext("Email")
PASSWORD = gettext("Password")
PASSWORD_HINT = gettext("At least {least} characters", least=PASSWORD_MIN_CHARACTERS)
SIGN_IN = gettext("Sign in")
SIGN_OUT = gettext("Sign out")
CREATE_ACCOUNT = gettext("Create account")
REGISTER_HEADING = gettext("Create your account")
NO_ACCOUNT = gettext("New here?")
FRESH_SERVER = gettext("Nobody has an account on this server yet.")
HAVE_ACCOUNT = gettext("Already have an account?")

SIGN_IN_ERRORS = {
    "bad_credentials": gettext("Email or password is wrong. Check both and try again."),
    "email_taken": gettext("There is already an account with this email. Sign in instead."),
    "invalid": gettext(
        "Enter a full email address and a password of at least {least} characters.", least=PASSWORD_MIN_CHARACTERS
    ),
    "burst_limit": gettext("Too many attempts. Wait a moment, then try again."),
    "registration_closed": gettext("The owner of this server adds new people. Ask them for a link."),
    "link_expired": gettext("This link was used already, or is too old. Ask the owner of this server for a new one."),
    "forbidden": gettext("This page was opened from another address. Reload it, then try again."),
    "unavailable": gettext("taskchat cannot reach its database just now. Try again in a moment."),
    "signed_out": gettext("You were signed out. Sign in to go on."),
}
SIGN_IN_NOTICES = {
    "deleted": gettext("Your account and everything in it is deleted. Good-bye, and thank you for having been here.")
}
FORGOT_PASSWORD = gettext("Forgot your password? Ask the owner of this server for a link to set a new one.")
SET_PASSWORD_TITLE = gettext("Set a password · taskchat")
SET_PASSWORD_HEADING = gettext("Set your password")
SET_PASSWORD = gettext("Set password and sign in")
SIGN_IN_ERROR = gettext("That did not work. Check what you typed and try again.")

# Conversations
CONVERSATIONS = gettext("Conversations")
NEW_CONVERSATION = gettext("New conversation")
NO_CONVERSATIONS = gettext("Your conversations appear here.")
CONVERSATION_TITLE = gettext("Title of the conversation")
RENAME_CONVERSATION = gettext("Rename")
CONVERSATION_ACTIONS = gettext("More about the conversation")
OLDER_CONVERSATIONS = pgettext("conversations", "Older")
DELETE_CONVERSATION = pgettext("conversation", "Delete")
DELETED_CONVERSATION = gettext("Deleted “{title}”. Its tasks stay.")
CONVERSATIONS_FAILED = gettext("The conversations cannot be read just now. They are safe. Try again in a moment.")
SEARCH_CONVERSATIONS = gettext("Search conversations")
FOUND_MESSAGES = gettext("Messages found")
NOTHING_SAID = gettext("No message or title has these words.")
UNREAD = gettext("unread")
MORE = gettext("Show more")
CLOSE = gettext("Close")

# Chat
CONVERSATION = gettext("Conversation")
YOU = gettext("You")
ASSISTANT = gettext("Assistant")
MESSAGE = gettext("Message")
MESSAGE_PLACEHOLDER = gettext("Message taskchat")
SEND = gettext("Send")
STOP = gettext("Stop")
RETRY = gettext("Retry")
DISMISS = gettext("Dismiss")
COPY = gettext("Copy answer")
COPIED = gettext("Copied")
NOT_COPIED = gettext("The browser did not allow copying")
COPY_CODE = gettext("Copy code")
SHOW_IN_LIST = gettext("Show in list")
LATEST = gettext("Jump to latest")
OLDER = gettext("Show earlier messages")
ANSWERING = gettext("The assistant is answering.")
QUEUE = gettext("Put in line")
WAITS_FOR_CONNECTION = gettext("Waiting for the connection")
ATTACH = gettext("Attach files")
DRAFT_FILES = gettext("Files for this message")
FILE_TOO_LARGE = gettext("More than {most} MB. Make it smaller, or attach a part of it.", most=FILE_MAX_BYTES // MB)
TOO_MANY_FILES = gettext("A message has at most {most} files. Send this one after it.", most=PER_MESSAGE_MAX)
READING_FILE = gettext("Checking")
FILES_NOT_READY = gettext("The message can go once all its files are uploaded. Remove those that cannot.")
PICTURES_NEED_KEY = gettext("The offline assistant cannot see pictures. Set GEMINI_API_KEY for that.")
DROP_HINT = gettext("Drop files to attach them")
DICTATE = gettext("Dictate")
STOP_RECORDING = gettext("Stop recording")
RECORDING = gettext("Recording. Escape cancels.")
WRITING_DOWN = gettext("Writing it down")
NOTHING_HEARD = gettext("Nothing was heard. Try again closer to the microphone.")
NO_MICROPHONE = gettext("The browser gives no microphone. Allow it for this page, or type the message.")
DICTATION_FAILED = gettext("The server cannot be reached. Try again, or type the message.")
DICTATION_NEEDS_KEY = gettext("Dictation needs Gemini. Set GEMINI_API_KEY on the server, or type the message.")
WAITS_FOR_ANSWER = gettext("Waiting for the answer")
WAITS_FOR_SERVER = gettext("Waiting for the server")
WAITING_TASKS = gettext("Not added yet")
EDIT_WAITING = gettext("Edit")
REMOVE_WAITING = gettext("Remove")
INTERRUPTED = gettext("The answer broke off. What is shown as done is kept. Try again to get an answer.")
INTERRUPTED_EARLIER = gettext(
    "The answer broke off. What is shown as done is kept. Send the message again to get an answer."
)
STOPPED = gettext("Stopped.")
CONVERSATION_GONE = gettext("This conversation was deleted. Its tasks are still here.")
UNREACHABLE = gettext("The database cannot be reached just now. Try again in a moment.")
BROKEN = gettext("Something went wrong on our side. What is shown as done is kept. Try again.")
UNDO = gettext("Undo")
UNDONE = gettext("Undone")
PUT_BACK = gettext("Put back")
LOOK_UPS = gettext("What was looked up")
ERASED_TASK = gettext("Deleted task")
NOTICE = gettext("Notice")
ANSWER_AGAIN = gettext("Answer again")
GOOD_ANSWER = gettext("Good answer")
BAD_ANSWER = gettext("Bad answer")
EDIT_MESSAGE = gettext("Edit message")
EDIT_EARLIER_HINT = gettext(
    "The messages after this one go, and what their answers changed is put back, except what you changed since."
)
EDITED_MESSAGE = gettext("New wording")
ASK_AGAIN = gettext("Ask again")
STILL_ANSWERING = gettext("This conversation is still answering. Wait for the answer, or stop it, then ask again.")
DISCARD = gettext("Discard")
CONFIRM = gettext("Confirm")
WAS_ASKED = gettext("What was asked")
CANCEL = gettext("Cancel")
ASKED = gettext("Asked for")
RESULT = gettext("Result")
EMPTY_HEADING = gettext("What needs doing?")
EMPTY_TEXT = gettext("Write it the way you would say it. The assistant keeps your list.")
SUGGEST_WEEK = gettext("What is due this week?")
SUGGESTIONS = (
    gettext("Add a task to buy milk tomorrow"),
    SUGGEST_WEEK,
    gettext("Remind me to call the dentist on Friday at 9am"),
    gettext("Help"),
)
SUGGEST_MOVE = gettext("Move #{number} “{title}” to tomorrow")
SUGGEST_DONE = gettext("Mark #{number} “{title}” as done")
SUGGEST_DATE = gettext("Move #{number} “{title}” to friday")
SUGGEST_OVERDUE = gettext("Show my overdue tasks")
SUGGEST_IMPORTANT = gettext("Show high priority tasks")
SUGGEST_TAG = gettext("Show tasks tagged {tag}")
OFFLINE = gettext("Offline assistant: it understands simple sentences.")
HOW_GEMINI = gettext("How to use Gemini")

# Tasks
TASKS = gettext("Tasks")
ADD_TASK = gettext("Add a task")
ADD_PLACEHOLDER = gettext("Add “Call mum friday !high”")
VIEW_NAMES = {
    "open": pgettext("view", "Open"),
    "today": gettext("Today"),
    "upcoming": gettext("Upcoming"),
    "later": gettext("Later"),
    "overdue": gettext("Overdue"),
    "done": gettext("Done"),
    "deleted": gettext("Deleted"),
    "activity": gettext("Activity"),
}
TICK = gettext("Complete #{number} {title}")
STEPS_DONE = gettext("{done} of {total}")
"""How many steps of a task are done."""
STEPS_OF = gettext("Steps of #{number}: {done} of {total} done")
EDIT = gettext("Edit title")
DELETE = gettext("Delete task")
DUPLICATE = gettext("Duplicate")
DUPLICATE_OPEN = gettext("Duplicate the open task")
TITLE = gettext("Title")
OVERDUE = gettext("overdue")
EMPTY_VIEWS = {
    "open": gettext("Nothing to do. Add a task, or tell the assistant."),
    "done": gettext("Nothing done yet. Tick a task and it lands here."),
    "deleted": gettext("Nothing deleted in the last {days} days.", days=RESTORABLE_FOR.days),
    "today": gettext("Nothing due today. Give a task a date of today and it shows up here."),
    "later": gettext("Nothing begins later. A task with a start appears here until its day."),
    "upcoming": gettext("Nothing ahead. Tasks that are due from tomorrow on stand here by day."),
    "overdue": gettext("Nothing is overdue."),
    "all": gettext("No tasks yet. Add one, or tell the assistant."),
}
EMPTY_SEARCH = gettext("No task here has these words.")
EMPTY_FILTERED = gettext("No task here fits the filters.")
CHANGE_UNSURE = gettext(
    "The database cannot be reached, so your last change may be missing. Look at the list, then try again."
)
TASKS_FAILED = gettext("The tasks cannot be read just now. They are safe. Try again in a moment.")
PRINTED_PART = gettext("{count} of {total} tasks. To print all of them, scroll to the end of the list before.")
FILTER = gettext("Filter and sort")
LIST_MENU = gettext("More for the list")
FILTERS = gettext("Filters")
CLEAR = gettext("Clear")
CLEAR_FILTERS = gettext("Clear all filters")
REMOVE_FILTER = gettext("Remove filter {filter}")
PRIORITY_FILTER = gettext("{priority} priority")
DUE_ON_FILTER = gettext("Due {date}")
DUE_AFTER_FILTER = gettext("from {date}")
DUE_BEFORE_FILTER = gettext("until {date}")
FOUND_ONE = gettext("task")
FOUND_MANY = gettext("tasks")
PRIORITY = gettext("Priority")
ANY_PRIORITY = gettext("Any")
TAGS = gettext("Tags")
FILTER_BY_TAG = gettext("Show only this tag")
DUE_FROM = gettext("Due from")
DUE_UNTIL = gettext("Due until")
ANY_DAY = gettext("Any day")
DATE_HINT = gettext("friday 9am")
DUE_DATE = gettext("Due date")
SET_DATE = gettext("Set a date")
CHANGE_DATE = gettext("Change the date")
SET_PRIORITY = gettext("Change the priority")
SORT = gettext("Sort by")
SORT_NAMES = {
    "created": gettext("Added"),
    "due": gettext("Due date"),
    "start": gettext("Start"),
    "priority": gettext("Priority"),
    "title": gettext("Title"),
    "manual": gettext("By hand"),
}
ASCENDING = gettext("Ascending")
DESCENDING = gettext("Descending")
BEGINS = gettext("begins {start}")
STEP_OF = gettext("step of #{number}")
OR_DATE = gettext("or {date}")
"""Another date that the words of a due date could mean."""
TAKE_OTHER = gettext("Take this other date that the words could mean")
OTHER_READING = gettext("“{words}” can also be {date}: take that")
READ_FROM = gettext("From “{words}”")
CAN_ALSO_BE = gettext("which can also be")
NOW_DUE = gettext("#{number} {title} is now due {date}")
REMOVE_CHIP = gettext("{chip}: leave it in the title")
ADDED = gettext("Added #{number} {title}")
ADDED_TO_OPEN = gettext("Added #{number} {title}. You find it under Open.")
SHOWN_FOR_QUESTION = gettext("Shown for your question")
BACK_TO_OPEN = gettext("Back to Open")
SEARCH = gettext("Search tasks")
SEARCH_HINT = gettext("Search")
RESTORE = gettext("Restore")
COMPLETED = gettext("Completed #{number} {title}")
OFFER_PARENT = gettext("{told}. All steps of #{number} {title} are done.")
COMPLETE_PARENT = gettext("Complete it too")
DELETED = gettext("Deleted #{number} {title}")
RESTORED = gettext("Restored #{number} {title}")
DONE_TO_TASK = {
    "created": ADDED,
    "completed": COMPLETED,
    "reopened": gettext("Reopened #{number} {title}"),
    "deleted": DELETED,
    "restored": RESTORED,
    "moved": gettext("Moved #{number} {title}"),
}
UNDID = gettext("Undone: {action}")
NOTHING_TO_UNDO = gettext("There is nothing to undo.")
PRIORITIES = PRIORITY_LABELS
NEAR_DAYS = {-1: gettext("Yesterday"), 0: gettext("Today"), 1: gettext("Tomorrow")}
WEEKDAYS = (
    gettext("Mon"), gettext("Tue"), gettext("Wed"), gettext("Thu"), gettext("Fri"), gettext("Sat"), gettext("Sun"),
)  # fmt: skip
MONTHS = (
    gettext("Jan"), gettext("Feb"), gettext("Mar"), gettext("Apr"), gettext("May"), gettext("Jun"),
    gettext("Jul"), gettext("Aug"), gettext("Sep"), gettext("Oct"), gettext("Nov"), gettext("Dec"),
)  # fmt: skip
DAY = gettext("{day} {month}")
DAY_AFTER_MONTH = gettext("{month} {day}")

# Several tasks
SELECT_TASK = gettext("Select #{number}")
SELECT_TASKS = gettext("Select tasks")
SELECTED_TASKS = gettext("Selected tasks")
SELECTED = gettext("selected")
SELECTED_ONE = gettext("task selected")
SELECTED_MANY = gettext("tasks selected")
CLEAR_SELECTION = gettext("Clear selection")
MESSAGE_TASKS = gettext("Tasks for this message")
LEAVE_OUT_TASKS = gettext("Leave them out of the message")
COMPLETE_SELECTED = gettext("Complete selected")
DELETE_SELECTED = gettext("Delete selected")
DATE_SELECTED = gettext("Date of selected")
PRIORITIZE_SELECTED = gettext("Priority of selected")
TAG_SELECTED = gettext("Tag selected")
APPLY = gettext("Apply")
COMPLETED_MANY = gettext("Completed {count} tasks")
DELETED_MANY = gettext("Deleted {count} tasks")
CHANGED_MANY = gettext("Changed {count} tasks")
CHANGED = gettext("Changed #{number} {title}")
NOTHING_TO_CHANGE = gettext("Nothing to change: they are like that already.")
ABOUT = gettext("about")

# The order by hand
MOVE_TASK = gettext("Move #{number}")
MOVE_HELP = gettext(
    "Press Space, move it with the arrow keys, press Space again. Alt with an arrow key moves a row at once."
)
MOVED = gettext("Moved #{number} {title}")
MOVED_TO = gettext("Moved to position {position}")

# One task
TASK_DETAILS = gettext("Task details")
BACK = gettext("Back to the list")
IS_DELETED = gettext("This task is deleted. It can be restored for {days} days.", days=RESTORABLE_FOR.days)
CREATED = gettext("Added")
HISTORY = gettext("History")
DESCRIPTION = gettext("Description")
ADD_DESCRIPTION = gettext("Add a description")
EDIT_DESCRIPTION = gettext("Edit description")
DESCRIPTION_HINT = gettext("Notes, links, a list. Markdown works.")
SAVE = gettext("Save")
NO_DUE_DATE = gettext("No date")
WHICH_DATE = gettext("“{title}” has a date that can be read in two ways. Choose one: I remember your choice.")
READ_AS = {"month": gettext("Month first: always"), "day": gettext("Day first: always")}
LATER = gettext("Later")
QUICK_DATES = {"today": gettext("Today"), "tomorrow": gettext("Tomorrow"), "next week": gettext("Next week")}
"""The quick choices of a date, by the phrase that the server reads."""
MONTH_BEFORE = gettext("Previous month")
MONTH_AFTER = gettext("Next month")
CLEAR_DUE_DATE = gettext("Clear the date")
NO_REPEAT = gettext("Does not repeat")
REPEAT = gettext("Repetition")
REPETITIONS = {
    "every day": gettext("Every day"),
    "every weekday": gettext("Every weekday"),
    "every week": gettext("Every week"),
    "every 2 weeks": gettext("Every 2 weeks"),
    "every month": gettext("Every month"),
    "every year": gettext("Every year"),
}
PICK_DAY = gettext("Pick the day")
PICK_TIME = gettext("Pick the time")
STEPS = gettext("Steps")
ADD_STEP = gettext("Add a step")
OPEN_PARENT = gettext("Open the task of this step")
NEW_TAG = gettext("New tag")
ADD_TAG = gettext("Add a tag")
NOT_KEPT = gettext("taskchat cannot reach its database just now. What you wrote is still here: try again in a moment.")
REMOVE_TAG = gettext("Remove the tag {tag}")

# Reminders
REMINDERS = gettext("Reminders")
ASSISTANT_OFFLINE = gettext(
    "The offline assistant answers. The owner of this server switches Gemini on with GEMINI_API_KEY, or another model"
    " with GEMINI_BASE_URL and GEMINI_MODEL too."
)
REMINDERS_HINT = gettext(
    "A reminder rings on an open page of taskchat. A page that is opened within {hours} hours still shows it.",
    hours=KEPT_FOR // timedelta(hours=1),
)
REMINDER = gettext("Reminder")
EARLIER_REMINDERS = gettext("Earlier reminders:")
REMINDER_OF = gettext("Reminder of #{number} {title}")
REMINDER_CHOICES = {
    "at_due_time": gettext("At due time"),
    "10_minutes": gettext("10 minutes before"),
    "1_hour": gettext("1 hour before"),
    "1_day": gettext("1 day before"),
    "none": gettext("None"),
}
RINGS = gettext("Rings: {when}")
RANG = gettext("{when} · #{number}")
RANG_LATE = gettext("Late: it was to ring {moment}. {about}")
NO_REMINDER = gettext("Give the task a due date to be reminded.")
DONE = gettext("Done")
SNOOZE = gettext("{minutes} minutes later", minutes=SNOOZE_MINUTES)
OPEN_TASK = pgettext("task", "Open")
SNOOZED = gettext("#{number} {title} rings again at {clock}")
ALLOW_NOTIFICATIONS = gettext("Allow notifications")
NOTIFICATIONS_BLOCKED = gettext("Notifications are blocked in the settings of this browser.")

# Reminders on devices
DEVICES = gettext("Devices")
DEVICES_HINT = gettext(
    "Devices get reminders without an open page, 10 seconds after open pages."
    " A browser's device ends when you sign out there."
)
DELETE_DEVICE = gettext("Remove the device {name}")
DEVICE_DELETED = gettext("The device gets no reminders any more.")
DEVICE_BROWSER = gettext("Browser, added {day}")
DEVICE_NTFY = gettext("ntfy, {topic}, added {day}")
SEND_ME_A_TEST = gettext("Send me a test")
TEST_SENT = gettext("The test is on its way.")
PUSH = {
    "name": gettext("Name of this device"),
    "subscribe": gettext("Send reminders to this device"),
    "impossible": gettext(
        "This browser takes no reminders for a closed page here."
        " It needs https, and on an iPhone or iPad the installed page."
    ),
    "denied": NOTIFICATIONS_BLOCKED,
    "failed": gettext("This browser could not be added. Check its connection and try again."),
}
ADD_TOPIC = gettext("Send reminders to ntfy")
NTFY_URL = gettext("Address of an ntfy server")
NTFY_TOPIC = gettext("Topic of ntfy, which nobody guesses")
NTFY_NAME = gettext("Name of the device with ntfy")
TOPIC_ADDED = gettext("Reminders are sent to this topic.")

OFFLINE_PAGE = {
    "offline": gettext("No connection. This is your list as it was at {time}."),
    "nothing": gettext("No connection, and no list is stored on this device."),
    "waits": gettext("What you write here is sent, in order, when taskchat opens with a connection."),
    "add": ADD_TASK,
    "message": MESSAGE,
    "send": SEND,
    "done": DONE,
    "tasks": TASKS,
    "retry": RETRY,
}
"""Of the page that the service worker shows without a connection (assets/service_worker.js)."""

# Activity
ACTIVITY = gettext("Activity")
EMPTY_ACTIVITY = gettext("Nothing has happened yet. Every change of a task is kept here.")
ACTORS = {
    "person": gettext("You"),
    "assistant": gettext("Assistant"),
    "api": gettext("API"),
    "mcp": gettext("MCP"),
    "repeat": gettext("Repeat"),
}
ASSISTANT_WITH_TOKEN = gettext("Assistant (“{name}”)")
DID = {
    "created": gettext("{who} added"),
    "completed": gettext("{who} completed"),
    "reopened": gettext("{who} reopened"),
    "updated": gettext("{who} changed"),
    "moved": gettext("{who} moved"),
    "deleted": gettext("{who} deleted"),
    "restored": gettext("{who} restored"),
    "imported": gettext("{who} imported"),
    "reminder_set": gettext("{who} set the reminder of"),
    "reminder_removed": gettext("{who} removed the reminder of"),
    "undone": gettext("{who} put back"),
}
FIELDS = {**FIELD_LABELS, "completed_at": gettext("State")}


class TextFieldWords(NamedTuple):
    """What a text field of the open task shows without a value, its placeholder, and the button that empties it."""

    none: Message
    hint: Message
    clear: Message


TEXT_FIELDS = {
    "start_at": TextFieldWords(gettext("At once"), gettext("such as next monday"), gettext("Clear the start")),
    "recurrence": TextFieldWords(NO_REPEAT, gettext("every 2 weeks"), gettext("Stop repeating")),
    "parent_number": TextFieldWords(
        gettext("No other task"), gettext("the name or number of a task"), gettext("Make it a task of its own")
    ),
}
"""The fields that have a row with a text field; `ui/task_detail` takes them from here."""
DIFFERENCE = gettext("{name}: {before} → {after}")
NONE = gettext("none")
STATE_OPEN = gettext("open")
STATE_DONE = gettext("done")
THERE_AGAIN = gettext("It is there again.")
GONE_AGAIN = gettext("It is gone again.")

# Frame
CONNECTION = gettext("Connection")
CONNECTED = gettext("Connected")
RECONNECTING = gettext("Reconnecting")
OFFLINE_STATE = gettext("Offline")
OFFLINE_LINE = gettext("Offline. What you write is sent when you are back.")
NO_CONNECTION = gettext("No connection to the server. What you write is sent when it is back.")
SERVER_UNREACHABLE = gettext(
    "This page cannot reach its server at {address}."
    " Check that it runs there, and that no other program or taskchat has that address."
)
UNANSWERED = gettext("The server has not answered yet. What you did waits for it.")
UNCONFIRMED = gettext(
    "The connection broke off before the server confirmed what you did last. If it is missing, do it again."
)
TOO_MANY_PAGES = gettext(
    "Too many pages of taskchat are open from your account or network. Close some: this one then connects by itself."
)
OTHER_VERSION = gettext(
    "This page is of another version of taskchat than its server. Reload it; what you wrote is kept until then."
)
NOT_TAKEN = gettext(
    "That was not taken: it is too long, or this page is out of date. Shorten it to {most:#,##0} characters, or"
    " reload the page."
)
PANES = gettext("Panes")
SKIP = gettext("Write a message")
CHAT = gettext("Chat")
THEME = gettext("Switch between light and dark")
SHOW_CONVERSATIONS = gettext("Show conversations")

# An unknown address
NOTHING_HERE_TITLE = gettext("Nothing here · taskchat")
NOTHING_HERE = gettext("There is nothing here")
NOTHING_HERE_HINT = gettext("The address may be incomplete, or what was here is gone.")
TO_TASKS = gettext("Go to your tasks")

# Settings
SETTINGS_TITLE = gettext("Settings · taskchat")
SETTINGS = gettext("Settings")
BACK_TO_TASKS = gettext("Back to your tasks")
CHAT_WIDGET = gettext("Chat widget")
WIDGET_NOTE = gettext(
    "This chat is a script of OpenAI. It can see and change here whatever you can, and it sends data on its use to"
    " OpenAI and to a monitoring service."
)
CHAT_WIDGET_TITLE = gettext("Chat widget · taskchat")
WIDGET_SCRIPT_FAILED = gettext(
    "The widget cannot be loaded from cdn.platform.openai.com."
    " Check the connection to the internet, or use the chat beside your tasks."
)
SAVED = gettext("Saved.")
REGION = gettext("Language and time")
LANGUAGE = gettext("Language")
OWN_LANGUAGE = gettext("The browser’s language")
TIME_ZONE = gettext("Time zone")
TIME_ZONE_HINT = gettext("Type a city, like Berlin or New York. Dates are understood and shown on the clock there.")
SINGLES_KEEP = gettext("Single dates keep their clock time too")
UNKNOWN_ZONE = gettext("There is no such time zone. Type a larger city nearby, or choose one from the list.")
WEEK_START = gettext("Weeks begin on")
WEEK_START_HINT = gettext("Decides what “this week”, “next week” and “end of the week” mean.")
WEEK_STARTS = {"monday": gettext("Monday"), "saturday": gettext("Saturday"), "sunday": gettext("Sunday")}
CLOCK = gettext("Clock")
CLOCKS = {"24": gettext("24 hours (18:15)"), "12": gettext("12 hours (6:15 PM)")}
DATE_ORDER = gettext("Dates in numbers")
DATE_ORDERS = {
    "": gettext("Ask me the first time"),
    "day": gettext("Day first: 3/5 is 3 May"),
    "month": gettext("Month first: 3/5 is March 5"),
}
DATE_ORDER_HINT = gettext("How “3/5” is read, and in English whether the month stands before the day.")
DUE_MEANINGS = gettext("Words of dates")
DUE_MEANINGS_HINT = gettext("You chose these meanings. Without one, a date has its usual meaning again.")
MEANINGS = {
    "this_week": gettext("“next friday” or “next weekend” is the first one to come"),
    "week_after": gettext("“next friday” or “next weekend” is the one after the first"),
    "today": gettext("“in the morning” is today, if it is not past"),
    "tomorrow": gettext("“in the morning” is tomorrow"),
    "day_first": gettext("3/5 is 3 May"),
    "month_first": gettext("3/5 is March 5"),
}
MEANING_OF_HOUR = gettext("“at {hour}” is {clock}")
FORGET_MEANING = gettext("Remove: {meaning}")
OFFER_MEANING = gettext("{told}. For you, {meaning}?")
PREFER_MEANING = gettext("Always")
MEANING_KEPT = gettext("From now on, {meaning}. The settings show it, and take it back.")
APPEARANCE = gettext("Appearance")
THEMES = {"system": gettext("System"), "light": gettext("Light"), "dark": gettext("Dark")}
CHANGE_PASSWORD = gettext("Change password")
CURRENT_PASSWORD = gettext("Current password")
NEW_PASSWORD = gettext("New password")
CHANGE_PASSWORD_HINT = gettext("Ends all your other logins. You stay signed in here.")
END_ACCESS = gettext("End tokens, calendar feeds, webhooks and reminders on devices too")
PASSWORD_CHANGED = gettext("Your password is changed. All your other logins have ended.")
WRONG_PASSWORD = gettext("This is not your current password.")
LOGINS = gettext("Logins")
SIGN_OUT_ALL = gettext("Sign out everywhere")
SIGN_OUT_ALL_HINT = gettext(
    "Ends every login of yours, on all devices, this one too. Your tasks and conversations stay."
)
TOKENS = gettext("Tokens")
TOKENS_HINT = gettext(
    "A token lets a program work with your tasks in your name: a script, or an assistant that speaks MCP."
    " It never reaches your account or password. Changing your password offers to end it."
)
TOKEN_NAME = gettext("Name of the program")
TOKEN_MAY = gettext("The program may")
TOKEN_SCOPES = {
    "read": gettext("Read tasks, conversations and activity"),
    "write": gettext("Change tasks"),
    "chat": gettext("Talk to the assistant, which also changes tasks"),
}
TOKEN_SCOPES_SHORT = {"read": gettext("Reads"), "write": gettext("Writes"), "chat": gettext("Chats")}
TOKEN_LIFETIME = gettext("Ends")
TOKEN_LIFETIMES = {
    "30": gettext("After {days} days", days=30),
    "90": gettext("After {days} days", days=90),
    "365": gettext("After a year"),
    "never": gettext("Never"),
}
CREATE_TOKEN = gettext("Create token")
TOKEN_CREATED = gettext("Copy the token now: it is not shown again. Programs send it as “Authorization: Bearer …”.")
COPY_TOKEN = gettext("Copy token")
TOKEN_USED = gettext("last used {day}")
TOKEN_UNUSED = gettext("never used")
TOKEN_EXPIRES = gettext("ends {day}")
TOKEN_EXPIRED = gettext("ended {day}")
TOKEN_WAS_REVOKED = gettext("revoked {day}")
REVOKE = gettext("Revoke")
REVOKE_ONLY = gettext("Revoke, keep what it did")
REVOKE_TOKEN = gettext("Revoke “{name}”")
REVOKE_AND_UNDO = gettext("Revoke, undo all it did (changes: {count})")
UNDO_TOKEN = gettext("Undo all it did (changes: {count})")
TOKEN_REVOKED = gettext("The token is revoked.")
FEEDS = gettext("Calendar feeds")
FEEDS_HINT = gettext(
    "A feed shows tasks in your calendar program, which subscribes to its address."
    " Whoever has the address can read these tasks; deleting the feed ends it."
)
FEED_VIEWS = {
    "open": pgettext("view", "Open"),
    "today": gettext("Today"),
    "week": gettext("Next 7 days"),
    "upcoming": gettext("Upcoming"),
    "later": gettext("Later"),
    "overdue": gettext("Overdue"),
    "done": gettext("Done"),
    "all": gettext("All"),
}
FEED_WORDS = gettext("Only with these tags or words")
FEED_AS = gettext("Shown as")
FEED_KINDS = {"event": gettext("Events, with a due date"), "todo": gettext("To-dos")}
CREATE_FEED = gettext("Create feed")
FEED_CREATED = gettext("The feed is ready: copy its address into your calendar program.")
FEED_DELETED = gettext("The feed is deleted. Its address no longer works.")
FEED_READ = gettext("last read {day}")
FEED_UNREAD = gettext("never read")
DELETE_FEED = gettext("Delete the feed “{name}”")
COPY_ADDRESS = gettext("Copy address")
DELETE_IT = gettext("Delete")
WEBHOOKS = gettext("Webhooks")
WEBHOOKS_HINT = gettext(
    "A webhook sends a signed message to your program when a task changes or a reminder rings."
    " A message that does not arrive is tried again for a day."
)
WEBHOOK_URL = gettext("Address of the program")
WEBHOOK_TELLS = gettext("It tells when")
WEBHOOK_EVENTS = {
    "task.created": gettext("Task added"),
    "task.updated": gettext("Task changed"),
    "task.completed": gettext("Task completed"),
    "task.reopened": gettext("Task reopened"),
    "task.deleted": gettext("Task deleted"),
    "task.restored": gettext("Task restored"),
    "reminder.due": gettext("Reminder rings"),
}
ALL_EVENTS = gettext("All events")
CREATE_WEBHOOK = gettext("Create webhook")
WEBHOOK_CREATED = gettext("Copy the secret now: it is not shown again. Your program checks the signatures with it.")
COPY_SECRET = gettext("Copy secret")
WEBHOOK_DELETED = gettext("The webhook is deleted.")
DELETE_WEBHOOK = gettext("Delete the webhook to {url}")
WEBHOOK_FAILING = gettext("The last message did not arrive. Next try: {time}.")
WEBHOOK_OFF = gettext(
    "Switched off on {day}, since messages did not arrive. A test that arrives switches it on again, and it goes on."
)
SEND_TEST = gettext("Send a test")
TEST_ARRIVED = gettext("The test arrived (answer: {answer}).")
TEST_FAILED = gettext("The test did not arrive (answer: {answer}).")
DELIVERIES = gettext("Deliveries")
NO_DELIVERIES = gettext("Nothing was sent yet.")
WEBHOOK_TEST = gettext("Test")
NO_ANSWER = gettext("no answer")
WEBHOOK_ERRORS = {
    "private_address": gettext("private network"),
    "timeout": gettext("no answer in time"),
    "dns": gettext("name not found"),
    "tls": gettext("certificate not valid"),
    "connection": gettext("no connection"),
}
DELETE_ACCOUNT = gettext("Delete account")
DELETE_ACCOUNT_HINT = gettext(
    "Deletes your account at once, with all your tasks, conversations, activity and settings. "
    "Nothing of it can be restored."
)
PASSWORD_TO_DELETE = gettext("Your password, to confirm")
ZONE_DIFFERS = gettext("Your browser is in {browser}, taskchat uses {stored}.")
SWITCH_ZONE = gettext("Switch")
SWITCH_ALL = gettext("Switch, all keep their clock time")
KEEP_ZONE = gettext("Keep")

# Keyboard
SHORTCUTS = gettext("Keyboard shortcuts")
SHORTCUT_GROUPS = (
    gettext("Everywhere"),
    gettext("In the list of conversations"),
    gettext("In the list of tasks"),
    gettext("While writing"),
)
SHORTCUT_KEYS = (
    (
        ((gettext("Ctrl"), "K"), gettext("Search, or do anything")),
        (("n",), gettext("Add a task")),
        (("c",), gettext("Write a message")),
        (("/",), gettext("Search tasks")),
        (("j",), gettext("Go to the list of tasks")),
        (("Alt", "↑"), gettext("Conversation above")),
        (("Alt", "↓"), gettext("Conversation below")),
        ((gettext("Ctrl"), "Z"), gettext("Undo the last change of a task")),
        (("Esc",), gettext("Close what is open, or leave a text field")),
        (("?",), gettext("Show these keys")),
    ),
    (
        (("↑", "↓"), gettext("Go from one to another")),
        (("Enter",), gettext("Open it")),
        (("F2",), gettext("Rename it")),
        ((pgettext("key", "Delete"),), gettext("Delete it")),
    ),
    (
        (("↑", "↓"), gettext("Go from task to task, like j and k")),
        ((gettext("Home"), gettext("End")), gettext("Go to the first or the last one")),
        ((gettext("Space"),), gettext("Complete it")),
        (("Enter",), gettext("Open it")),
        (("→", "←"), gettext("Show or hide its steps")),
        (("x",), gettext("Select it")),
        (("Alt", "↑", "↓"), gettext("Move it, in the order by hand")),
        (("e",), gettext("Edit its title")),
        (("d",), gettext("Set its date")),
        ((pgettext("key", "Delete"),), gettext("Delete it")),
    ),
    (
        (("Enter",), gettext("Send, or keep what was changed")),
        (("Shift", "Enter"), gettext("Break the line")),
        (("Esc",), gettext("Drop what was changed")),
    ),
)

# Palette
PALETTE = gettext("Search or command")
PALETTE_KEYS = (gettext("Ctrl"), "K")
PALETTE_PLACEHOLDER = gettext("Search, or type a command")
PALETTE_TYPED = gettext("What you typed")
QUOTED = gettext("“{quoted}”")
PALETTE_ADD = gettext("Add “{text}”")
PALETTE_ASK = gettext("Ask “{text}”")
PALETTE_NOTHING = gettext("Nothing has these words.")
PALETTE_FAILED = gettext("Tasks and conversations cannot be searched just now. They are safe. Try again in a moment.")
COMMANDS = gettext("Commands")
NEW_TASK = gettext("New task")
VIEW_COMMANDS = {
    "open": gettext("Show open tasks"),
    "today": gettext("Show today"),
    "upcoming": gettext("Show upcoming tasks"),
    "later": gettext("Show what begins later"),
    "overdue": gettext("Show overdue tasks"),
    "done": gettext("Show done tasks"),
    "deleted": gettext("Show deleted tasks"),
    "activity": gettext("Show activity"),
}
PRINT = gettext("Print the list")
SETTINGS_SECTIONS = gettext("Sections")
PALETTE_ALSO = {
    "duplicate": gettext("copy again template"),
    "deleted": gettext("trash bin"),
    "activity": gettext("history log"),
    "language": gettext("time zone region english german deutsch englisch"),
    "data": gettext("export import backup csv json"),
}
"""Further words that find a command of the palette."""
THEME_COMMANDS = {"light": gettext("Theme: light"), "dark": gettext("Theme: dark"), "system": gettext("Theme: system")}

DATA = gettext("Your data")
EXPORT_HINT = gettext(
    "One file with your tasks and their history, your conversations and settings. Importing it brings everything back."
)
EXPORT_ALL = gettext("Export everything")
DOWNLOAD_MARKDOWN = gettext("Download as Markdown")
EXPORT_CSV = gettext("Tasks as CSV")
DOWNLOAD_FAILED = gettext("The server cannot be reached just now. Nothing was changed. Try again in a moment.")
IMPORT_HINT = gettext(
    "A file of taskchat, Todoist, TickTick or Vikunja, a CSV list or a calendar."
    " You see first what comes and what cannot."
)
IMPORT = {
    "file": gettext("File to import"),
    "format": gettext("Format"),
    "preview": gettext("Show what comes"),
    "reading": gettext("Reading the file"),
    "read_tasks": gettext("{done} of {total} tasks"),
    "read_changes": gettext("History: {done} of {total} changes"),
    "read_recorded": gettext("Recorded: {done} of {total} tasks"),
    "read_other": gettext("Conversations: {done} of {total} parts"),
    "comes": gettext("This would come: tasks {tasks}, conversations {conversations}."),
    "came": gettext("Imported: tasks {tasks}, conversations {conversations}."),
    "import": gettext("Import"),
    "undo": gettext("Undo the import"),
    "undone": gettext("Tasks taken back: {count}."),
    "left": gettext("Left as it is"),
    "skipped": gettext("Does not come"),
    "notes": gettext("Comes differently"),
    "tasks": gettext("Comes"),
    "line": gettext("Line"),
    "more": gettext("And {count} more."),
    "unreachable": DOWNLOAD_FAILED,
}
IMPORT_FORMATS = {
    "taskchat": gettext("taskchat (JSON)"),
    "todoist": gettext("Todoist (CSV)"),
    "ticktick": gettext("TickTick (CSV)"),
    "vikunja": gettext("Vikunja (ZIP)"),
    "csv": gettext("List (CSV)"),
    "ics": gettext("Calendar (ICS)"),
}
