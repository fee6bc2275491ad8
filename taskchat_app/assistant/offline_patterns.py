"""Regular expressions for sentences, written so that they can be read: a blank stands for any white space."""

import re


def sentence(pattern: str) -> re.Pattern[str]:
    """Compile a pattern in which each blank means one or more white spaces, whatever the case of the letters."""
    return re.compile(pattern.replace(" ", r"\s+"), re.IGNORECASE | re.DOTALL)
