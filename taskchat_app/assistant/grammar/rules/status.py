"""Rules for completing, reopening and deleting tasks."""

from dataclasses import replace
from typing import Any

from taskchat_app.assistant.grammar.commands import Command, Kind, Language, Make, Row, Said, Target, UserClock
from taskchat_app.assistant.grammar.phrases.filters import filtered
from taskchat_app.assistant.grammar.phrases.list_names import A_LIST, THE_LIST, list_tag
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import EVERYTHING, phrase, sentence
from taskchat_app.assistant.grammar.phrases.targets import read_target
from taskchat_app.assistant.grammar.rules.follow_ups import NEXT_IN_LIST, NEXT_ONE
from taskchat_app.assistant.grammar.rules.matching import fixed
from taskchat_app.domain.dates.command_text import mask_quotes

_LIST = r"(?:my|the) (?:(?:whole|entire) )?list"
_ALL = sentence(rf"{EVERYTHING}|{_LIST}|{THE_LIST}")
_EVENTS = (
    r"(?:(?:calend[ae]r )?events|data|info(?:rmation)?|contents?|stuff|items|entries|appointments|engagements"
    r"|todos|to-dos|tasks|reminders)"
)
_EREIGNISSE = r"(?:termine|ereignisse|veranstaltungen|einträge|erinnerungen)"
# A deletion of these is always a proposal.
_ALL_TO_DELETE = sentence(
    rf"(?:{EVERYTHING}|(?:all )?(?:of )?(?:my |the )?{_EVENTS}|(?:alle )?(?:meine |die )?{_EREIGNISSE})"
    rf"(?: (?:on|in|from|of|off|auf|von|in|aus) {THE_LIST})?"
)
_FROM_A_LIST = sentence(
    rf"(?P<item>.+?),? (?:(?:from|off|off of|out of|on|in|of|von|vom|aus|auf|im) {A_LIST}"
    r"|(?:from|off|aus|von) (?:my |the |meinen |den )?(?:events|tasks|todos|terminen|ereignissen|aufgaben))"
    r"(?P<when> (?:for|on|at|am|um|für) .{1,60})?"
)
_DONE = r"(?:done|complete|completed|finished|ready|ticked(?: off)?)"
_NOT_DONE = r"(?:not (?:yet )?(?:done|complete|completed|finished)|undone|open|incomplete|unfinished|to\s?do|pending)"
_OFFEN = r"(?:nicht erledigt|nicht fertig|offen)"
_ERLEDIGT = r"(?:erledigt|fertig|abgehakt)"
_DONE_ONES = sentence(
    r"(?:everything|all)?\s?(?:of )?(?:the|my|that is|that'?s|which is)?\s?(?:done|completed?|finished|ticked(?: off)?)"
    r"\s?(?:tasks|todos|ones|items|things)?|"
    r"(?:alle )?(?:meine |die )?(?:erledigten?|fertigen|abgehakten)(?: aufgaben)?|alles erledigte"
    rf"|{EVERYTHING} (?:that|which) (?:is|are) (?:already |still )?{_DONE}"
    rf"|{EVERYTHING},? (?:was|die) (?:schon |noch )?{_ERLEDIGT} (?:ist|sind)",
)
_OPEN_ONES = sentence(
    r"all (?:of )?(?:my |the )?(?:open|remaining|undone)(?: (?:tasks|ones|todos|items))?|alle offenen(?: aufgaben)?"
    rf"|{EVERYTHING} (?:that|which) (?:is|are) (?:already |still )?{_NOT_DONE}"
    rf"|{EVERYTHING},? (?:was|die) (?:schon |noch )?{_OFFEN} (?:ist|sind)",
)
# "Den Bericht" of "bitte nicht den Bericht löschen"
_SPARED = sentence(r"(?:not|never|nicht|nie|niemals) .*|[^,]*\bnicht(?: mehr| wieder)?")
_THIS_TIME = phrase(r"(?: (?:(?:just |only )?(?:this time|this once|for once)|(?:nur )?(?:diesmal|dieses mal))){1,2}\Z")


