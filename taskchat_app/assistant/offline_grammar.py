"""Sentences to commands: tables of rules, tried from the most particular to the most general, in English and German."""

import re
from collections.abc import Callable
from typing import Any, TypeAlias

from taskchat_app.assistant.offline_commands import Command, Kind, Language
from taskchat_app.assistant.offline_filters import read_list
from taskchat_app.assistant.offline_targets import read_target
from taskchat_app.assistant.offline_titles import PRIORITIES, Clock, read_tags, read_title
from taskchat_app.domain.dates import local_due, parse_due
from taskchat_app.domain.errors import Invalid
from taskchat_app.domain.quotes import quoted_parts
from taskchat_app.domain.recurrence import find_rule

Make: TypeAlias = Callable[[re.Match[str], Clock], Command | None]

_ALL = re.compile(
    r"(?:everything|all|all (?:of )?(?:my |the |these )?(?:open |remaining )?(?:tasks|todos|to-dos|items|things)|all (?:of )?it|"
    r"(?:my|the) (?:whole|entire) list|every (?:task|one)|alles|alle|alle (?:meine |offenen )?aufgaben)",
    re.IGNORECASE,
)
_DONE_ONES = re.compile(
    r"(?:everything|all)?\s*(?:of\s+)?(?:the|my|that is|that's|which is)?\s*(?:done|completed?|finished|ticked(?: off)?)"
    r"\s*(?:tasks|todos|ones|items|things)?|"
    r"(?:alle\s+)?(?:meine\s+|die\s+)?(?:erledigten?|fertigen|abgehakten)(?:\s+aufgaben)?|alles\s+erledigte",
    re.IGNORECASE,
)
_OPEN_ONES = re.compile(
    r"all\s+(?:of\s+)?(?:my\s+|the\s+)?(?:open|remaining|undone)\s+(?:tasks|ones|todos)|alle\s+offenen(?:\s+aufgaben)?",
    re.I,
)


def _status(kind: Kind, language: Language) -> Make:
    """Tick or delete what is named; "everything" and "all done tasks" are calls of their own."""

    def make(match: re.Match[str], _: Clock) -> Command | None:
        named = match["target"].strip().strip(".!?")
        if kind == "done" and _ALL.fullmatch(named):
            return Command("complete_all", match.string, language=language)
        if kind == "delete":
            for pattern, status in ((_DONE_ONES, "done"), (_OPEN_ONES, "open"), (_ALL, "all")):
                if pattern.fullmatch(named):
                    return Command("delete_all", match.string, given={"status": status}, language=language)
        return Command(kind, match.string, read_target(named), language=language)

    return make


def _update(read: Callable[[re.Match[str]], dict[str, Any] | None], language: Language) -> Make:
    def make(match: re.Match[str], _: Clock) -> Command | None:
        given = read(match)
        return None if given is None else Command("update", match.string, read_target(match["target"]), given, language)

    return make


def _moved(language: Language) -> Make:
    """A new date; "talk to mum to friday" is cut at the last word that leaves a date behind it."""

    def make(match: re.Match[str], clock: Clock) -> Command | None:
        text = match["rest"]
        joints = list(
            re.finditer(
                r"\s+(?:back\s+|forward\s+)?(?:to|until|till|by|on|for|auf|bis)\s+(?:den\s+|zum\s+)?|\s+(?=next|tomorrow|today)",
                text,
                re.I,
            )
        )
        for joint in reversed(joints):
            try:
                due_at = parse_due(text[joint.end() :], zone=clock.zone, now=clock.now)
            except Invalid:
                continue
            given = {"due_date": local_due(due_at, clock.zone)}
            return Command("update", match.string, read_target(text[: joint.start()]), given, language)
        if not joints:
            return None
        return Command("bad_date", match.string, given={"date": text[joints[-1].end() :]}, language=language)

    return make


def _due(language: Language) -> Make:
    def make(match: re.Match[str], clock: Clock) -> Command | None:
        try:
            due_at = parse_due(match["when"], zone=clock.zone, now=clock.now)
        except Invalid:
            return Command("bad_date", match.string, given={"date": match["when"].strip()}, language=language)
        given = {"due_date": local_due(due_at, clock.zone)}
        return Command("update", match.string, read_target(match["target"]), given, language)

    return make


def _title(match: re.Match[str]) -> dict[str, Any]:
    title = match["title"].strip().rstrip(".")
    spans = quoted_parts(title)
    if spans and spans[0] == (0, len(title)):
        return {"title": title[1:-1].strip()}
    return {"title": title[:1].upper() + title[1:]}


