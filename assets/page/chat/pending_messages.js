// The person's messages between Enter and the server's word: shown at once, and sent one after the other.
import { Fragment, createElement as h, useEffect, useLayoutEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { useLocation } from "react-router";
import { openedPath, useConnection, useOpening } from "../core/connection.js";
import * as outbox from "../core/outbox.js";
import { selectedNumbers } from "../task_list/selection.js";

/** The event that says that a message became a draft again. */
export const TAKEN_BACK = "taskchat:taken-back";

const SENT_MOST = 20002; // so much of a message that is too long: more than 10,000 characters, also where each takes two
const BUSY_MS = 1500; // so long a message waits that came while its conversation was answering another tab
const LEFT_MS = 5000; // a message that its own tab has not sent by then is sent by any other

/** Tells the composer to read its draft again; after a click also to take the focus, for what was clicked is gone. */
const tellComposer = (focus) => document.dispatchEvent(new CustomEvent(TAKEN_BACK, { detail: { focus } }));

/** The conversation that an address leads to; "" is a new one. */
export const threadAt = (pathname) => pathname.replace(/^\/(c\/)?/, "");

/**
 * The conversation that the person is in: a click on another one leads there at once, before the server has opened it.
 * A new one has its id from the server before the address names it, so what changed last counts; but not a conversation
 * that the server opens only now, while the person has gone on from it.
 */
export function useThread(told) {
  const opening = useOpening();
  const address = threadAt(useLocation().pathname);
  const last = useRef({ told, opening, address, thread: told, ahead: [] });
  const { current: was } = last;
  let { thread, ahead } = was; // where the person went and the server has not come yet
  // What the server opens where the person still is says where they are: an address may lead to no conversation, and a
  // connection that was lost has not brought them anywhere. What it opens once they have gone on says nothing of that.
  if (opening && was.opening !== opening && threadAt(openedPath(opening)) === address) [thread, ahead] = [told, []];
  else {
    if (was.told !== told) {
      ahead = ahead.slice(ahead.indexOf(told) + 1 || ahead.length);
      thread = ahead.at(-1) ?? told;
    }
    if (was.address !== address) {
      if (ahead.length || address !== told) ahead = [...ahead, address];
      thread = address;
    }
  }
  last.current = { told, opening: opening || was.opening, address, thread, ahead };
  return thread;
}

/** What waits in this browser for this account. */
function useMessages(account) {
  const json = useSyncExternalStore(outbox.subscribe, () => outbox.everything(account), () => "[]");
  return useMemo(() => JSON.parse(json), [json]);
}

/** Whose page this is; before the server has said so, whose it was last in this tab. */
function useAccount(told) {
  useEffect(() => { if (told) outbox.rememberAccount(told); }, [told]);
  const remembered = useSyncExternalStore(outbox.subscribe, outbox.rememberedAccount, () => "");
  return told || remembered;
}

/** Takes in the server's words on what was sent. `outcomes` are its last ones, `flying` the message on its way. */
function useOutcomes({ account, thread, outcomes, onBegun, flying, busyUntil }) {
  const opening = useOpening();
  useLayoutEffect(() => {
    for (const { key, attempt, kind, thread_id: stored } of outcomes) {
      const sent = flying.current?.attempt === attempt ? flying.current : null;
      if (kind === "taken") {
        const begun = outbox.settle(account, key, stored);
        // The connection broke between the message and the word on it: then the way to its conversation was lost as well.
        if (begun && sent?.opening !== opening && location.pathname === "/") onBegun(stored);
      }
      else if (sent && kind === "refused") {
        outbox.takeBack(account, sent, thread);
        tellComposer(false);
      }
      else if (sent) busyUntil.current[sent.place] = Date.now() + BUSY_MS;
      if (sent) flying.current = null;
    }
  }, [outcomes]);
}

/** Sends the next message once the one before has its answer; what was on its way when the connection broke, again. */
function useSending({ account, here, isOpen, answering, onSend, flying, busyUntil }) {
  const opening = useOpening();
  const [, wake] = useState(0);
  useEffect(() => {
    if (flying.current?.opening === opening || !opening || !account) return;
    // Read anew: the outcome that came with this rendering may just have removed a message, or led it elsewhere.
    const messages = JSON.parse(outbox.everything(account));
    const delay = (message) => {
      if (message.place === here && (answering || !isOpen)) return Infinity;
      const left = message.place === here ? 0 : LEFT_MS - outbox.age(message);
      return Math.max(left, (busyUntil.current[message.place] ?? 0) - Date.now());
    };
    const first = messages.filter(({ place }, at) => messages.findIndex((other) => other.place === place) === at);
    const next = first.sort((one, other) => delay(one) - delay(other))[0];
    if (!next) return;
    if (delay(next) > 0) {
      if (delay(next) === Infinity) return;
      const timer = setTimeout(() => wake((count) => count + 1), delay(next));
      return () => clearTimeout(timer);
    }
    flying.current = { ...next, opening, attempt: outbox.fresh() };
    onSend({
      account,
      key: next.key,
      text: next.text.slice(0, SENT_MOST),
      selected: next.selected ?? [],
      thread_id: outbox.threadOf(next.place),
      here: next.place === here,
      own: next.tab === outbox.tab(),
      attempt: flying.current.attempt,
    });
  });
}

/** The waiting messages of the open conversation, with the sign of the answer that the first one will get. */
export function Waiting({ account: told, thread: opened, known, answering, outcomes, onSend, onBegun, you, forAnswer, forConnection, about, edit, remove }) {
  const account = useAccount(told);
  const thread = useThread(opened);
  const connected = useConnection() === "connected";
  const flying = useRef(null);
  const busyUntil = useRef({});
  const messages = useMessages(account);
  useOutcomes({ account, thread, outcomes, onBegun, flying, busyUntil });
  const open = known ? thread : messages.length ? threadAt(location.pathname) : "";
  const here = messages.length ? outbox.placeOf(account, open) : open;
  const untaken = messages.filter(({ key }) => !outcomes.some((outcome) => outcome.key === key && outcome.kind === "taken"));
  useSending({ account: known ? told : "", here, isOpen: thread === opened, answering, onSend, flying, busyUntil });
  const shown = untaken.filter(({ place }) => place === here);
  const goes = connected && !answering && (busyUntil.current[here] ?? 0) < Date.now();
  const back = (message) => {
    outbox.takeBack(account, message, thread);
    tellComposer(true);
  };
  const drop = (message) => {
    outbox.remove(message);
    tellComposer(true);
  };
  return h(
    Fragment,
    null,
    shown.map((message, at) => {
      const held = !(goes && at === 0);
      return h(
        "article",
        { key: message.id, className: `message mine waiting${held ? " held" : ""}`, "aria-label": you },
        h("div", { className: "bubble" }, message.text),
        message.selected?.length > 0 && h("div", { className: "message-about" }, about, " ", message.selected.map((number) => `#${number}`).join(", ")),
        held &&
          h(
            "div",
            { className: "waiting-foot" },
            h("span", null, connected ? forAnswer : forConnection),
            h("button", { type: "button", onClick: () => back(message) }, edit),
            h("button", { type: "button", onClick: () => drop(message) }, remove),
          ),
      );
    }),
    goes && shown.length > 0 && h("div", { className: "message answer" }, h("span", { className: "caret", "aria-hidden": true })),
  );
}

/** A button that sends its own words. */
export function Suggestion({ account, thread, text, ...props }) {
  const name = useRef(null);
  const send = () => {
    name.current ??= outbox.fresh();
    const selected = selectedNumbers();
    outbox.add(account, { key: name.current, name: name.current, place: outbox.placeOf(account, thread), text, selected });
  };
  return h("button", { type: "button", ...props, onClick: send }, text);
}
