"""Every sentence that a person reads in the browser; a translation is another module with the same names."""

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
    "signed_out": "You were signed out. Sign in to go on.",
}
SIGN_IN_ERROR = "That did not work. Check what you typed and try again."
