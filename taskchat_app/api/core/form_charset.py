"""Refuses multipart forms in another charset than UTF-8."""

from python_multipart.multipart import parse_options_header
from starlette.datastructures import Headers

from taskchat_app.domain.storage.errors import BadRequest
from taskchat_app.i18n.messages import gettext

READ_AS_UTF_8 = (b"utf-8", b"utf8", b"us-ascii", b"ascii")


def check_form_charset(headers: Headers) -> None:
    """Raise BadRequest for a multipart form whose Content-Type names another charset than UTF-8 or ASCII.

    Starlette decodes its fields with any codec of Python that the client names: "punycode" takes quadratic time, and
    others raise errors that Starlette does not expect. Browsers name none, and the parser of other forms ignores it.
    """
    kind, options = parse_options_header(headers.get("content-type"))
    if kind.startswith(b"multipart/") and options.get(b"charset", b"utf-8").lower() not in READ_AS_UTF_8:
        raise BadRequest(gettext("The form is in another charset than UTF-8. Send it in UTF-8, or without a charset."))