def _priority(match: re.Match[str]) -> dict[str, Any]:
    return {"priority": PRIORITIES[match["level"].lower()]}


def _rule(match: re.Match[str]) -> dict[str, Any] | None:
    found = find_rule(match["rule"])
    return {"recurrence": found[2]} if found else None


def _tags(kind: Kind, language: Language) -> Make:
    def make(match: re.Match[str], _: Clock) -> Command | None:
        return Command(kind, match.string, read_target(match["target"]), {"tags": read_tags(match["tags"])}, language)

    return make


def _add(language: Language) -> Make:
    def make(match: re.Match[str], clock: Clock) -> Command | None:
        groups = match.groupdict()
        given = read_title(groups["title"] + (groups.get("more") or ""), clock)
        if level := groups.get("level"):
            given["priority"] = PRIORITIES[level.lower()]
        return Command("add", match.string, given=given, language=language) if given["title"] else None

    return make


def _said(kind: Kind, language: Language) -> Make:
    return lambda match, _: Command(kind, match.string, language=language)


def _fields(**values: Any) -> Callable[[re.Match[str]], dict[str, Any] | None]:
    return lambda match: (
        dict(values) | ({"description": match["note"].strip().strip('"“”„')} if "note" in match.groupdict() else {})
    )


_T = r"(?P<target>.+?)"
_LEVELS = "|".join(PRIORITIES)
_TAGLIST = r"(?P<tags>#?[\w\-]+(?:(?:\s*,\s*|\s+(?:and|und)\s+|\s+(?=#))#?[\w\-]+)*)"
_HASHES = r"(?P<tags>#[\w\-]+(?:(?:\s*,\s*|\s+(?:and|und)\s+|\s+)#[\w\-]+)*)"
_DONE = r"(?:done|complete|completed|finished|ready|ticked(?:\s+off)?)"
_NOT_DONE = (
    r"(?:not\s+(?:yet\s+)?(?:done|complete|completed|finished)|undone|open|incomplete|unfinished|to\s?do|pending)"
)
_THING = r"(?:task|tasks|todo|to-do|item|reminder|entry|one)"
_DATE = r"(?:due\s+date|deadline|due|date|fälligkeit|datum|frist|termin)"

