"""Rules for statements that something is done: "got the milk", "standup is over", "die Milch ist gekauft"."""

import re

from taskchat_app.assistant.grammar.commands import Command, Language, SlotMatch, Target, UserClock
from taskchat_app.assistant.grammar.phrases.conditions import DENIED
from taskchat_app.assistant.grammar.phrases.patterns import phrase, sentence, words
from taskchat_app.assistant.grammar.phrases.targets import read_target
from taskchat_app.assistant.grammar.phrases.title_words import FILLERS
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb, ends_with_verb
from taskchat_app.assistant.grammar.rules.matching import Table

_PAST = {
    "got": "get buy pick grab fetch", "bought": "buy get", "paid": "pay", "did": "do", "done": "do", "made": "make",
    "sent": "send", "wrote": "write", "written": "write", "took": "take", "taken": "take", "brought": "bring",
    "went": "go", "met": "meet", "read": "read", "sold": "sell", "fed": "feed", "swept": "sweep", "found": "find",
    "gave": "give", "given": "give", "told": "tell", "spoke": "speak talk", "spoken": "speak talk", "saw": "see",
    "seen": "see", "ate": "eat", "left": "leave", "hung": "hang", "rang": "ring call", "picked": "pick get",
    "phoned": "phone call", "talked": "talk speak call", "grabbed": "grab get buy", "gegossen": "gießen",
    "geschrieben": "schreiben", "gegangen": "gehen", "gebracht": "bringen", "geschnitten": "schneiden",
    "abgegeben": "abgeben", "weggeworfen": "wegwerfen", "gesprochen": "sprechen", "getroffen": "treffen",
    "genommen": "nehmen", "überwiesen": "überweisen", "unterschrieben": "unterschreiben", "besprochen": "besprechen",
}  # fmt: skip
"""Verbs by their forms of the past that do not end in -ed, or that stand for more than one verb."""
WHOLLY = frozenset("did done finished completed geschafft durch".split())
"""Verbs that say that a task is done, whatever its own verb is: "I finished the report"."""
_DONE_WITH = WHOLLY | {"gemacht", "erledigt", "abgehakt"}
"""Verbs that complete tasks that are named by their numbers: these three may also be of a title ("Betten machen")."""
_COMPLETING = frozenset(
    "abgehakt abgeschlossen absolviert attended beendet checked cleared closed dropped erledigt gestrichen getrieben"
    " handed handled played released resolved reviewed settled solved vorbei watched".split()
) | {"", "fertig gemacht"}
"""Other verbs that complete what they are said of, and that are no tasks' own; "" without one: "standup is over"."""
_PREPARING = frozenset("angefragt aufgegeben bestätigt confirmed geplant gesucht invited verplant versucht".split())
"""Verbs of a task of their own: "the dinner is confirmed" does not complete "Dinner"."""
_NOT_DONE = frozenset(
    "gehört überhaupt abgesagt gelöst geändert verlegt gelöscht entfernt angefangen ausgefallen verpasst versäumt"
    " vertagt abgebrochen abgelehnt storniert verschwitzt vernachlässigt ignoriert moved pushed shifted changed"
    " cancelled canceled delayed missed deleted removed added renamed started postponed skipped rescheduled"
    " rejected refused declined ignored neglected abandoned aborted".split()
)
"""Verbs of what happened to a task that is not done by it."""
# Neither "needed" nor an infinitive: "I feed the cat", but "I seeded the lawn".
_ED = r"(?!(?:needed|need|feed|seed|weed|breed|speed|shed|sled|embed|shred)\b)[a-z]{2,20}ed"
_DID = rf"(?P<verb>{'|'.join(_PAST)}|{_ED})"
# Not "I got to go", "I read that it rains".
_TASK = r"(?P<task>(?!(?:to|that|up to|about it)\b).{1,120}?)"
_TIMES = "just, already, today, now, just now, yesterday, this morning, last night, earlier, at last, finally, too"
# Atomic groups: what they match is never given back to a task, which would take time and make it "already".
_WHEN_BEFORE = rf"(?>(?: {words(f'{_TIMES}, also')}){{0,3}})"
_WHEN = rf"(?>(?: {words(f'{_TIMES}, off, up')}){{0,3}})"
_OVER = words(
    "over, through, handled, sorted, sorted out, settled, behind me, out of the way, taken care of, dealt with"
    ", crossed off"
)
_PARTICIPLE = (
    r"(?P<verb>(?-i:(?:ab|an|auf|aus|ein|mit|vor|weg|zu|um|nach|raus|runter|zurück|hoch|fertig)?ge\w{2,20}(?:t|en)"
    r"|(?:be|ver|er|ent|zer|über|unter)\w{2,20}t|\w{2,20}iert"
    rf"|{words('überwiesen, unterschrieben, besprochen, vorbei, durch, geschafft, hinter mir, fertig gemacht')}))"
)
_ALREADY = r"(?>(?: (?:schon|jetzt|bereits|nun|gerade|eben|endlich|heute|gestern|auch|alle|alles)){0,3})"
# Neither "rent not paid", nor "get the car washed", nor "would the rent be paid".
_NO_REPORT = (
    "i, we, what, who, which, is, are, was, were, be, been, never, not, no, nothing, none, half, partly, almost, nearly"
    ", get, getting, got, have, having, has, had, need, needs, needed, want, wants, will, can, could, would"
    ", should, must, may, might, let, if, when, unless, until, before, after, once, say, says, said, ask, make, see, to"
)
# "Den Zahnarzt auf Montag verschieben, die haben angerufen"
_ORDERED = words("verschieben, aufschieben, löschen, streichen, entfernen, umbenennen, ändern, setzen")
_NEWS = "tell, write, note, email, e-mail, text, call, message, remind, add, check, today, tomorrow, tonight"
_MAY_REPORT = rf"(?!.{{0,120}}\b{words(_NO_REPORT)}\b|.{{0,120}}n['’]t\b|{words(_NEWS)}\b)"
"""A lookahead: the clause has no word of _NO_REPORT, and does not begin with one of _NEWS."""
# "The books are extended until the 17th", "reicht bis zum 17."
_EXTENDED = phrase(
    r"\b(?:(?:extended|renewed|prolonged) (?:\w+ )?(?:to|till?|until)|reicht (?:\w+ )?bis|bis .{1,20} verlängert)\b"
)
_BECAME_DONE = phrase(r"\b(?:fertig|erledigt|bezahlt) geworden\b")  # "ist fertig geworden"


