// Which conversation the user is in: the page knows it before the server, or the server before the page.
//
// A click on a conversation counts at once, before the server has opened it. A new conversation gets its id from the
// server, before the address names it.
import { useLayoutEffect, useRef } from "react";
import { useLocation } from "react-router";
import { openedPath, useOpening } from "../connection/connection.js";

/** Return the id of the conversation of a path: "thr_1" of "/c/thr_1", "" (a new one) of "/". */
export const threadIdAt = (pathname) => pathname.replace(/^\/(c\/)?|\/$/g, "");

/** Return the id of the conversation that the user is in; `serverThread` is the id of the one that the server has open. */
export function useThread(serverThread) {
  const known = { serverThread, opening: useOpening(), address: threadIdAt(useLocation().pathname) };
  const last = useRef({ ...known, opened: known.address, unopened: [] });
  const state = nextState(last.current, known);
  // Noted only when it is shown: React renders a new address in the background, and may begin again with the old one.
  useLayoutEffect(() => { last.current = state; });
  return state.unopened.at(-1) ?? state.opened;
}

/**
 * Return the state `before`, changed by what the page knows now: `serverThread`, the server's `opening` of the page ("" while
 * disconnected), and the conversation of the `address`. The user is in the last conversation of `unopened`, else in `opened`:
 *
 *                                                opened  unopened: what the user has opened, and the server not yet
 *   the user opens conversation 1                ""      ["1"]
 *   and then 2                                   ""      ["1", "2"]
 *   the server has opened 1                      "1"     ["2"]
 *   the server has opened 2                      "2"     []
 *   the server begins 3, whose address follows   "3"     []
 */
function nextState(before, { serverThread, opening, address }) {
  const state = { ...before, serverThread, address, opening: opening || before.opening };
  const isNewOpening = opening && opening !== before.opening;
  const isPageOpened = isNewOpening && threadIdAt(openedPath(opening)) === address; // and not an older address
  // The server's conversation counts: the address may belong to none, and a lost connection has moved the user nowhere.
  if (isPageOpened) return { ...state, opened: serverThread, unopened: [] };
  // Without an opening `serverThread` counts for nothing: on loading, it is what the tab showed before.
  const isConversationOpened = opening && serverThread !== before.serverThread;
  if (isConversationOpened) {
    const place = before.unopened.indexOf(serverThread);
    state.opened = serverThread;
    state.unopened = place < 0 ? [] : before.unopened.slice(place + 1); // the user has gone on to the later ones
  }
  if (address !== before.address) {
    const isOpened = !state.unopened.length && address === serverThread;
    if (isOpened) state.opened = address;
    else state.unopened = [...state.unopened, address];
  }
  return state;
}
