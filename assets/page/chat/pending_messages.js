// Shows at once the messages that outbox.js stores, and sends them one after the other.
//
// The `place` of a message is the id of its conversation, or "new-…" until that has one (outbox.js). `here` is the place of
// the conversation that the user is in; the server may still have another conversation open, `serverThread`.
import { Fragment, createElement as h, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useNavigate, useNavigation } from "react-router";
import * as words from "$/utils/words";
import { useConnection, useOpening } from "../connection/connection.js";
import { useGettext } from "../core/language.js";
import { useLaterRendering } from "../core/listeners.js";
import { returnToDraft } from "../pending/drafts.js";
import * as outbox from "../pending/outbox.js";
import { threadIdAt, useThread } from "./current_thread.js";
import { returnFiles } from "./file_uploads.js";
import { TASKS, unsentTasks } from "../task_list/add_line.js";
import { addSelected, clearSelected, selectedNumbers } from "../task_list/selection.js";

/** The DOM event after which the composer reads its draft again. */
export const DRAFT_CHANGED = "taskchat:draft-changed";

const SENT_MAX = 20002; // UTF-16 units sent of a message: more than the limit of 10,000 characters of two units each
const BUSY_DELAY_MS = 1500; // before sending again to a conversation that answers another tab, or a server that restarts

/** The unconfirmed messages of the open conversation, with a caret where the answer to the first will appear. */
export function PendingMessages({ account: serverAccount, thread: serverThread, known, answering, outcomes, onSend }) {
  const gettext = useGettext();
  const account = outbox.useAccount(serverAccount);
  const thread = useThread(serverThread);
  const connected = useConnection() === "connected";
  const { current: sending } = useRef({
    inFlight: null, // the sent message, with its `attempt` and the `opening` of the page, until the outcome of this attempt comes
    busyUntil: {}, // by place: the time until which nothing is sent there
  });
  const onBegun = useNewAddress();
  const messages = outbox.useEntries(account, outbox.MESSAGES);
  outbox.useEntries(account, TASKS); // to be rendered after each change
  useOutcomes({ account, thread, outcomes, onBegun, sending });
  useStartedElsewhere(account, onBegun);
  const here = placeHere(account, thread, { isReady: known, hasMessages: messages.length > 0 });
  const isOpen = thread === serverThread;
  useSending({ account: serverAccount, isReady: known, here, isOpen, answering, onSend, sending });
  const isStored = ({ key }) => outcomes.some((outcome) => outcome.key === key && outcome.kind === "stored");
  const shown = messages.filter((message) => message.place === here && !isStored(message));
  const isBusyHere = (sending.busyUntil[here] ?? 0) >= Date.now();
  const canSend = connected && !answering && !isBusyHere;
  const why = gettext(connected ? words.WAITS_FOR_ANSWER : words.WAITS_FOR_CONNECTION);
  const editAgain = (message) => {
    moveToDraft(account, message, thread);
    notifyComposer(true);
  };
  const discard = (message) => {
    outbox.removeEntry(message);
    notifyComposer(true);
  };
  const item = (message, at) => {
    const isHeld = !canSend || at > 0; // else it is being sent
    return h(PendingMessage, { key: message.id, message, why: isHeld && why, onEdit: () => editAgain(message), onDiscard: () => discard(message) });
  };
  const caret = h("div", { className: "message answer" }, h("span", { className: "caret", "aria-hidden": true }));
  return h(Fragment, null, shown.map(item), canSend && shown.length > 0 && caret);
}

/**
 * Return a function that replaces the address of the new conversation by the one with its id, unless the user opens another
 * page meanwhile. While a navigation runs, it waits for its end: one may lead to the new conversation's other history entry.
 */
function useNewAddress() {
  const navigate = useNavigate();
  const isNavigating = useNavigation().state !== "idle";
  const [begun, setBegun] = useState("");
  useLayoutEffect(() => {
    if (!begun || isNavigating) return;
    setBegun("");
    if (location.pathname === "/") navigate(`/c/${begun}${location.search}`, { replace: true });
  }, [begun, isNavigating]);
  return setBegun;
}

/** Handles the server's latest `outcomes` of sent messages. */
function useOutcomes({ account, thread, outcomes, onBegun, sending }) {
  useLayoutEffect(() => {
    // Earlier outcomes come again beside new ones, and change nothing then: their messages and attempts are gone.
    for (const { key, attempt, kind, thread_id: storedIn } of outcomes) {
      // "stored" counts for every attempt, also for one before a reload; "refused" and "retry" for the present one only.
      if (kind === "stored" && outbox.confirmStored(account, key, storedIn)) onBegun(storedIn);
      const sent = sending.inFlight;
      if (sent?.attempt !== attempt) continue;
      if (kind === "refused") {
        moveToDraft(account, sent, thread);
        notifyComposer(false);
      }
      if (kind === "retry") sending.busyUntil[sent.place] = Date.now() + BUSY_DELAY_MS;
      sending.inFlight = null;
    }
  }, [outcomes]);
}

/** Turn a message back into the draft of the conversation, with its files and its selected tasks. */
function moveToDraft(account, message, thread) {
  returnToDraft(account, message, thread);
  returnFiles(account, thread, message.files ?? []);
  addSelected(message.selected ?? []);
}

