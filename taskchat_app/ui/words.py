"""Every sentence that a person reads in the browser, in English; a translation is a file like `words_de.py`.

Components are given these as they are: the browser says them in the reader's language. Handlers read them in the
language of the person whom they answer.
"""

import sys

from taskchat_app.ui.said import Words

PRODUCT = "taskchat"
TAGLINE = "Your to-do list, run by talking to it."

LOGIN_TITLE = "Sign in · taskchat"
REGISTER_TITLE = "Create account · taskchat"
PAGE_TITLE = "taskchat"

EMAIL = "Email"
PASSWORD = "Password"  # noqa: S105 a label, no secret
PASSWORD_HINT = "At least 8 characters"  # noqa: S105 a hint, no secret
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
DELETE_QUESTION = "Delete this conversation? Its tasks stay."
DELETE_IT = "Delete conversation"
KEEP_IT = "Keep"
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
LATEST = "Jump to latest"
OLDER = "Show earlier messages"
NOW = "Now"
ANSWERING = "The assistant is answering."
INTERRUPTED = "The answer broke off. What is shown as done is kept. Try again to get an answer."
CONVERSATION_GONE = "This conversation was deleted. Its tasks are still here."
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
OFFLINE = "Offline assistant: it understands simple sentences. Set GEMINI_API_KEY to talk to Gemini."

# Tasks
TASKS = "Tasks"
ADD_TASK = "Add a task"
ADD_PLACEHOLDER = "Add a task, like “Call mum friday !high”"
VIEW_NAMES = {"open": "Open", "done": "Done", "deleted": "Deleted", "activity": "Activity"}
TICK = "Complete #{number} {title}"
EDIT = "Edit title"
DELETE = "Delete task"
TITLE = "Title"
OVERDUE = "overdue"
EMPTY_OPEN = "Nothing to do. Add a task above, or tell the assistant."
EMPTY_DONE = "Nothing done yet. Tick a task and it lands here."
EMPTY_DELETED = "Nothing deleted in the last 30 days."
EMPTY_SEARCH = "No task here has these words."
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

# One task
TASK_DETAILS = "Task details"
BACK = "Back to the list"
IS_DELETED = "This task is deleted. It can be restored for 30 days."
CREATED = "Added"
HISTORY = "History"
DESCRIPTION = "Description"
ADD_DESCRIPTION = "Add a description"
EDIT_DESCRIPTION = "Edit description"
SAVE = "Save"

# Activity
ACTIVITY = "Activity"
EMPTY_ACTIVITY = "Nothing has happened yet. Every change of a task is kept here."
ACTORS = {"person": "You", "assistant": "Assistant", "api": "API", "mcp": "MCP", "repeat": "Repeat"}
DID = {
    "created": "{who} added",
    "completed": "{who} completed",
    "reopened": "{who} reopened",
    "updated": "{who} changed",
    "deleted": "{who} deleted",
    "restored": "{who} restored",
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
PANES = "Panes"
CHAT = "Chat"
THEME = "Switch between light and dark"
SHOW_CONVERSATIONS = "Show conversations"

# Keyboard
SHORTCUTS = "Keyboard"
SHORTCUT_KEYS = (
    ("/", "Search tasks"),
    ("n", "Add a task"),
    ("c", "Write a message"),
    ("?", "Show these keys"),
    ("Enter", "Send, or keep what was changed"),
    ("Shift Enter", "Break the line"),
    ("Esc", "Drop what was changed"),
)

sys.modules[__name__].__class__ = Words