_TALK: tuple[tuple[str, Make], ...] = (
    (
        r"(?:hi|hello|hey|hiya|good\s+(?:morning|afternoon|evening)|greetings)(?:\s+there|\s+you|\s+taskchat)?",
        _said("greeting", "en"),
    ),
    (r"(?:hallo|guten\s+(?:tag|morgen|abend)|moin|servus|grüß\s+gott|grüezi|na)", _said("greeting", "de")),
    (
        r"(?:many\s+)?(?:thanks|thank\s+you|thx|cheers)(?:\s+(?:a\s+lot|so\s+much|very\s+much|you))?|great|perfect|cool|nice",
        _said("thanks", "en"),
    ),
    (r"danke(?:\s+(?:schön|sehr|dir))?|vielen\s+dank|super|prima", _said("thanks", "de")),
    (
        r"help(?:\s+me)?|what\s+can\s+(?:you|i)\s+(?:do|say|ask)(?:\s+here)?|how\s+does\s+(?:this|it)\s+work|commands|\?",
        _said("help", "en"),
    ),
    (r"hilfe|was\s+kannst\s+du(?:\s+alles)?|wie\s+geht\s+das", _said("help", "de")),
)
_REOPENS: tuple[tuple[str, Make], ...] = (
    (rf"(?:mark|set|flag)\s+{_T}\s+(?:as\s+|to\s+)?{_NOT_DONE}", _status("reopen", "en")),
    (rf"(?:reopen|re-open|uncheck|untick|uncomplete|unmark)\s+{_T}(?:\s+again)?", _status("reopen", "en")),
    (rf"{_T}\s+(?:is|are|isn'?t|aren'?t)\s+(?:not\s+)?(?:yet\s+)?(?:{_NOT_DONE}|(?<=n't\s)done)(?:\s+yet|\s+after\s+all)?",
     _status("reopen", "en")),
    (rf"(?:öffne|oeffne)\s+{_T}\s+(?:wieder|erneut)|markiere\s+(?P<target2>.+?)\s+als\s+(?:offen|unerledigt|nicht\s+erledigt)",
     lambda match, _: Command("reopen", match.string, read_target(match["target"] or match["target2"]), language="de")),
)  # fmt: skip
_DONES: tuple[tuple[str, Make], ...] = (
    (rf"(?:mark|set|flag|check)\s+(?:off\s+)?{_T}\s+(?:off\s+)?(?:as\s+|to\s+)?{_DONE}", _status("done", "en")),
    (rf"(?:mark|check|cross|tick)\s+{_DONE}:?\s+{_T}", _status("done", "en")),
    (rf"(?:tick|check|cross|strike)\s+off\s+{_T}", _status("done", "en")),
    (rf"(?:tick|check|cross|strike)\s+{_T}\s+off(?:\s+(?:my|the)\s+list)?", _status("done", "en")),
    (rf"(?:i\s+am|i'?m|we\s+are|we'?re)\s+(?:done|finished)\s+with\s+{_T}", _status("done", "en")),
    (rf"(?:i\s+have|i'?ve|i)\s+(?:already\s+)?(?:done|finished|completed|did)\s+{_T}", _status("done", "en")),
    (rf"done(?:\s+with\s+|\s*:\s*|\s+(?=#?\d)){_T}", _status("done", "en")),
    (rf"(?:complete|finish|tick|close)\s+{_T}", _status("done", "en")),
    (rf"{_T}\s+(?:is|are|has\s+been|have\s+been)\s+(?:all\s+)?(?:now\s+)?{_DONE}(?:\s+now)?", _status("done", "en")),
    (rf"(?P<target>#?\d+(?:\s*(?:,|and)\s*#?\d+)*)\s+{_DONE}", _status("done", "en")),
    (rf"hake?\s+{_T}\s+ab", _status("done", "de")),
    (rf"{_T}\s+(?:abhaken|erledigen|abschließen)", _status("done", "de")),
    (rf"(?:markiere?|setze?)\s+{_T}\s+(?:als|auf)\s+(?:erledigt|fertig|abgeschlossen)", _status("done", "de")),
    (rf"{_T}\s+als\s+(?:erledigt|fertig)\s+markieren", _status("done", "de")),
    (rf"(?:erledige|schließe)\s+{_T}(?:\s+ab)?", _status("done", "de")),
    (rf"{_T}\s+(?:ist|sind|habe\s+ich)?\s*(?:erledigt|fertig|abgehakt)", _status("done", "de")),
)
_CHANGES: tuple[tuple[str, Make], ...] = (
    (rf"rename\s+{_T}\s+(?:to|as|into)\s+(?P<title>.+)", _update(_title, "en")),
    (rf"change\s+(?:the\s+)?(?:title|name)\s+of\s+{_T}\s+(?:to|into)\s+(?P<title>.+)", _update(_title, "en")),
    (rf"(?:change|set)\s+{_T}(?:'s)?\s+(?:title|name)\s+to\s+(?P<title>.+)", _update(_title, "en")),
    (rf"benenne\s+{_T}\s+(?:um\s+)?in\s+(?P<title>.+?)(?:\s+um)?", _update(_title, "de")),
    (rf"(?:remove|clear|delete|drop)\s+the\s+{_DATE}\s+(?:of|from|on|for)\s+{_T}", _update(_fields(clear=["due_date"]), "en")),
    (rf"(?:stop|no\s+longer)\s+(?:repeating|repeat)\s+{_T}", _update(_fields(clear=["recurrence"]), "en")),
    (rf"(?:remove|clear|delete)\s+(?:the\s+|all\s+)?tags\s+(?:of|from|on)\s+{_T}", _update(_fields(clear=["tags"]), "en")),
    (rf"(?:remove|clear|delete)\s+the\s+(?:description|notes?)\s+(?:of|from|on)\s+{_T}", _update(_fields(clear=["description"]), "en")),
    (rf"(?:entferne|lösche)\s+(?:das|die|den)\s+{_DATE}\s+(?:von|bei)\s+{_T}", _update(_fields(clear=["due_date"]), "de")),
    (rf"(?:set|change|make)\s+the\s+{_DATE}\s+(?:of|for|on)\s+{_T}\s+(?:to|on|by)\s+(?P<when>.+)", _due("en")),
    (rf"(?:set|change)\s+{_T}(?:'s)?\s+(?:due\s+date|deadline)\s+(?:to|on|by)\s+(?P<when>.+)", _due("en")),
    (rf"(?:make|set)\s+{_T}\s+due\s+(?:to\s+|on\s+|by\s+)?(?P<when>.+)", _due("en")),
    (rf"{_T}\s+is\s+due\s+(?P<when>.+)", _due("en")),
    (rf"setze?\s+(?:das|die|den)\s+{_DATE}\s+(?:von|für)\s+{_T}\s+auf\s+(?P<when>.+)", _due("de")),
    (r"(?:move|postpone|reschedule|push|shift|delay|defer)\s+(?:back\s+)?(?P<rest>.+)", _moved("en")),
    (r"(?:verschiebe?|verlege?)\s+(?P<rest>.+)", _moved("de")),
    (rf"(?:repeat\s+{_T}|make\s+(?P<target2>.+?)\s+repeat)\s+(?P<rule>(?:every|daily|weekly|monthly|yearly).*)",
     lambda match, _: _repeated(match, "en")),
    (rf"wiederhole\s+{_T}\s+(?P<rule>(?:jede|alle|täglich|wöchentlich|monatlich|jährlich).*)", lambda match, _: _repeated(match, "de")),
    (rf"(?:set|change)\s+(?:the\s+)?priority\s+(?:of|for|on)\s+{_T}\s+(?:to|as)\s+(?P<level>{_LEVELS})(?:\s+priority)?", _update(_priority, "en")),
    (rf"(?:set|change)\s+{_T}(?:'s)?\s+priority\s+to\s+(?P<level>{_LEVELS})", _update(_priority, "en")),
    (rf"(?:make|mark|set|flag|change)\s+{_T}\s+(?:to\s+|as\s+|a\s+)*(?P<level>{_LEVELS})(?:[\s-]+(?:priority|prio))?", _update(_priority, "en")),
    (rf"(?:setze?|ändere)\s+(?:die\s+)?priorität\s+(?:von|für)\s+{_T}\s+(?:auf|zu)\s+(?P<level>{_LEVELS})", _update(_priority, "de")),
    (rf"(?:remove|delete|drop)\s+(?:the\s+)?(?:tags?\s+{_TAGLIST}|(?P<hashes>#[\w\-]+))\s+from\s+{_T}", lambda m, _: _untagged(m)),
    (rf"untag\s+{_T}\s+(?:from\s+|as\s+)?{_HASHES}", _tags("untag", "en")),
    (rf"(?:tag|label)\s+{_T}\s+(?:as|with)\s+{_TAGLIST}", _tags("tag", "en")),
    (rf"(?:tag|label)\s+{_T}\s+{_HASHES}", _tags("tag", "en")),
    (rf"(?:add|put)\s+(?:the\s+)?(?:tags?|labels?)\s+{_TAGLIST}\s+(?:to|on)\s+{_T}", _tags("tag", "en")),
    (rf"(?:add|put)\s+{_HASHES}\s+(?:to|on)\s+{_T}", _tags("tag", "en")),
    (rf"(?:add|put|set)\s+(?:a\s+|the\s+)?(?:note|description)\s+(?:to|on|of|for)\s+{_T}\s*(?::|\s(?:to|saying|that\s+says)\s)\s*(?P<note>.+)",
     _update(_fields(), "en")),
    (rf"describe\s+{_T}\s+(?:as|:)\s+(?P<note>.+)", _update(_fields(), "en")),
)  # fmt: skip
_DELETES: tuple[tuple[str, Make], ...] = (
    (
        rf"(?:delete|remove|erase|trash|scrap|drop|clear|get\s+rid\s+of|throw\s+away)\s+{_T}(?:\s+from\s+(?:my|the)\s+list)?",
        _status("delete", "en"),
    ),
    (rf"(?:lösche?|loesche?|entferne?|streiche?)\s+{_T}(?:\s+von\s+(?:der|meiner)\s+liste)?", _status("delete", "de")),
    (rf"{_T}\s+(?:löschen|loeschen|entfernen)", _status("delete", "de")),
)
_ADDS: tuple[tuple[str, Make], ...] = (
    (rf"(?:add|create|make|new|put|insert|set\s+up|schedule|save)\s+(?:me\s+)?(?:a\s+|an\s+|another\s+|the\s+)?(?:new\s+)?"
     rf"(?:(?P<level>{_LEVELS})(?:[\s-]+priority)?\s+)?{_THING}"
     r"(?:\s+(?:to|on|in)\s+(?:my|the)\s+(?:to-?do\s+)?list)?(?:\s*:\s*|\s+(?:called|named|titled|saying|that\s+says|for\s+me\s+to|to)\s*:?\s+|\s+(?:for\s+(?=\w+ing\b))?)"
     r"(?P<title>.+)", _add("en")),
    (r"(?:add|put|insert)\s*:?\s+(?P<title>.+?)\s+(?:to|on|onto|in)\s+(?:my|the)\s+(?:to-?do\s+)?(?:list|tasks|todos|to-dos)(?P<more>.*)",
     _add("en")),
    (r"(?:add|create)\s*:?\s+(?:to\s+)?(?P<title>.+)", _add("en")),
    (r"(?:remind\s+me|remember)\s+(?:to\s+|about\s+|of\s+|that\s+(?:i\s+(?:have\s+to|need\s+to|must)\s+)?)?(?P<title>.+)", _add("en")),
    (r"(?:don'?t|do\s+not)\s+(?:let\s+me\s+)?forget\s+(?:to\s+|about\s+)?(?P<title>.+)", _add("en")),
    (r"i\s+(?:also\s+)?(?:need|have|want|must|ought|got)\s+to\s+(?P<title>.+)", _add("en")),
    (r"(?:(?:new\s+)?(?:task|todo|to-do|reminder)|note(?:\s+to\s+self)?)\s*:\s*(?P<title>.+)", _add("en")),
    (r"(?:füge?|fuege?|setze?)\s+(?:bitte\s+)?(?:(?:eine\s+|die\s+)?(?:neue\s+)?aufgabe\s*:?\s+)?(?P<title>.+?)(?:\s+(?:zu|zur|auf|in)\s+(?:meiner|meine|der|die)\s+(?:\w*liste|aufgaben))?\s+hinzu",
     _add("de")),
    (r"setze?\s+(?P<title>.+?)\s+auf\s+(?:meine|die)\s+\w*liste", _add("de")),
    (r"(?:(?:erstelle?|lege?|notiere?|schreibe?)\s+(?:mir\s+)?)?(?:eine\s+)?(?:neue\s+)?(?:aufgabe|erinnerung)(?:\s+an)?(?:\s*:\s*|\s+)(?P<title>.+)", _add("de")),
    (r"(?:erinnere?\s+mich|denk(?:e)?)\s+(?:bitte\s+)?(?:daran,?\s+(?:dass\s+ich\s+)?|an\s+(?:das\s+|den\s+|die\s+)?)?(?P<title>.+)", _add("de")),
    (r"(?:notiere?|merke?\s+dir)\s*:?\s+(?P<title>.+)", _add("de")),
    (r"ich\s+(?:muss|soll|möchte|will)\s+(?P<title>.+)", _add("de")),
    (r"vergiss\s+nicht,?\s+(?P<title>.+)", _add("de")),
    (r"(?P<title>.+?)\s+hinzufügen", _add("de")),
)  # fmt: skip


