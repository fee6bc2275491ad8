"""Rules for completing, reopening and deleting tasks."""

from dataclasses import replace
from typing import Any

from taskchat_app.assistant.grammar.commands import Command, Kind, Language, Make, Row, SlotMatch, Target, UserClock
from taskchat_app.assistant.grammar.phrases.list_names import A_LIST, THE_LIST, list_tag
from taskchat_app.assistant.grammar.phrases.new_task import read_title
from taskchat_app.assistant.grammar.phrases.patterns import EVERYTHING, phrase, sentence
from taskchat_app.assistant.grammar.phrases.targets import filtered, read_target
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
# "(Milk) from my list (for friday)"
_FROM_A_LIST = sentence(
    rf"(?P<item>.+?),? (?:(?:from|off|off of|out of|on|in|of|von|vom|aus|auf|im) {A_LIST}"
    r"|(?:from|off|aus|von) (?:my |the |meinen |den )?(?:events|tasks|todos|terminen|ereignissen|aufgaben))"
    r"(?P<when> (?:for|on|at|am|um|für) .{1,60})?"
)
_DONE = r"(?:done|complete|completed|finished|ready|ticked(?: off)?)"
_NOT_DONE = r"(?:not (?:yet )?(?:done|complete|completed|finished)|undone|open|incomplete|unfinished|to\s?do|pending)"
_OFFEN = r"(?:nicht erledigt|nicht fertig|offen)"
_ERLEDIGT = r"(?:erledigt|fertig|abgehakt)"
# "The done tasks", "everything that is finished"
_DONE_ONES = sentence(
    r"(?:everything|all)?\s?(?:of )?(?:the|my|that is|that'?s|which is)?\s?(?:done|completed?|finished|ticked(?: off)?)"
    r"\s?(?:tasks|todos|ones|items|things)?|"
    r"(?:alle )?(?:meine |die )?(?:erledigten?|fertigen|abgehakten)(?: aufgaben)?|alles erledigte"
    rf"|{EVERYTHING} (?:that|which) (?:is|are) (?:already |still )?{_DONE}"
    rf"|{EVERYTHING},? (?:was|die) (?:schon |noch )?{_ERLEDIGT} (?:ist|sind)"
)
_OPEN_ONES = sentence(
    r"all (?:of )?(?:my |the )?(?:open|remaining|undone)(?: (?:tasks|ones|todos|items))?|alle offenen(?: aufgaben)?"
    rf"|{EVERYTHING} (?:that|which) (?:is|are) (?:already |still )?{_NOT_DONE}"
    rf"|{EVERYTHING},? (?:was|die) (?:schon |noch )?{_OFFEN} (?:ist|sind)"
)
# "Den Bericht" of "bitte nicht den Bericht löschen"
_SPARED = sentence(r"(?:not|never|nicht|nie|niemals) .*|[^,]*\bnicht(?: mehr| wieder)?")
_THIS_TIME = phrase(r"(?: (?:(?:just |only )?(?:this time|this once|for once)|(?:nur )?(?:diesmal|dieses mal))){1,2}\Z")


