"""Every sentence of the page, in English.

Components are given these as they are: the browser says them in the reader's language. Handlers read them in the
language of the person whom they answer.
"""

import sys

from taskchat_app.ui.i18n.lazy_strings import WordsModule

PRODUCT = "taskchat"
TAGLINE = "Your to-do list, run by talking to it."

LOGIN_TITLE = "Sign in · taskchat"
REGISTER_TITLE = "Create account · taskchat"
PAGE_TITLE = "taskchat"

EMAIL = "Email"
PASSWORD = "Password"
PASSWORD_HINT = "At least 8 characters"
SIGN_IN = "Sign in"
SIGN_OUT = "Sign out"
CREATE_ACCOUNT = "Create account"
LOGIN_HEADING = "Sign in"
REGISTER_HEADING = "Create your account"
NO_ACCOUNT = "New here?"
HAVE_ACCOUNT = "Already have an account?"

SIGN_IN_ERRORS = {
    "bad_credentials": "Email or password is wrong. Check both and try again.",
    "email_taken": "There is already an account with this email. Sign in instead.",
    "invalid": "Enter a full email address and a password of at least 8 characters.",
    "burst_limit": "Too many attempts. Wait a moment, then try again.",
    "forbidden": "This page was opened from another address. Reload it, then try again.",
    "unavailable": "taskchat cannot reach its database just now. Try again in a moment.",
    "signed_out": "You were signed out. Sign in to go on.",
}
SIGN_IN_ERROR = "That did not work. Check what you typed and try again."

# Conversations
CONVERSATIONS = "Conversations"
NEW_CONVERSATION = "New conversation"
UNTITLED = "New conversation"
NO_CONVERSATIONS = "Your conversations appear here."
CONVERSATION_TITLE = "Title of the conversation"
RENAME_CONVERSATION = "Rename"
DELETE_CONVERSATION = "Delete"
DELETED_CONVERSATION = "Deleted “{title}”. Its tasks stay."
CONVERSATIONS_FAILED = "The conversations cannot be read just now. They are safe. Try again in a moment."
SEARCH_CONVERSATIONS = "Search conversations"
FOUND_MESSAGES = "Messages found"
NOTHING_SAID = "No message or title has these words."
UNREAD = "unread"
MORE = "Show more"
CLOSE = "Close"

# Chat
CONVERSATION = "Conversation"
YOU = "You"
ASSISTANT = "Assistant"
MESSAGE = "Message"
MESSAGE_PLACEHOLDER = "Message taskchat"
SEND = "Send"
STOP = "Stop"
RETRY = "Retry"
DISMISS = "Dismiss"
COPY = "Copy answer"
COPIED = "Copied"
COPY_CODE = "Copy code"
SHOW_IN_LIST = "Show in list"
LATEST = "Jump to latest"
OLDER = "Show earlier messages"
NOW = "Now"
ANSWERING = "The assistant is answering."
QUEUE = "Put in line"
WAITS_FOR_CONNECTION = "Waiting for the connection"
WAITS_FOR_ANSWER = "Waiting for the answer"
EDIT_WAITING = "Edit"
REMOVE_WAITING = "Remove"
INTERRUPTED = "The answer broke off. What is shown as done is kept. Try again to get an answer."
CONVERSATION_GONE = "This conversation was deleted. Its tasks are still here."
UNREACHABLE = "The database cannot be reached just now. Try again in a moment."
BROKEN = "Something went wrong on our side. What is shown as done is kept. Try again."
UNDO = "Undo"
UNDONE = "Undone"
NOTICE = "Notice"
ANSWER_AGAIN = "Answer again"
GOOD_ANSWER = "Good answer"
BAD_ANSWER = "Bad answer"
EDIT_MESSAGE = "Edit message"
EDITED_MESSAGE = "New wording"
ASK_AGAIN = "Ask again"
DISCARD = "Discard"
CONFIRM = "Confirm"
CANCEL = "Cancel"
ASKED = "Asked for"
RESULT = "Result"
EMPTY_HEADING = "What needs doing?"
EMPTY_TEXT = "Write it the way you would say it. The assistant keeps your list."
SUGGESTIONS = (
    "Add a task to buy milk tomorrow",
    "What is due this week?",
    "Remind me to call the dentist on Friday at 9am",
    "Help",
)
SUGGEST_MOVE = "Move #{number} “{title}” to tomorrow"
SUGGEST_DONE = "Mark #{number} “{title}” as done"
SUGGEST_DATE = "Move #{number} “{title}” to friday"
SUGGEST_WEEK = "What is due this week?"
SUGGEST_OVERDUE = "Show my overdue tasks"
SUGGEST_IMPORTANT = "Show high priority tasks"
SUGGEST_TAG = "Show tasks tagged {tag}"
OFFLINE = "Offline assistant: it understands simple sentences. Set GEMINI_API_KEY to talk to Gemini."

