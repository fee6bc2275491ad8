"""The note below the composer: how many messages are left today, once few are.

The alert about a message that was refused has its sentence from domain/accounts/message_limits.py.
"""

from taskchat_app.domain.accounts.accounts import Person
from taskchat_app.domain.accounts.message_limits import reset_words, tighter_quota
from taskchat_app.i18n.messages import gettext, ngettext
from taskchat_app.ui.i18n.language import say

FEW_SHARE = 1 / 5


async def quota_note(person: Person) -> str:
    """Return the note; "" while more than a few messages are left, or where none are counted."""
    quota = await tighter_quota(person)
    if quota is None or quota.left > quota.limit * FEW_SHARE:
        return ""
    if quota.left == 0:
        when = reset_words(quota.resets_at, person)
        return say(gettext("No messages left today. You can go on {when}.", when=when))
    return say(ngettext("{count} message left today", "{count} messages left today", quota.left))