def _reported(match: SlotMatch, _: UserClock, language: Language) -> Command | None:
    """Read what was done, as the words of the task and the verb; None if the verb or a denial says that it is not."""
    target = read_target(match["task"])
    verb = match["verb"].lower()
    is_last = match.string.endswith(match["verb"])
    if len(target.numbers) > 1 and verb in _DONE_WITH and is_last:  # "1 and 2 are done", not "finished 1 and 1984"
        return Command("done", match.string, target, language=language)
    if verb == "geworden" and not _BECAME_DONE.search(match.string):  # "ist dringend geworden"
        return None
    if not target.words or verb in _NOT_DONE or DENIED.search(match["task"]) or _EXTENDED.search(match.string):
        return None
    return Command("reported", match.string, Target(words=target.words), {"verb": verb}, language)


_ROWS: tuple[tuple[str, Language, bool], ...] = (
    # "I washed the car", "bought milk", "milk has been bought", "rent paid"
    (rf"(?!i(?:'ve| have) got)(?:i|we)(?:'ve| have)?{_WHEN_BEFORE} {_DID} {_TASK}{_WHEN}", "en", True),
    (rf"(?!read|did|done|saw|left)(?P<verb>{'|'.join(_PAST)}|called|emailed|washed|cleaned|mopped|returned"
     rf"|booked|ordered|mailed|walked|finished|texted|posted|fixed|watered) {_TASK}{_WHEN}", "en", False),
    (rf"(?!(?:is|are|was|were|what|who|how|which|it|i|we)\b){_TASK}(?:'s| is| are| has been| have been| was| were| got)"
     rf"(?: all| now| already| just| finally)* (?:{_DID}|{_OVER}){_WHEN}", "en", True),
    (rf"{_MAY_REPORT}{_TASK} (?P<verb>bought|paid|watered|cleaned|washed|booked|ordered|fixed|renewed|submitted"
     r"|returned)", "en", False),
    # "(Ich) habe das Auto gewaschen", "die Milch ist gekauft", "den Müll hab ich", "Auto gewaschen"
    (rf"(?:(?:ich|wir) )?(?:habe|haben)(?! (?:ich|wir|du)\b){_ALREADY} {_TASK}{_ALREADY} {_PARTICIPLE}", "de", True),
    (rf"(?!(?:ist|sind|was|wer|es|ich|wir)\b){_TASK} (?:ist|sind|wurden?|war|waren|habe ich|haben wir){_ALREADY}"
     rf" {_PARTICIPLE}", "de", True),
    (rf"(?!(?:was|wen|wann|welche\w?)\b){_TASK} (?:habe|hab) ich{_ALREADY}", "de", True),
    (rf"(?!(?:ist|sind|war|waren|hat|habe?n?|hab|wurden?|wird)\b|.{{0,120}} {_ORDERED} )"
     rf"{_TASK} {_PARTICIPLE}", "de", False),
)  # fmt: skip
"""Patterns, their languages, and whether they certainly tell what was done: with "I have" or "is"."""
REPORTS: Table = tuple((sentence(pattern), language, _reported) for pattern, language, _ in _ROWS)
_CERTAIN = tuple(sentence(pattern) for pattern, _, is_certain in _ROWS if is_certain)
_SUBJECT = phrase(r"\A(?:i|we|ich|wir|habe|haben|the|my|our|der|die|das|meine?|unsere?)\b")
# "I told her that the rent is paid", "the email that says the rent is paid"
_INDIRECT = phrase(r"\b(?:that|if|whether|dass|ob)\b")