/** Make the composer read its draft again; with `focus` also take the focus, because the clicked button is gone. */
const notifyComposer = (focus) => document.dispatchEvent(new CustomEvent(DRAFT_CHANGED, { detail: { focus } }));

/** Goes to the conversation that another tab has started with this tab's message, once the server can open it. */
function useStartedElsewhere(account, onBegun) {
  const opening = useOpening();
  const started = outbox.useEntries(account, outbox.STARTED);
  useLayoutEffect(() => {
    const thread = opening && outbox.takeStartedElsewhere(account);
    if (thread) onBegun(thread);
  }, [started, opening]);
}

/**
 * Return the place of the conversation that the user is in. Until the server has opened it, that is the one of the address.
 * Without messages no place is asked for: asking for a new conversation's makes one.
 */
function placeHere(account, thread, { isReady, hasMessages }) {
  if (!hasMessages) return thread;
  return outbox.placeOf(account, isReady ? thread : threadIdAt(location.pathname));
}

/**
 * After each rendering, sends the next message if the previous one is answered, or a message again if the connection broke
 * meanwhile. `isReady`: the server knows the user and the conversation; `isOpen`: the server has the user's conversation open.
 */
function useSending({ account, isReady, here, isOpen, answering, onSend, sending }) {
  const opening = useOpening();
  const renderLater = useLaterRendering();
  useEffect(() => {
    if (!opening || !isReady || !account) return;
    if (sending.inFlight?.opening === opening) return; // a message of another opening was lost with its connection
    // Read the storage again: an outcome of this rendering may just have removed or moved a message.
    const messages = outbox.entries(account, outbox.MESSAGES);
    const adding = unsentTasks(account);
    const next = nextMessage(messages, (message) => delayOf(message, { adding, here, isOpen, answering, sending }));
    if (!next || next.wait === Infinity) return;
    const { message, wait } = next;
    if (wait > 0) return renderLater(wait);
    sending.inFlight = { ...message, opening, attempt: outbox.randomId() };
    onSend(eventOf(message, { account, here, attempt: sending.inFlight.attempt }));
  });
}

/** Return the message that may be sent the soonest, with its `wait`: only the oldest of each place may be. */
function nextMessage(messages, delay) {
  const isOldest = (message) => messages.find(({ place }) => place === message.place) === message;
  const oldest = messages.filter(isOldest).map((message) => ({ message, wait: delay(message) }));
  return oldest.sort((one, other) => one.wait - other.wait)[0];
}

/** Return how many milliseconds a message waits before it may be sent; Infinity until something else happens. */
function delayOf(message, { adding, here, isOpen, answering, sending }) {
  const wasAddedBefore = ({ tab, at }) => tab === message.tab && at <= message.at;
  if (adding.some(wasAddedBefore)) return Infinity; // it may be about these tasks, which the server does not have yet
  const isHere = message.place === here;
  if (isHere && (!isOpen || answering)) return Infinity;
  const isOwn = isHere && message.tab === outbox.tabId();
  const orphanMs = isOwn ? 0 : outbox.ORPHAN_MS - outbox.age(message); // until then its own tab sends it
  return Math.max((sending.busyUntil[message.place] ?? 0) - Date.now(), orphanMs);
}

/** Return the argument of the event `ChatState.send`, which `SentMessage` of state.py reads. */
const eventOf = (message, { account, here, attempt }) => ({
  account,
  key: message.key,
  text: message.text.slice(0, SENT_MAX),
  selected: message.selected ?? [],
  sort: message.sort ?? "",
  order: message.order ?? "",
  files: (message.files ?? []).map(({ id }) => id),
  thread_id: outbox.threadIdOf(message.place),
  here: message.place === here,
  own: message.tab === outbox.tabId(),
  attempt,
});

/** A message that is being sent; or one that is held back, and `why`. */
function PendingMessage({ message: { text, files, selected }, why, onEdit, onDiscard }) {
  const gettext = useGettext();
  return h("article", { className: `message mine waiting${why ? " held" : ""}`, "aria-label": gettext(words.YOU) },
    text && h("div", { className: "bubble", dir: "auto" }, text),
    files?.length > 0 && h("div", { className: "message-about" }, files.map(({ name }) => name).join(", ")),
    selected?.length > 0 && h("div", { className: "message-about" }, gettext(words.ABOUT), " ", selected.map((number) => `#${number}`).join(", ")),
    why && h("div", { className: "waiting-foot" },
      h("span", null, why),
      h("button", { type: "button", onClick: onEdit }, gettext(words.EDIT_WAITING)),
      h("button", { type: "button", onClick: onDiscard }, gettext(words.REMOVE_WAITING))));
}

export function Suggestion({ account, thread: serverThread, text, ...props }) {
  const thread = useThread(serverThread);
  const name = useRef(null);
  const send = () => {
    name.current ??= outbox.randomId(); // a second click adds the same message, which is stored once
    const selected = selectedNumbers();
    outbox.add(account, { key: name.current, name: name.current, place: outbox.placeOf(account, thread), text, selected });
    clearSelected();
  };
  return h("button", { type: "button", dir: "auto", ...props, onClick: send }, text);
}