def _repeated(match: re.Match[str], language: Language) -> Command | None:
    given = _rule(match)
    target = match["target"] or match.groupdict().get("target2")
    return Command("update", match.string, read_target(target or ""), given, language) if given else None


def _untagged(match: re.Match[str]) -> Command:
    tags = read_tags(match["tags"] or match["hashes"])
    return Command("untag", match.string, read_target(match["target"]), {"tags": tags})


_TALK_TABLE, _TABLE = (
    tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), make) for pattern, make in rows)
    for rows in (_TALK, (*_REOPENS, *_CHANGES, *_DONES, *_DELETES, *_ADDS))
)
_POLITE = re.compile(
    r"^(?:(?:ok|okay|so|well|and|also|then|now|und|dann|auch|taskchat|please|bitte|kindly|just|"
    r"can you|could you|would you|will you|can i|i would like you to|i'd like you to|i want you to|i'd like to|let's|"
    r"kannst du|könntest du|würdest du)\b(?!\s*$)[\s,:]*)+",
    re.IGNORECASE,
)
_TRAILING = re.compile(r"[\s,]*(?:\b(?:please|bitte|thanks|thank you|danke|for me|now)\b)?[\s.!?]*$", re.IGNORECASE)


_HAILED = re.compile(r"^(?:hi|hello|hey|hallo)(?:\s+there)?[\s,!.]+(?=\S+\s+\S)", re.IGNORECASE)


def bare(text: str) -> str:
    """Without what is said for politeness around a command."""
    text = text.strip()
    shorter = _TRAILING.sub("", text)
    return _POLITE.sub("", _HAILED.sub("", shorter or text)).strip()


def read_command(text: str, clock: Clock) -> Command:
    """The one command that a clause gives; `unknown` where no rule fits."""
    for clause in (text.strip().strip(" .!"), bare(text)):
        for pattern, make in _TALK_TABLE:
            if match := pattern.fullmatch(clause):
                return make(match, clock) or Command("unknown", text)
    clause = bare(text)
    if found := read_list(clause, clock):
        return found
    for pattern, make in _TABLE:
        if (match := pattern.fullmatch(clause)) and (command := make(match, clock)):
            return command
    target = read_target(clause)
    if clause and not target.words:
        return Command("reference", text.strip(), target)
    return Command("unknown", text.strip())
