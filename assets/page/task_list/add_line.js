// The add line, and the tasks that it has added and the server has not confirmed yet.
import { createElement as h, useEffect, useLayoutEffect, useRef, useState } from "react";
import * as words from "$/utils/words";
import { useConnection, useOpening } from "../connection/connection.js";
import { useGettext } from "../core/language.js";
import { useLaterRendering } from "../core/listeners.js";
import { oneLineOf, piecesOf } from "../editing/pasted_lines.js";
import { ORPHAN_MS, addEntry, age, changeEntry, entries, randomId, removeEntry, tabId, useAccount, useEntries } from "../pending/outbox.js";
import { returnShared, takeShared } from "../pending/shared_text.js";

export const TASKS = "adding";
const SHOWN_AFTER_MS = 600; // a task that the server confirms sooner is not shown as waiting
const RETRY_MS = 2000; // before sending again what the server could not store

const fieldOf = (form) => form.querySelector("input[name=task]");

/** Store a sentence, or pasted lines, for `TaskSender` to send, with the `query` of the list above which it was typed. */
export function addTasks(account, text, query = "", removed = []) {
  for (const piece of piecesOf(text)) addEntry(account, TASKS, { key: randomId(), text: piece, query, removed });
}

/** Return the entries that the server has neither stored nor refused, oldest first. */
export const unsentTasks = (account) => entries(account, TASKS).filter(({ problem }) => !problem);

/** Put the sentence into the add line `formId`. Returns its field, or null if other text is there. */
function returnToField(formId, text) {
  const form = document.getElementById(formId);
  const field = form && fieldOf(form);
  if (!field || field.value.trim()) return null;
  field.value = text;
  return field;
}

/** The form of the add line: Enter adds its text. */
export function AddLine({ account: serverAccount, removed, onText, children, ...props }) {
  const account = useAccount(serverAccount);
  const form = useRef(null);
  const opening = useOpening();
  useEffect(() => {
    const text = takeShared("add");
    if (!text) return;
    const field = fieldOf(form.current);
    field.value = text;
    field.focus();
    return () => { if (field.value === text) returnShared("add", text); }; // a task that was open hides the list of a phone
  }, []);
  useEffect(() => {
    // What was typed while disconnected has no chips yet.
    if (opening && fieldOf(form.current).value) onText(fieldOf(form.current).value);
  }, [opening]);
  const submit = (event) => {
    event.preventDefault();
    const field = fieldOf(form.current);
    if (!piecesOf(field.value).length || field.readOnly || !account) return; // before hydration a task would be lost
    addTasks(account, field.value, location.search, removed);
    field.value = "";
    onText("");
  };
  const paste = (event) => {
    const field = fieldOf(form.current);
    const text = oneLineOf(event.clipboardData.getData("text/plain"));
    if (event.target !== field || field.readOnly || !text) return;
    event.preventDefault();
    field.setRangeText(text, field.selectionStart, field.selectionEnd, "end");
    onText(field.value);
  };
  return h("form", { ...props, ref: form, onSubmit: submit, onPaste: paste }, children);
}

/** Sends the stored tasks one after the other, again after a broken connection; announces each, or returns it to the add line. */
export function TaskSender({ account, outcomes, formId, onSend }) {
  const opening = useOpening();
  const inFlight = useRef(null); // { opening, attempt } of the task that was sent and has no outcome
  const retryAt = useRef(0); // when the next task may be sent
  const [announcement, setAnnouncement] = useState("");
  const renderLater = useLaterRendering();
  useLayoutEffect(() => {
    for (const { key, attempt, kind, problem, announcement: added } of outcomes) {
      const isOfInFlight = inFlight.current?.attempt === attempt;
      if (isOfInFlight) inFlight.current = null;
      if (isOfInFlight && added) setAnnouncement(added);
      const entry = entries(account, TASKS).find((other) => other.key === key);
      if (!entry) continue;
      if (kind === "stored") removeEntry(entry);
      else if (!isOfInFlight) continue; // after this attempt another one runs
      else if (kind === "retry") retryAt.current = Date.now() + RETRY_MS;
      else if (returnToField(formId, entry.text)) removeEntry(entry); // refused
      else changeEntry(entry, { problem }); // refused, while other text is in the field
    }
  }, [outcomes]);
  useEffect(() => {
    if (!opening || !account || inFlight.current?.opening === opening) return;
    const [next] = unsentTasks(account);
    if (!next) return;
    const orphanMs = next.tab === tabId() ? 0 : ORPHAN_MS - age(next); // until then its own tab sends it
    const delay = Math.max(retryAt.current - Date.now(), orphanMs);
    if (delay > 0) return renderLater(delay);
    const { key, text, query, removed } = next;
    inFlight.current = { opening, attempt: randomId() };
    onSend({ account, key, attempt: inFlight.current.attempt, text, query, removed, age: Math.max(0, age(next)) });
  });
  useEntries(account, TASKS); // to be rendered after each change
  return h("div", { className: "sr-only", "aria-live": "polite" }, announcement);
}

/** Shows the tasks of the add line `formId` that wait: at once without a connection, else after SHOWN_AFTER_MS. */
export function WaitingTasks({ account: serverAccount, formId, onText, ...props }) {
  const gettext = useGettext();
  const account = useAccount(serverAccount);
  const isConnected = useConnection() === "connected";
  const added = useEntries(account, TASKS);
  const renderLater = useLaterRendering();
  const [oldest] = added;
  const isLate = oldest !== undefined && age(oldest) >= SHOWN_AFTER_MS;
  useEffect(() => {
    if (oldest && !isLate) return renderLater(SHOWN_AFTER_MS - age(oldest));
  }, [oldest?.id]);
  if (!oldest || (isConnected && !isLate)) return null;
  const editAgain = (entry) => {
    const field = returnToField(formId, entry.text);
    if (!field) return;
    field.focus();
    onText(entry.text);
    removeEntry(entry);
  };
  const why = gettext(isConnected ? words.WAITS_FOR_SERVER : words.WAITS_FOR_CONNECTION);
  const item = (entry) => h("li", { key: entry.id, className: "waiting-task", "data-refused": !!entry.problem },
    h("span", { className: "waiting-title", dir: "auto" }, entry.text),
    h("div", { className: "waiting-foot" },
      h("span", { role: entry.problem ? "alert" : undefined }, entry.problem || why),
      h("button", { type: "button", onClick: () => editAgain(entry) }, gettext(words.EDIT_WAITING)),
      h("button", { type: "button", onClick: () => removeEntry(entry) }, gettext(words.REMOVE_WAITING))));
  return h("ul", { ...props, role: "list" }, added.map(item));
}
