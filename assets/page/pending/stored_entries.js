// Input that the server has not confirmed yet, in the browser's storage for each account and kind.
// Each entry has a key of its own, so that tabs that write at the same time do not overwrite each other.
import { useEffect, useMemo, useSyncExternalStore } from "react";
import { listenerSet } from "../core/listeners.js";
import { rememberAccount, rememberedAccount } from "../core/tab_account.js";

const TAB = "taskchat:tab";
/** After so long any other tab sends an entry, if its own tab has not sent it. */
export const ORPHAN_MS = 5000;
let count = 0;

/** Return a unique id; crypto.randomUUID exists only over https and on localhost. */
export const randomId = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");

export const { notify, subscribe } = listenerSet();
if (typeof window !== "undefined") window.addEventListener("storage", notify); // of other tabs

const prefixOf = (account, kind) => `taskchat:${account}:${kind}:`;

/** Return all entries as JSON, oldest first: a string, so that React can compare snapshots. */
export const entriesJson = (account, kind) => {
  const ids = Object.keys(localStorage).filter((id) => id.startsWith(prefixOf(account, kind))).sort();
  return JSON.stringify(ids.map((id) => ({ id, ...JSON.parse(localStorage.getItem(id)) })));
};

/** Return this account's entries in the browser's storage. */
export function useEntries(account, kind) {
  const json = useSyncExternalStore(subscribe, () => entriesJson(account, kind), () => "[]");
  return useMemo(() => JSON.parse(json), [json]);
}

export function addEntry(account, kind, entry) {
  const order = Date.now().toString(36) + String((count += 1)).padStart(4, "0");
  const id = `${prefixOf(account, kind)}${order}-${randomId()}`;
  localStorage.setItem(id, JSON.stringify({ ...entry, tab: tabId(), at: Date.now() }));
  notify();
}

export function changeEntry({ id, ...entry }, changes) {
  localStorage.setItem(id, JSON.stringify({ ...entry, ...changes }));
  notify();
}

export function removeEntry({ id }) {
  localStorage.removeItem(id);
  notify();
}

/** Milliseconds since the entry was written. */
export const age = ({ at }) => Date.now() - at;

/** Return this tab's id, which survives a reload. */
export function tabId() {
  const id = sessionStorage.getItem(TAB) ?? randomId();
  sessionStorage.setItem(TAB, id);
  return id;
}

/** Return the signed-in account; until the server has sent it, the last one of this tab. */
export function useAccount(serverAccount) {
  useEffect(() => { if (serverAccount) rememberAccount(serverAccount); }, [serverAccount]);
  const remembered = useSyncExternalStore(subscribe, rememberedAccount, () => "");
  return serverAccount || remembered;
}
