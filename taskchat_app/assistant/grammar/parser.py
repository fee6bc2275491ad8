"""Parses one clause (of clauses.py) into a command: by rules, in other words that mean the same, in free words.

clause_rules.py has the rules. offline/command_plans.py plans the tool calls of a command.
"""

from dataclasses import replace

from taskchat_app.assistant.grammar.clause_rules import read_by_rules, read_in_own_words, read_sentence, states
from taskchat_app.assistant.grammar.commands import CHANGING, Command, Target, UserClock
from taskchat_app.assistant.grammar.language_detection import detect_language
from taskchat_app.assistant.grammar.paraphrases import EXISTING_CHANGES, commands_in, paraphrases
from taskchat_app.assistant.grammar.phrases.list_names import THE_LIST
from taskchat_app.assistant.grammar.phrases.patterns import phrase
from taskchat_app.assistant.grammar.phrases.unread_words import misfit
from taskchat_app.assistant.grammar.request_words import bare, is_question
from taskchat_app.assistant.grammar.rules.follow_ups import read_when
from taskchat_app.assistant.grammar.rules.implicit_adds import begins_with_verb
from taskchat_app.domain.dates.command_text import mask_quotes

# With a question mark this asks: "the meeting was moved to friday".
_HAPPENED = phrase(r"\b(?:(?:has|have) been|was|were|is|are|got|ist|sind|wurden?|wird)\b")
_PLACEHOLDER = phrase(
    r"\A(?:for |to |about |für |an )?(?:this|that|these|those|diese[nrsm]?) (?:item|event|task|appointment|reminder"
    r"|entry|meeting"
    r"|ereignis|termin|aufgabe|eintrag|veranstaltung)s?(?: (?:to|on|in|auf|in)\b.*)?\Z"
    r"|\A(?:da|dort|hier|there|here)\Z"
)
_NEEDED = phrase(r"\A(?:i|we|ich|wir) ")
_OF_THE_LIST = phrase(rf"\b(?:my|the|meine[nrm]?|de[nmr]|die) (?:to-?do |to do |task |shopping )?{THE_LIST}(?!\w)")
# What the rules make of a clause that they do not understand.
_UNSURE = ("unknown", "offer", "wish", "nameless", "reference", "bad_date")

# A mark of its own; "milk!!!" is only said loudly.
_BANGS = phrase(r"\s!!!?[\s.]*\Z")
_FREE_MAX_CHARACTERS = 200
_WITH_ASIDE = ("done", "reported", "reopen", "update", "shift", "tag", "untag", "delete", "cancel", "delete_all")
# "Get rid of the bike, we sold it": neither a condition, an exception or a correction, nor another field or task.
_ASIDE = phrase(
    r"(?:[,.!?;]| [-–]) (?!(?:was|(?:die|der|das|den)(?! (?:ist|sind|war|hat|haben|wird|kann|brauche?)\b)|that|which"
    r"|who|and|und) "
    r"|.{0,150}(?:[\d?]|\b(?:if|unless|when|except|but|instead|or|think|guess|not (?:done|finished|yet)|wenn"
    r"|falls|außer|sondern|oder|glaube?|denke?|noch nicht|nicht (?:fertig|erledigt)|tag|due|date|priority|mark|set|move"
    r"|add|put|make)\b))(?=.{0,150}(?:\b(?:i|we|its?|thats?|they|he|she|there|got|sold|ich|wir|er|es|man|is|are|was|has"
    r"|can['’]?t|ist|sind|hat|habe?|muss|kann"
    r"|eilt|reicht|passt)\b|['’](?:m|s|re|ve)\b)).{5,150}\Z|,? (?P<whole>and let me) .{5,150}\Z"
    r"|, (?:too|zu|no|keine?n?|not (?:so|worth)|nicht so) [\w ]{2,20}\Z"
)
"""Each of the rewrites of a clause is read like a clause of its own."""