def is_report(clause: str) -> bool:
    """Return whether a clause certainly tells what was done, neither as a part of a command nor as another's words."""
    is_told = _SUBJECT.match(clause) and not _INDIRECT.search(clause)
    return bool(is_told) and any(pattern.fullmatch(clause) for pattern in _CERTAIN)


_SEPARABLE = re.compile(r"\A(ab|an|auf|aus|ein|mit|vor|weg|zu|um|nach|raus|runter|zurück|hoch)?ge(?=\w{3})")
_ENDING = re.compile(r"(?<=\w{3})(?:en|et|es|er|ing|ed|e|n|t|s)\Z")
_TERMIN = re.compile(r"s?termine?s?\Z")  # "(zahnarzt)termin"
_GENERIC = frozenset(
    "event events appointment appointments meeting meetings entry reminder termin ereignis eintrag besprechung thing"
    " things stuff sache sachen ding dinge tick ticked untick".split()
)


def stem(word: str) -> str:
    """Return what the forms of a word share: "mopping" and "mopped" are "mop", "angerufen" and "anrufen" "anruf".

    A form in -ed or -ing loses two endings, as its infinitive loses an n, t, s or er of its own: "cleaned" and "clean"
    are "clea". Forms of "close" and "submit" still differ from these, see verbs_of.
    """
    word = word.casefold()
    if len(word) > 9:  # "zahnarzttermin" is "zahnarzt", but "termine" alone stays
        word = _TERMIN.sub("", word)
    root = _SEPARABLE.sub(r"\1", word) if word.endswith(("t", "en")) else word  # "angerufen" is "anrufen"
    root = _ENDING.sub("", root)
    if word.endswith(("ed", "ing")):
        root = _ENDING.sub("", root)
    if root.endswith("i"):  # "tidied"
        root = f"{root[:-1]}y"
    has_double_end = len(root) > 3 and root[-1] == root[-2]  # "mopped"
    return root[:-1] if has_double_end else root


def stems(text: str, *, without_generic: bool = False) -> set[str]:
    """Return the stems of the words that may name a task; `without_generic` drops those of any task ("meeting")."""
    named = {word for word in re.findall(r"\w+", text.casefold()) if len(word) > 1 and word not in FILLERS}
    return {stem(word) for word in (named - _GENERIC if without_generic else named)}


def verbs_of(form: str) -> set[str]:
    """Return the stems of what a form of the past may be of: "rausgebracht" is "rausbringen", "closed" is "close"."""
    part, rest = _split(form)
    verbs = [part + verb for verb in _PAST[rest].split()] if rest in _PAST else [form, *_english_verbs(form)]
    return {stem(verb) for verb in verbs}


def _split(form: str) -> tuple[str, str]:
    """Return the separable part of a German participle and the rest: "raus" and "gebracht"; "" and the form without."""
    match = None if form in _PAST else _SEPARABLE.match(form)
    part = match[1] or "" if match else ""
    return part, form.removeprefix(part)


def is_completing(form: str) -> bool:
    """Return whether a form of the past tells that something is done: one of a task ("washed", but not "expected")."""
    if form in _PREPARING:
        return False
    if _split(form)[1] in _PAST or form in _COMPLETING or form in WHOLLY:
        return True
    is_english = any(begins_with_verb(f"{verb} something") for verb in _english_verbs(form))
    return is_english or any(ends_with_verb(f"etwas {verb}") for verb in _german_verbs(form))


def _english_verbs(form: str) -> tuple[str, ...]:
    """Return what a form of the past may be of: "organized" is "organize", "mopped" is "mop", "tidied" is "tidy"."""
    root = form.removesuffix("ed")
    return (root, f"{root}e", root[:-1], f"{root[:-1]}y") if root != form and len(root) > 1 else ()


def _german_verbs(form: str) -> list[str]:
    """Return what a participle may be of: "abgeholt" is "abholen", "gebügelt" is "bügeln"."""
    root = _SEPARABLE.sub(r"\1", form)
    roots = [root.removesuffix(ending) for ending in ("t", "et", "en") if root.endswith(ending)]
    return [root + ending for root in roots for ending in ("en", "n")]