def _status(kind: Kind) -> Make:
    """Build a rule that completes, reopens or deletes; "everything" and "all done tasks" become separate commands."""

    is_deletion = kind in ("delete", "cancel")

    def make(match: Said, clock: UserClock, language: Language) -> Command | None:
        said = match["item"].strip().strip(".!?")
        if _SPARED.match(said):
            return Command("unknown", match.string, language=language)
        named = _THIS_TIME.sub("", said) if is_deletion else said
        if kind == "done" and _ALL.fullmatch(named) and (target := _swept(named)).is_all:
            return Command("complete_all", match.string, target, language=language)
        if (tag := list_tag(match.slots)) and _ALL.fullmatch(named):
            return Command(kind, match.string, Target(words=named, filters={"tag": tag}, every=True), language=language)
        if is_deletion and (found := _delete_all(named, match, language)):
            return found
        if (listed := _FROM_A_LIST.fullmatch(named)) and list_tag(listed.groupdict()) is None:
            named = listed["item"] + (listed["when"] or "")
        # The dot of "die 3." tells a place from a number.
        place = match["item"].strip()
        target = read_target(place if place.endswith(".") else named)
        given = _once(said, target, clock) if is_deletion else {}
        new = None
        if kind == "cancel" and target.words:  # "Cancel Netflix by the 30th" may be what is to be done.
            new = Command("offer", match.string, given=read_title(match.string, clock), language=language)
        return Command(kind, match.string, target, given, language, otherwise=new)

    return make


complete, reopen, delete = _status("done"), _status("reopen"), _status("delete")
"""What sentences of the sentence files do with their {item}."""


def _delete_all(named: str, match: Said, language: Language) -> Command | None:
    """Return the command to delete all tasks, or all of a status: "everything", "all done tasks"; None for others."""
    for pattern, status in ((_DONE_ONES, "done"), (_OPEN_ONES, "open"), (_ALL, "all"), (_ALL_TO_DELETE, "all")):
        if pattern.fullmatch(named) and (target := _swept(named)).is_all:
            target = target if status == "all" else Target()
            return Command("delete_all", match.string, target, {"status": status}, language)
    return None


def _once(said: str, target: Target, clock: UserClock) -> dict[str, Any]:
    """Return {"once": True} for words that may mean one date of a series: "the next gym", "gym on thursday"."""
    dated = filtered(target, clock)
    is_dated = not dated.every and dated.filters.keys() & {"due_after", "due_before"}
    is_next = NEXT_ONE.match(said) or NEXT_IN_LIST.search(mask_quotes(said))
    return {"once": True} if is_dated or is_next or _THIS_TIME.search(said) else {}


def _swept(named: str) -> Target:
    """Return what words such as "everything" and "my list" mean; "all these tasks" are those that were shown."""
    target = read_target(named)
    return target if target.pronoun else Target(pronoun="all tasks")


def _all_done(match: Said, _: UserClock, language: Language) -> Command:
    """Read "all my tasks are done" and "all these tasks are done", or ask about "all done!"."""
    target = _swept(match["item"])
    kinds: dict[str, Kind] = {"all tasks": "complete_all", "all": "all_done"}
    return Command(kinds.get(target.pronoun or "", "done"), match.string, target, language=language)


def struck(match: Said, clock: UserClock, language: Language) -> Command | None:
    """Read "3 streichen"; "Küche streichen" is a new task, and "Fenster entfernen" may be one, so it is asked about."""
    command = _status("delete")(match, clock, language)
    if command is None or command.kind != "delete" or _FROM_A_LIST.fullmatch(match["item"]):
        return command
    target = filtered(command.target, clock)
    if target.every or target.quoted or not target.words:
        return command
    return replace(command, free=True, doubtful=True) if match["verb"].lower() == "entfernen" else None