def read_command(text: str, clock: UserClock) -> Command:
    """Return the command of a clause; `unknown` if no rule matches.

    What may be a new task is compared with changes of a task that is there, what is not understood with late sentences.
    """
    aside = _ASIDE.search(mask_quotes(text)) if len(text) <= _FREE_MAX_CHARACTERS else None
    said = read_command(text[: aside.start()], clock) if aside else None
    if aside and said and said.kind in _WITH_ASIDE:
        # "Delete the bike, I was joking": another date does less harm than a deletion.
        is_harmless = said.kind in ("update", "shift")
        is_of_its_own = aside["whole"] or (is_harmless and text[aside.start()] in ".!?")
        if is_of_its_own or not said.target.is_sweeping:
            return said if is_harmless else replace(said, doubtful=True)
    command = _read_words(text, clock)
    is_new = command.kind in ("add", "wish", "offer") and not is_question(text)
    if is_new and "priority" not in command.given and _BANGS.search(text):
        command = replace(command, given=command.given | {"priority": "high"})
    command = asked_if_unread(command)
    if existing := _read_of_existing(text, command, clock) if is_new else None:
        return existing
    late = read_sentence(text, clock, late=True) if command.kind in ("offer", "unknown") else None
    if late is None or late.kind in ("unknown", "bad_date"):
        return command
    is_doubtful = late.doubtful or (late.free and command.kind == "offer")
    return replace(late, otherwise=command if late.target.words else None, doubtful=is_doubtful)


def asked_if_unread(command: Command) -> Command:
    """Return "offer" for a new task with a word that could be a date, or the like, or with a title of another form.

    A task is asked about before it gets such a title.
    """
    unread = misfit(command.given) if command.kind in ("add", "wish", "update") else ""
    if not unread or unread.casefold().split()[0] not in mask_quotes(command.text).casefold():
        return command
    if command.kind == "update":
        return replace(command, doubtful=True)
    return replace(command, kind="offer", target=Target())


def _read_of_existing(text: str, new: Command, clock: UserClock) -> Command | None:
    """Return the change of a task that the clause of a new one may mean; none by a name that is only a verb."""
    clause = bare(text)
    for other in EXISTING_CHANGES.others(clause):
        command = read_in_own_words(other, clock)
        is_named = not command.target.is_sweeping and not begins_with_verb(f"{command.target.words} all")
        if command.kind == "update" and is_named:
            # A description that is there is replaced, and "make lunch every day" may be what is to be done.
            sets_doubtful = not command.given.keys().isdisjoint(("description", "recurrence"))
            is_unsure = sets_doubtful and bool(command.target.words) and mask_quotes(text) == text
            language = detect_language(clause) or command.language
            command = replace(command, text=text.strip(), language=language, free=True, doubtful=is_unsure)
            return replace(command, otherwise=new)
    return None


def _read_words(text: str, clock: UserClock) -> Command:
    """Return the command of the first that is understood: a file's sentence, a paraphrase, the clause, free words."""
    if found := read_sentence(text, clock):
        return _checked(found)
    mark = "?" if text.rstrip().endswith("?") else ""
    asked: Command | None = None
    for other in paraphrases(bare(text)):
        command = replace(read_in_own_words(other + mark, clock), text=text.strip())
        if mark and states(text, command, _HAPPENED):
            continue
        if command.kind not in _UNSURE:
            return _checked(command)
        asked = asked or (command if command.kind == "nameless" else None)
    command = _checked(read_by_rules(text, clock))
    if command.kind in _UNSURE and (meant := _read_freely(text, clock)):
        return replace(meant, text=text.strip(), free=True)
    return asked if asked and command.kind in ("unknown", "offer") else command


def _read_freely(text: str, clock: UserClock) -> Command | None:
    """Return the command that is said in free words; none that changes many tasks, or by a question."""
    clause, refused = bare(text), (*_UNSURE, "complete_all", *(CHANGING if is_question(text) else ()))
    if len(clause) > _FREE_MAX_CHARACTERS:
        return None
    for words in commands_in(clause):
        for other in (words, *paraphrases(words)):
            command = _checked(read_in_own_words(other, clock))
            # "Die überfälligen auf morgen schieben"
            is_open = command.kind == "update" and not command.target.is_all
            if command.kind not in refused and (is_open or not command.target.is_sweeping):
                return replace(command, doubtful=command.doubtful or command.target.every)
    return read_when(clause, clock)


def _checked(command: Command) -> Command:
    """Return "nameless" for a task called "this event", and offer a wish that is about the list itself."""
    title = str(command.given.get("title", "")) if command.kind in ("add", "wish", "offer", "remind") else ""
    if _PLACEHOLDER.search(title):
        return Command("nameless", command.text, language=command.language)
    is_wish = command.kind == "wish" or (command.kind == "add" and _NEEDED.match(command.text))
    return replace(command, kind="offer") if is_wish and _OF_THE_LIST.search(title) else command