# Tasks
TASKS = "Tasks"
ADD_TASK = "Add a task"
ADD_PLACEHOLDER = "Add “Call mum friday !high”"
VIEW_NAMES = {
    "open": "Open",
    "today": "Today",
    "upcoming": "Upcoming",
    "overdue": "Overdue",
    "done": "Done",
    "deleted": "Deleted",
    "activity": "Activity",
}
TICK = "Complete #{number} {title}"
EDIT = "Edit title"
DELETE = "Delete task"
TITLE = "Title"
OVERDUE = "overdue"
EMPTY_OPEN = "Nothing to do. Add a task above, or tell the assistant."
EMPTY_DONE = "Nothing done yet. Tick a task and it lands here."
EMPTY_DELETED = "Nothing deleted in the last 30 days."
EMPTY_TODAY = "Nothing due today. Give a task a date of today and it shows up here."
EMPTY_UPCOMING = "Nothing ahead. Tasks that are due from tomorrow on stand here by day."
EMPTY_OVERDUE = "Nothing is overdue."
EMPTY_ALL = "No tasks yet. Add one above, or tell the assistant."
EMPTY_SEARCH = "No task here has these words."
EMPTY_FILTERED = "No task here fits the filters."
CHANGE_UNSURE = "The database cannot be reached, so your last change may be missing. Look at the list, then try again."
TASKS_FAILED = "The tasks cannot be read just now. They are safe. Try again in a moment."
FILTER = "Filter and sort"
FILTERS = "Filters"
CLEAR = "Clear"
CLEAR_FILTERS = "Clear all filters"
REMOVE_FILTER = "Remove filter {filter}"
PRIORITY_FILTER = "{priority} priority"
DUE_AFTER_FILTER = "from {date}"
DUE_BEFORE_FILTER = "until {date}"
FOUND_ONE = "task"
FOUND_MANY = "tasks"
PRIORITY = "Priority"
ANY_PRIORITY = "Any"
TAGS = "Tags"
FILTER_BY_TAG = "Show only this tag"
DUE_FROM = "Due from"
DUE_UNTIL = "Due until"
ANY_DAY = "any day"
DATE_HINT = "friday 9am"
DUE_DATE = "Due date"
SET_DATE = "Set a date"
CHANGE_DATE = "Change the date"
SET_PRIORITY = "Change the priority"
SORT = "Sort by"
SORT_NAMES = {"created": "Added", "due": "Due date", "priority": "Priority", "title": "Title", "manual": "By hand"}
ASCENDING = "Ascending"
DESCENDING = "Descending"
REMOVE_CHIP = "{chip}: leave it in the title"
ADDED = "Added #{number} {title}"
SEARCH = "Search tasks"
RESTORE = "Restore"
OPEN_DETAILS = "Open #{number}"
COMPLETED = "Completed #{number} {title}"
DELETED = "Deleted #{number} {title}"
RESTORED = "Restored #{number} {title}"
PRIORITIES = {"low": "Low", "medium": "Medium", "high": "High"}
NEAR_DAYS = {-1: "Yesterday", 0: "Today", 1: "Tomorrow"}
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
DAY = "{day} {month}"

# Several tasks
SELECT_TASK = "Select #{number}"
SELECT_TASKS = "Select tasks"
SELECTED_TASKS = "Selected tasks"
SELECTED = "selected"
SELECTED_ONE = "task selected"
SELECTED_MANY = "tasks selected"
CLEAR_SELECTION = "Clear selection"
COMPLETE_SELECTED = "Complete selected"
DELETE_SELECTED = "Delete selected"
DATE_SELECTED = "Date of selected"
PRIORITIZE_SELECTED = "Priority of selected"
TAG_SELECTED = "Tag selected"
BULK_DATES = {"today": "Today", "tomorrow": "Tomorrow", "next week": "Next week", "": "No date"}
APPLY = "Apply"
COMPLETED_MANY = "Completed {count} tasks"
DELETED_MANY = "Deleted {count} tasks"
CHANGED_MANY = "Changed {count} tasks"
CHANGED = "Changed #{number} {title}"
NOTHING_TO_CHANGE = "Nothing to change: they are like that already."
ABOUT = "about"