def _finished(match: Said, clock: UserClock, language: Language) -> Command | None:
    """Read "finish the report", or offer "finish the report by friday": it is still to be done."""
    command = _status("done")(match, clock, language)
    if command is None or command.kind != "done" or _OF_ITS_DATE.search(match["item"]):
        return command
    target = filtered(command.target, clock)
    if target.every or not target.named or not target.filters.keys() & {"due_before", "due_after"}:
        return command
    return Command("offer", match.string, given=read_title(match.string, clock), language=language)


# "The report of friday" is a task with that date.
_OF_ITS_DATE = phrase(
    r"\b(?:due|fällig\w{0,3})\b"
    r"|\A(?!.*\b(?:by|until|till|before|bis|vor)\b).*(?:\b(?:of|from|von|vom|(?:heuti|morgi)ge[nrs]?)\b|['’]s\b)"
)
_T = r"(?P<item>.+?)"
# "Wäsche fast fertig", "nichts erledigt"
_UNDONE = (
    r"(?:.* )?(?:fast|halb|beinahe|nahezu|bald|gleich|kaum|teilweise|nicht|nichts|nie|niemals)"
    rf" (?:schon )?{_ERLEDIGT}\Z"
)
_DELETE = r"(?:delete|remove|erase|trash|scrap|drop|clear|get rid of|throw away)"
ALL_DONE: tuple[Row, ...] = (
    (rf"(?P<item>{EVERYTHING}) (?:is |are |now )*{_DONE}", "en", _all_done),
    (rf"(?P<item>{EVERYTHING}) (?:(?:ist|sind|jetzt|schon) )*{_ERLEDIGT}", "de", _all_done),
)
"""Said as a statement; with a question mark it asks."""
SWEEPS: tuple[Row, ...] = (
    (rf"{_DELETE} (?P<item>{EVERYTHING} (?:that|which) (?:is|are) .+)", "en", _status("delete")),
    (rf"(?:kannst du )?{THE_LIST} (?:leeren|löschen|entfernen)", "de", fixed("delete_all", status="all")),
    # To empty or wipe anything else is something to be done with a cloth.
    (
        rf"(?:empty|wipe|cancel)(?: out| clean)? (?:the contents of )?(?P<item>{EVERYTHING}|{_LIST}|{THE_LIST})",
        "en",
        _status("delete"),
    ),
)
"""Statements about the whole list, which would else be read as a title that "is done"."""
REOPENS: tuple[Row, ...] = (
    (rf"(?:mark|set|flag) {_T} (?:as |to )?{_NOT_DONE}", "en", _status("reopen")),
    (rf"(?:reopen|re-open|uncheck|untick|uncomplete|unmark) {_T}(?: again)?", "en", _status("reopen")),
    (rf"{_T} (?:is|are|isn'?t|aren'?t) (?:not )?(?:yet )?(?:{_NOT_DONE}|(?<=n't\s)done)(?: yet| after all)?",
     "en", _status("reopen")),
    (rf"(?!was\b|welche){_T} (?:ist|sind) (?:noch |doch )*(?:nicht (?:erledigt|fertig)|offen|unerledigt)",
     "de", _status("reopen")),
    (rf"(?:öffne|oeffne) {_T} (?:wieder|erneut)", "de", _status("reopen")),
)  # fmt: skip
DONES: tuple[Row, ...] = (
    (rf"(?:mark|set|flag|check) (?:off )?(?!as\b){_T} (?:off )?(?:as |to )?{_DONE}", "en", _status("done")),
    (rf"(?:tick|check|cross|strike) (?:off|out) {_T}", "en", _status("done")),
    (
        rf"(?:tick|check|cross|strike) {_T} off(?: (?:my|the) list)?(?: for (?:now|today|this week))?",
        "en",
        _status("done"),
    ),
    (rf"(?:i am|i'?m|we are|we'?re) (?:done|finished) with {_T}", "en", _status("done")),
    (rf"(?:i have|i'?ve|i) (?:already )?(?:done|finished|completed|did(?! not\b)) {_T}", "en", _status("done")),
    (rf"done(?: with |\s?:\s?| (?=#?\d)){_T}", "en", _status("done")),
    (r"(?:finished|completed) (?P<item>#?\d{1,3}(?:\s?(?:,|and)\s?#?\d{1,3})*)", "en", _status("done")),
    (rf"tick {_T}", "en", _status("done")),
    (rf"(?:complete|finish|close) {_T}", "en", _finished),
    (rf"(?P<item>it|this|that)['’]s (?:all )?(?:now )?{_DONE}(?: now)?", "en", _status("done")),
    (
        r"(?!(?:add|create|new task|remind me|remember to|don['’]?t forget)\b.*"
        r"\b(?:once|when|if|after|until|before|that)\b)"
        rf"{_T} (?:is|are|has been|have been) (?:all )?(?:now )?{_DONE}(?: now)?",
        "en",
        _status("done"),
    ),
    (rf"(?P<item>#?\d+(?:\s?(?:,|and)\s?#?\d+)*) {_DONE}", "en", _status("done")),
    (rf"hake? {_T} ab", "de", _status("done")),
    (rf"(?:markiere?|setze?) {_T} (?:als|auf) (?:erledigt|fertig|abgeschlossen)", "de", _status("done")),
    (rf"(?:erledige|schließe) {_T}(?: ab)?", "de", _finished),
    (rf"(?:ich )?habe (?!ich\b){_T} (?:schon |jetzt )?(?:erledigt|fertig|abgehakt)", "de", _status("done")),
    (rf"(?:ich bin (?:mit )?|bin mit ){_T} fertig", "de", _status("done")),
    (
        rf"(?!ist\b|sind\b|(?:habe )?ich (?:schon |bereits |jetzt )?{_ERLEDIGT}\Z"
        rf"|(?:was|wie|welche|nichts|bis|bald)\b.*\bhabe ich\b|{_UNDONE}){_T}"
        r"(?: (?:ist|sind|habe ich|hat sich|haben sich))?(?: (?:schon|bereits|jetzt))? (?:erledigt|fertig|abgehakt)",
        "de",
        _status("done"),
    ),
)
DELETES: tuple[Row, ...] = (
    (rf"{_DELETE} {_T}(?: from (?:my|the) list)?", "en", _status("delete")),
    (rf"(?:take|strike|scratch|cross|get) {_T} (?:off|out)(?: of| from)? {A_LIST}", "en", _status("delete")),
    (rf"leere (?P<item>{A_LIST})", "de", _status("delete")),
    (rf"mache? (?P<item>{A_LIST}) leer", "de", _status("delete")),
    (r"take away (?P<item>(?:all|everything|every).*)", "en", _status("delete")),
    (
        rf"i (?:need|want|would like) {_T} (?:to be )?(?:deleted|removed|erased|cleared)(?: from {A_LIST})?",
        "en",
        _status("delete"),
    ),
    (rf"(?:i|we) (?:do ?n['’]t|do not|no longer) need (?:to )?{_T} any ?more", "en", _status("delete")),
    (rf"(?:cancel|call off) {_T}", "en", _status("cancel")),
    (rf"(?:sage?|blase?) {_T} ab", "de", _status("cancel")),
    (rf"storniere? {_T}", "de", _status("cancel")),
    (
        rf"(?:lösche?|loesche?|entferne?|streiche?) {_T}(?: von (?:der|meiner) liste)?(?: wieder)?",
        "de",
        _status("delete"),
    ),
)
ACTS_LAST: tuple[Row, ...] = (
    (rf"{_T} wieder (?:öffnen|aufmachen)", "de", _status("reopen")),
    (rf"{_T} abhaken", "de", _status("done")),
    (rf"{_T} (?:erledigen|abschließen)", "de", _finished),
    (rf"{_T}(?: (?:kannst|könntest) du)? (?:löschen|loeschen)", "de", _status("delete")),
    (rf"{_T} (?P<verb>entfernen|streichen)", "de", struck),
    (rf"(?!.*en und ){_T} (?:absagen|stornieren)", "de", _status("cancel")),
)
"""Rules with the verb at the end, as in German; tried last, since a new title may end in these words, too."""
