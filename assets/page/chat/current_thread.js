// Which conversation the user is in: the page knows it before the server, or the server before the page.
//
// A click on a conversation counts at once, before the server has opened it. A new conversation gets its id from the
// server, before the address names it.
import { useLayoutEffect, useRef } from "react";
import { useLocation } from "react-router";
import { openedPath, useOpening } from "../connection/connection.js";

/** Return the id of the conversation of a path; "" is a new one. */
export const threadIdAt = (pathname) => pathname.replace(/^\/(c\/)?|\/$/g, "");

/** Return the id of the conversation that the user is in; `serverThread` is the one that the server has open. */
export function useThread(serverThread) {
  const now = { serverThread, opening: useOpening(), address: threadIdAt(useLocation().pathname) };
  const last = useRef({ ...now, thread: now.address, unopened: [] });
  const { thread, unopened } = currentThread(last.current, now);
  // Noted only when it is shown: React renders a new address in the background, and may begin again with the old one.
  useLayoutEffect(() => { last.current = { ...now, opening: now.opening || last.current.opening, thread, unopened }; });
  return thread;
}

/**
 * Return `thread`, the conversation that the user is in, and `unopened`: those that the user has opened and the server
 * not yet, in order.
 *
 * They follow from what held `before` and from what the page knows now: the conversation that the server has open, the
 * server's opening of the page ("" while disconnected), and the address.
 */
function currentThread(before, { serverThread, opening, address }) {
  // The server opens the page at this address: its conversation counts, since the address may belong to none, and a lost
  // connection has moved the user nowhere. An opening of an older address counts for nothing.
  const isOpenedHere = opening && opening !== before.opening && threadIdAt(openedPath(opening)) === address;
  if (isOpenedHere) return { thread: serverThread, unopened: [] };
  // Before it opens the page, what the server has open counts for nothing: on loading, that is what the tab showed before.
  const hasServerOpened = opening && serverThread !== before.serverThread;
  const current = hasServerOpened ? afterServerOpened(serverThread, before) : before;
  const hasNavigated = address !== before.address;
  return hasNavigated ? afterNavigation(address, serverThread, current) : current;
}

/** The user is in the opened conversation, or in the last one after it: with A of `unopened` [A, B] opened, in B, and [B] is left. */
function afterServerOpened(serverThread, { unopened }) {
  const later = unopened.includes(serverThread) ? unopened.slice(unopened.indexOf(serverThread) + 1) : [];
  return { thread: later.at(-1) ?? serverThread, unopened: later };
}

/** The user is in the conversation of the address, which the server may have open already. */
function afterNavigation(address, serverThread, { unopened }) {
  const isOpen = !unopened.length && address === serverThread;
  return { thread: address, unopened: isOpen ? [] : [...unopened, address] };
}
