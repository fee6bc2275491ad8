"""Regular expressions for sentences, written so that they can be read: a blank stands for any white space."""

import re

EVERYTHING = (
    r"(?:everything|all(?: of it)?|every (?:task|one)|"
    r"all (?:of )?(?:my |the |these )?(?:open |remaining )?(?:tasks|todos|to-dos|items|things)|"
    r"alles|alle(?: (?:meine |offenen )*aufgaben)?)"
)
"""All tasks there are, or all open ones where open ones are meant anyway."""


def sentence(pattern: str) -> re.Pattern[str]:
    """Compile a pattern in which each blank means one or more white spaces, whatever the case of the letters."""
    return re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE | re.DOTALL)
