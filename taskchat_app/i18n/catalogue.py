"""Renders messages in a language, by the gettext catalogues `locales/<code>.po`.

Who chooses the language: api/core/request_language.py for the API, ui/i18n/language.py for the page.
"""

import gettext
from contextlib import suppress
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
"""Each language by its code, in its own words: {"en": "English", "de": "Deutsch"}."""
ACCEPTED_MAX = 20
"""How many languages of an Accept-Language header are read."""


def accepted_language(header: str) -> str:
    """Return the language that an Accept-Language header (RFC 9110) prefers: "de" for "de-AT, en;q=0.8"."""
    preferred, highest_weight = ENGLISH, 0.0
    for tag in header.split(",", ACCEPTED_MAX)[:ACCEPTED_MAX]:
        name, _, parameter = tag.partition(";")
        language = name.strip().split("-")[0].lower()
        with suppress(ValueError):  # the weight is no number
            weight = float(parameter.strip().removeprefix("q=") or 1)
            if language in LANGUAGES and weight > highest_weight:
                preferred, highest_weight = language, weight
    return preferred


def render(text: str, language: str) -> str:
    """Return a message in the language; English where the catalogue lacks it, and any other text as it stands."""
    if not isinstance(text, Message) or not text:  # "" is the id of the catalogue's header
        return text
    if language == ENGLISH or language not in LANGUAGES:
        return str(text)
    template = translated_template(text, language)
    values = {name: _rendered(value, name, template, language) for name, value in text.values.items()}
    return fill(template, values, language)


def render_unended(text: str, language: str) -> str:
    """Return the rendered text without the full stop of its last sentence; that of "am 1." or "2. Dez." stays."""
    rendered = render(text, language)
    if isinstance(text, Message) and text and language in LANGUAGES and language != ENGLISH:
        template = translated_template(text, language)
        last = text.values.get(template.rpartition("{")[2].removesuffix(".").removesuffix("}"))
        if isinstance(last, Message) and template.endswith("}"):
            return rendered.removesuffix(render(last, language)) + render_unended(last, language)
        if isinstance(last, Message) and template.endswith("}.") and render(last, language).endswith("."):
            return rendered
    return rendered.removesuffix(".")


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