# The order by hand
MOVE_TASK = "Move #{number}"
MOVE_HELP = "Press Space, move it with the arrow keys, press Space again. Alt with an arrow key moves a row at once."
MOVED = "Moved #{number} {title}"
MOVED_TO = "Moved to position {position}"

# One task
TASK_DETAILS = "Task details"
BACK = "Back to the list"
IS_DELETED = "This task is deleted. It can be restored for 30 days."
CREATED = "Added"
HISTORY = "History"
DESCRIPTION = "Description"
ADD_DESCRIPTION = "Add a description"
EDIT_DESCRIPTION = "Edit description"
DESCRIPTION_HINT = "Notes, links, a list. Markdown works."
SAVE = "Save"
NO_DUE_DATE = "No date"
PICK_DAY = "Day"
CLEAR_DUE_DATE = "Clear the date"
NO_REPEAT = "Does not repeat"
REPEAT = "Repetition"
REPEAT_HINT = "every 2 weeks"
CLEAR_REPEAT = "Stop repeating"
NEW_TAG = "New tag"
ADD_TAG = "Add a tag"
NOT_KEPT = "taskchat cannot reach its database just now. What you wrote is still here: try again in a moment."
REMOVE_TAG = "Remove the tag {tag}"

# Reminders
REMINDERS = "Reminders"
REMINDER = "Reminder"
REMINDER_OF = "Reminder of #{number} {title}"
REMINDER_CHOICES = {
    "at_due_time": "At due time",
    "10_minutes": "10 minutes before",
    "1_hour": "1 hour before",
    "1_day": "1 day before",
    "none": "None",
}
RINGS = "Rings: {when}"
RANG = "{when} · #{number}"
NO_REMINDER = "Give the task a due date to be reminded."
DONE = "Done"
SNOOZE = "10 minutes later"
OPEN_TASK = "Open"
SNOOZED = "#{number} {title} rings again at {clock}"
ALLOW_NOTIFICATIONS = "Allow notifications"
NOTIFICATIONS_BLOCKED = "Notifications are blocked in the settings of this browser."

# Activity
ACTIVITY = "Activity"
EMPTY_ACTIVITY = "Nothing has happened yet. Every change of a task is kept here."
ACTORS = {"person": "You", "assistant": "Assistant", "api": "API", "mcp": "MCP", "repeat": "Repeat"}
DID = {
    "created": "{who} added",
    "completed": "{who} completed",
    "reopened": "{who} reopened",
    "updated": "{who} changed",
    "moved": "{who} moved",
    "deleted": "{who} deleted",
    "restored": "{who} restored",
    "reminder_set": "{who} set the reminder of",
    "reminder_removed": "{who} removed the reminder of",
    "undone": "{who} put back",
}
FIELDS = {
    "title": "Title",
    "description": "Description",
    "due_at": "Due",
    "recurrence": "Repeats",
    "priority": "Priority",
    "tags": "Tags",
    "completed_at": "State",
}
DIFFERENCE = "{name}: {before} → {after}"
NONE = "none"
STATE_OPEN = "open"
STATE_DONE = "done"
THERE_AGAIN = "It is there again."
GONE_AGAIN = "It is gone again."

# Frame
CONNECTION = "Connection"
CONNECTED = "Connected"
RECONNECTING = "Reconnecting"
OFFLINE_STATE = "Offline"
SERVER_UNREACHABLE = (
    "This page cannot reach its server at {address}."
    " Check that it runs there, and that no other program or taskchat has that address."
)
UNANSWERED = "The server has not answered yet. What you did waits for it."
TOO_MANY_PAGES = (
    "Too many pages of taskchat are open from your account or network. Close some: this one then connects by itself."
)
NOT_TAKEN = (
    "That was not taken: it is too long, or this page is out of date. Shorten it to 10,000 characters, or reload the"
    " page."
)
PANES = "Panes"
SKIP = "Write a message"
CHAT = "Chat"
THEME = "Switch between light and dark"
SHOW_CONVERSATIONS = "Show conversations"

# An unknown address
NOTHING_HERE_TITLE = "Nothing here · taskchat"
NOTHING_HERE = "There is nothing here"
NOTHING_HERE_HINT = "The address may be incomplete, or what was here is gone."
TO_TASKS = "Go to your tasks"

