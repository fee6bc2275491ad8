"""Renders messages in a language, by the gettext catalogues `locales/<code>.po`.

Who chooses the language: api/core/request_language.py for the API, ui/i18n/language.py for the page.
"""

import gettext
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any, cast

from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from taskchat_app.i18n.messages import ENGLISH, Message, Value, fill

LOCALES = Path(__file__).parent / "locales"
LANGUAGES = {
    code: (Locale.parse(code).language_name or code).capitalize()
    for code in (ENGLISH, *sorted(path.stem for path in LOCALES.glob("*.po")))
}
"""Each language by its code, as it calls itself."""
ACCEPTED_MAX = 20
"""Languages that are read of an Accept-Language header."""


def accepted_language(header: str) -> str:
    """Return the language that an Accept-Language header (RFC 9110) prefers; English if there is none of it."""
    tags = [_weighted_language(tag) for tag in header.split(",", ACCEPTED_MAX)[:ACCEPTED_MAX]]
    weight, language = max(tags, key=lambda tag: tag[0])  # the first of several
    return language if weight > 0 else ENGLISH


def _weighted_language(tag: str) -> tuple[float, str]:
    """Return the weight and code of one part of the header; the weight is 0 without a catalogue or a number."""
    name, _, weight = tag.partition(";")
    language = name.strip().split("-")[0].lower()
    if language not in LANGUAGES:
        return 0.0, language
    try:
        return float(weight.strip().removeprefix("q=") or 1), language
    except ValueError:
        return 0.0, language


def render(text: str, language: str) -> str:
    """Return a message in the language; English where the catalogue lacks it, and any other text as it stands."""
    if not isinstance(text, Message) or not text:  # gettext's id "" is the catalogue's header
        return text
    if language == ENGLISH or language not in LANGUAGES:
        return str(text)
    template = translated_template(text, language)
    values = {name: _rendered(value, name, template, language) for name, value in text.values.items()}
    return fill(template, values, language)


def render_json(value: Any, language: str) -> Any:
    if isinstance(value, dict):
        return {name: render_json(part, language) for name, part in cast("dict[str, Any]", value).items()}
    if isinstance(value, list):
        return [render_json(part, language) for part in cast("list[Any]", value)]
    return render(value, language) if isinstance(value, Message) else value


def translated_template(message: Message, language: str) -> str:
    """Return the message's template in the language, in the form for its count."""
    catalogue = _translations(language)
    if message.plural:
        return catalogue.ngettext(message.id, message.plural, message.count)
    return catalogue.pgettext(message.context, message.id) if message.context else catalogue.gettext(message.id)


def read_catalogue(language: str) -> Catalog:
    with (LOCALES / f"{language}.po").open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


@lru_cache
def _translations(language: str) -> gettext.GNUTranslations:
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def _rendered(value: Value, name: str, template: str, language: str) -> Value:
    if not isinstance(value, Message):
        return value
    text = render(value, language)
    # An ordinal number may end with a full stop ("am 1."): a sentence that ends with it has one, not two.
    return text.removesuffix(".") if f"{{{name}}}." in template else text