def _status(kind: Kind) -> Make:
    """Return what makes the command to complete, reopen, delete or cancel the tasks in the slot "item"."""
    is_deletion = kind in ("delete", "cancel")

    def make(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
        item = match["item"].strip().strip(".!?")
        if _SPARED.match(item):
            return Command("unknown", match.string, language=language)
        named = _THIS_TIME.sub("", item) if is_deletion else item
        if found := _of_all(kind, named, match, language):
            return found
        # The dot of "die 3." tells a place from a number.
        is_place = match["item"].rstrip().endswith(".")
        target = read_target(match["item"].strip() if is_place else _without_the_list(named))
        given = _once(item, target, clock) if is_deletion else {}
        new = None
        if kind == "cancel" and target.words:  # "Cancel Netflix by the 30th" may be what is to be done.
            new = Command("offer", match.string, given=read_title(match.string, clock), language=language)
        return Command(kind, match.string, target, given, language, otherwise=new)

    return make


complete = _status("done")
reopen = _status("reopen")
delete = _status("delete")
_cancel = _status("cancel")


def _of_all(kind: Kind, named: str, match: SlotMatch, language: Language) -> Command | None:
    """Return the command for "everything", for all with a tag, or for all done tasks; None for tasks by name."""
    is_all = _ALL.fullmatch(named) is not None
    if kind == "done" and is_all and (target := _swept(named)).is_all:
        return Command("complete_all", match.string, target, language=language)
    if is_all and (tag := list_tag(match.slots)):
        return Command(kind, match.string, Target(words=named, filters={"tag": tag}, every=True), language=language)
    if kind not in ("delete", "cancel"):
        return None
    for pattern, status in ((_DONE_ONES, "done"), (_OPEN_ONES, "open"), (_ALL, "all"), (_ALL_TO_DELETE, "all")):
        if pattern.fullmatch(named) and (target := _swept(named)).is_all:
            target = target if status == "all" else Target()
            return Command("delete_all", match.string, target, {"status": status}, language)
    return None


def _without_the_list(named: str) -> str:
    """Return "milk for friday" of "milk from my list for friday"; a list by name stays, since it is a tag."""
    match = _FROM_A_LIST.fullmatch(named)
    return match["item"] + (match["when"] or "") if match and list_tag(match.groupdict()) is None else named


def _once(text: str, target: Target, clock: UserClock) -> dict[str, Any]:
    """Return {"once": True} for words that may mean one date of a series: "the next gym", "gym on thursday"."""
    dated = filtered(target, clock)
    is_dated = not dated.every and dated.filters.keys() & {"due_after", "due_before"}
    is_next = NEXT_ONE.match(text) or NEXT_IN_LIST.search(mask_quotes(text))
    return {"once": True} if is_dated or is_next or _THIS_TIME.search(text) else {}


def _swept(named: str) -> Target:
    """Return what words such as "everything" and "my list" mean; "all these tasks" are those that were shown."""
    target = read_target(named)
    return target if target.pronoun else Target(pronoun="all tasks")


def _all_done(match: SlotMatch, _: UserClock, language: Language) -> Command:
    """Read "all my tasks are done" and "all these tasks are done", or ask about "all done!"."""
    target = _swept(match["item"])
    kinds: dict[str, Kind] = {"all tasks": "complete_all", "all": "all_done"}
    return Command(kinds.get(target.pronoun or "", "done"), match.string, target, language=language)


def struck(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Read "3 streichen"; "Küche streichen" is a new task, and "Fenster entfernen" may be one, so it is asked about."""
    command = delete(match, clock, language)
    if command is None or command.kind != "delete" or _FROM_A_LIST.fullmatch(match["item"]):
        return command
    target = filtered(command.target, clock)
    if target.every or target.quoted or not target.words:
        return command
    return replace(command, indirect=True, doubtful=True) if match["verb"].lower() == "entfernen" else None


def _finished(match: SlotMatch, clock: UserClock, language: Language) -> Command | None:
    """Read "finish the report", or offer "finish the report by friday": it is still to be done."""
    command = complete(match, clock, language)
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
"""Statements; with a question mark they ask."""
SWEEPS: tuple[Row, ...] = (
    (rf"{_DELETE} (?P<item>{EVERYTHING} (?:that|which) (?:is|are) .+)", "en", delete),
    (rf"(?:kannst du )?{THE_LIST} (?:leeren|löschen|entfernen)", "de", fixed("delete_all", status="all")),
    # To empty or wipe anything else is something to be done with a cloth.
    (rf"(?:empty|wipe|cancel)(?: out| clean)? (?:the contents of )?(?P<item>{EVERYTHING}|{_LIST}|{THE_LIST})",
     "en", delete),
)  # fmt: skip
"""Statements about the whole list, which would else be read as a title that "is done"."""
REOPENS: tuple[Row, ...] = (
    (rf"(?:mark|set|flag) {_T} (?:as |to )?{_NOT_DONE}", "en", reopen),
    (rf"(?:reopen|re-open|uncheck|untick|uncomplete|unmark) {_T}(?: again)?", "en", reopen),
    (rf"{_T} (?:is|are|isn'?t|aren'?t) (?:not )?(?:yet )?(?:{_NOT_DONE}|(?<=n't\s)done)(?: yet| after all)?",
     "en", reopen),
    (rf"(?!was\b|welche){_T} (?:ist|sind) (?:noch |doch )*(?:{_OFFEN}|unerledigt)", "de", reopen),
    (rf"(?:öffne|oeffne) {_T} (?:wieder|erneut)", "de", reopen),
)  # fmt: skip
DONES: tuple[Row, ...] = (
    (rf"(?:mark|set|flag|check) (?:off )?(?!as\b){_T} (?:off )?(?:as |to )?{_DONE}", "en", complete),
    (rf"(?:tick|check|cross|strike) (?:off|out) {_T}", "en", complete),
    (rf"(?:tick|check|cross|strike) {_T} off(?: (?:my|the) list)?(?: for (?:now|today|this week))?", "en", complete),
    (rf"(?:i am|i'?m|we are|we'?re) (?:done|finished) with {_T}", "en", complete),
    (rf"(?:i have|i'?ve|i) (?:already )?(?:done|finished|completed|did(?! not\b)) {_T}", "en", complete),
    (rf"done(?: with |\s?:\s?| (?=#?\d)){_T}", "en", complete),
    (r"(?:finished|completed) (?P<item>#?\d{1,3}(?:\s?(?:,|and)\s?#?\d{1,3})*)", "en", complete),
    (rf"tick {_T}", "en", complete),
    (rf"(?:complete|finish|close) {_T}", "en", _finished),
    (rf"(?P<item>it|this|that)['’]s (?:all )?(?:now )?{_DONE}(?: now)?", "en", complete),
    (r"(?!(?:add|create|new task|remind me|remember to|don['’]?t forget)\b"
     r".*\b(?:once|when|if|after|until|before|that)\b)"
     rf"{_T} (?:is|are|has been|have been) (?:all )?(?:now )?{_DONE}(?: now)?", "en", complete),
    (rf"(?P<item>#?\d+(?:\s?(?:,|and)\s?#?\d+)*) {_DONE}", "en", complete),
    (rf"hake? {_T} ab", "de", complete),
    (rf"(?:markiere?|setze?) {_T} (?:als|auf) (?:erledigt|fertig|abgeschlossen)", "de", complete),
    (rf"(?:erledige|schließe) {_T}(?: ab)?", "de", _finished),
    (rf"(?:ich )?habe (?!ich\b){_T} (?:schon |jetzt )?(?:erledigt|fertig|abgehakt)", "de", complete),
    (rf"(?:ich bin (?:mit )?|bin mit ){_T} fertig", "de", complete),
    (rf"(?!ist\b|sind\b|(?:habe )?ich (?:schon |bereits |jetzt )?{_ERLEDIGT}\Z"
     rf"|(?:was|wie|welche|nichts|bis|bald)\b.*\bhabe ich\b|{_UNDONE}){_T}"
     rf"(?: (?:ist|sind|habe ich|hat sich|haben sich))?(?: (?:schon|bereits|jetzt))? {_ERLEDIGT}", "de", complete),
)  # fmt: skip
DELETES: tuple[Row, ...] = (
    (rf"{_DELETE} {_T}(?: from (?:my|the) list)?", "en", delete),
    (rf"(?:take|strike|scratch|cross|get) {_T} (?:off|out)(?: of| from)? {A_LIST}", "en", delete),
    (rf"leere (?P<item>{A_LIST})", "de", delete),
    (rf"mache? (?P<item>{A_LIST}) leer", "de", delete),
    (r"take away (?P<item>(?:all|everything|every).*)", "en", delete),
    (rf"i (?:need|want|would like) {_T} (?:to be )?(?:deleted|removed|erased|cleared)(?: from {A_LIST})?",
     "en", delete),
    (rf"(?:i|we) (?:do ?n['’]t|do not|no longer) need (?:to )?{_T} any ?more", "en", delete),
    (rf"(?:cancel|call off) {_T}", "en", _cancel),
    (rf"(?:sage?|blase?) {_T} ab", "de", _cancel),
    (rf"storniere? {_T}", "de", _cancel),
    (rf"(?:lösche?|loesche?|entferne?|streiche?) {_T}(?: von (?:der|meiner) liste)?(?: wieder)?", "de", delete),
)  # fmt: skip
ACTS_LAST: tuple[Row, ...] = (
    (rf"{_T} wieder (?:öffnen|aufmachen)", "de", reopen),
    (rf"{_T} abhaken", "de", complete),
    (rf"{_T} (?:erledigen|abschließen)", "de", _finished),
    (rf"{_T} (?:löschen|loeschen)", "de", delete),
    (rf"{_T} (?P<verb>entfernen|streichen)", "de", struck),
    (rf"(?!.*en und ){_T} (?:absagen|stornieren)", "de", _cancel),
)
"""Rules with the verb at the end, as in German; tried last, since a new title may end in these words, too."""