# Settings
SETTINGS_TITLE = "Settings · taskchat"
SETTINGS = "Settings"
BACK_TO_TASKS = "Back to your tasks"
SAVED = "Saved."
REGION = "Language and time"
LANGUAGE = "Language"
OWN_LANGUAGE = "The browser’s language"
TIME_ZONE = "Time zone"
TIME_ZONE_HINT = "Type a city or a region, like Berlin. Dates are understood and shown on the clock there."
UNKNOWN_ZONE = "There is no such time zone. Choose one from the list, like Europe/Berlin."
WEEK_START = "Weeks begin on"
WEEK_START_HINT = "Decides what “this week”, “next week” and “end of the week” mean."
WEEK_STARTS = {"monday": "Monday", "saturday": "Saturday", "sunday": "Sunday"}
APPEARANCE = "Appearance"
THEMES = {"system": "System", "light": "Light", "dark": "Dark"}
CHANGE_PASSWORD = "Change password"
CURRENT_PASSWORD = "Current password"
NEW_PASSWORD = "New password"
CHANGE_PASSWORD_HINT = "Ends all your other logins. You stay signed in here."
PASSWORD_CHANGED = "Your password is changed. All your other logins have ended."
WRONG_PASSWORD = "This is not your current password."
LOGINS = "Logins"
SIGN_OUT_ALL = "Sign out everywhere"
SIGN_OUT_ALL_HINT = "Ends every login of yours, on all devices, this one too. Your tasks and conversations stay."
DELETE_ACCOUNT = "Delete account"
DELETE_ACCOUNT_HINT = (
    "Deletes your account at once, with all your tasks, conversations, activity and settings. "
    "Nothing of it can be restored."
)
TYPE_EMAIL = "Type your email to confirm"
OTHER_EMAIL = "This is not the email of your account. Type {email}."
ZONE_DIFFERS = "Your browser is in {browser}, taskchat uses {stored}."
SWITCH_ZONE = "Switch"
KEEP_ZONE = "Keep"

# Keyboard
SHORTCUTS = "Keyboard shortcuts"
SHORTCUT_GROUPS = ("Everywhere", "In the list of conversations", "In the list of tasks", "While writing")
SHORTCUT_KEYS = (
    (
        (("Ctrl", "K"), "Search, or do anything"),
        (("n",), "Add a task"),
        (("c",), "Write a message"),
        (("/",), "Search tasks"),
        (("j",), "Go to the list of tasks"),
        (("Alt", "↑"), "Conversation above"),
        (("Alt", "↓"), "Conversation below"),
        (("Esc",), "Close what is open"),
        (("?",), "Show these keys"),
    ),
    (
        (("↑", "↓"), "Go from one to another"),
        (("Enter",), "Open it"),
        (("F2",), "Rename it"),
        (("Delete",), "Delete it"),
    ),
    (
        (("↑", "↓"), "Go from task to task, like j and k"),
        (("Home", "End"), "Go to the first or the last one"),
        (("Space",), "Complete it"),
        (("Enter",), "Open it"),
        (("x",), "Select it"),
        (("Alt", "↑", "↓"), "Move it, in the order by hand"),
        (("e",), "Edit its title"),
        (("d",), "Set its date"),
        (("Delete",), "Delete it"),
    ),
    (
        (("Enter",), "Send, or keep what was changed"),
        (("Shift", "Enter"), "Break the line"),
        (("Esc",), "Drop what was changed"),
    ),
)

# Palette
PALETTE = "Search or command"
PALETTE_KEYS = ("Ctrl", "K")
PALETTE_PLACEHOLDER = "Search, or type a command"
PALETTE_NOTHING = "Nothing has these words."
PALETTE_FAILED = "Tasks and conversations cannot be searched just now. They are safe. Try again in a moment."
COMMANDS = "Commands"
NEW_TASK = "New task"
VIEW_COMMANDS = {
    "open": "Show open tasks",
    "today": "Show today",
    "upcoming": "Show upcoming tasks",
    "overdue": "Show overdue tasks",
    "done": "Show done tasks",
    "deleted": "Show deleted tasks",
    "activity": "Show activity",
}
THEME_COMMANDS = {"light": "Theme: light", "dark": "Theme: dark", "system": "Theme: system"}

sys.modules[__name__].__class__ = WordsModule
