// The command palette: finds commands, tasks and conversations.
import { Children, createContext, createElement as h, useContext, useEffect, useEffectEvent, useRef, useState } from "react";
import { Command, useCommandState } from "cmdk";
import { PALETTE, PALETTE_ADD, PALETTE_ASK, PALETTE_NOTHING, PALETTE_PLACEHOLDER } from "$/utils/words";
import { activateElement, closeByBackdrop, isCommand, isOfInputMethod } from "../core/keyboard.js";
import { useGettext } from "../core/language.js";
import { useListener } from "../core/listeners.js";
import * as outbox from "../pending/outbox.js";
import { addTasks } from "../task_list/add_line.js";

const DEBOUNCE_MS = 120;
const TYPED_ENTRIES = 2; // the entries that are made of the typed text (PaletteTyped)
const PaletteContext = createContext(null); // what Search tells its entries

/** A dialog that Ctrl+K and the button with the id `opener` open, or close if it is open. Its first child is the group of commands. */
export function Palette({ opener, resultsToken, onSearch, children, ...props }) {
  const dialog = useRef(null);
  const [opening, setOpening] = useState(""); // the id of this opening; "" while the palette is closed
  const toggle = () => {
    if (document.querySelector("dialog[open]")) return dialog.current.close(); // if it is the palette's
    dialog.current.showModal();
    setOpening(outbox.randomId());
  };
  useListener("keydown", (event) => {
    if (!isCommand(event, "k")) return;
    event.preventDefault();
    toggle();
  });
  useListener("click", ({ target }) => target.closest?.(`#${opener}`) && toggle());
  const closed = () => {
    if (!dialog.current.open) setOpening(""); // else opened again before the event came
  };
  return h("dialog", { ...props, ref: dialog, onClick: closeByBackdrop, onClose: closed },
    opening && h(Search, { key: opening, opening, dialog, resultsToken, onSearch }, children));
}

/**
 * The contents of the open dialog: the text field, and the entries that match it. `resultsToken` names the search that the server
 * answered last; results of an older search of this opening are shown as long as they match the typed text.
 */
function Search({ opening, dialog, resultsToken, onSearch, children }) {
  const gettext = useGettext();
  const label = gettext(PALETTE);
  const searchFor = (typed, delay) => ({ typed, delay, token: `${opening} ${outbox.randomId()}` });
  const [{ typed, delay, token }, setSearch] = useState(() => searchFor("", 0));
  const send = useEffectEvent(onSearch);
  useEffect(() => {
    const timer = setTimeout(() => send(typed, token), delay);
    return () => clearTimeout(timer);
  }, [token]);
  const isCurrent = resultsToken === token;
  const isSameOpening = resultsToken.startsWith(`${opening} `);
  const close = () => dialog.current.close();
  const keyDown = useFirstEntry(dialog, token, isCurrent);
  const type = (text) => setSearch(searchFor(text, DEBOUNCE_MS));
  const [commands, ...results] = Children.toArray(children);
  return h(PaletteContext.Provider, { value: { typed, isCurrent, isSameOpening, close } },
    h(Command, { label, loop: true, shouldFilter: false, vimBindings: false, onKeyDown: keyDown },
      h(Command.Input, { autoFocus: true, dir: "auto", placeholder: gettext(PALETTE_PLACEHOLDER), value: typed, onValueChange: type }),
      // Typed text names a command more often than not, so commands come first then.
      h(Command.List, { label }, typed.trim() ? [commands, ...results] : [...results, commands]),
      isCurrent && h(NoResults, null, gettext(PALETTE_NOTHING))));
}

/**
 * Select the first entry when the results of the search `token` are there (`isCurrent`), and choose it if the user pressed Enter
 * before. Return the handler of the keys in the dialog.
 */
function useFirstEntry(dialog, token, isCurrent) {
  const pendingEnter = useRef(false); // whether Enter was pressed before the results arrived
  const hasMoved = useRef(false); // whether the user moved away from the first entry
  useEffect(() => { pendingEnter.current = hasMoved.current = false; }, [token]);
  useEffect(() => {
    if (!isCurrent || hasMoved.current) return;
    const first = dialog.current.querySelector("[cmdk-item]");
    if (!first) return;
    // Select the first entry by the key Home: setting cmdk's `value` does not update aria-activedescendant.
    dialog.current.querySelector("[cmdk-input]").dispatchEvent(new KeyboardEvent("keydown", { key: "Home", bubbles: true }));
    if (pendingEnter.current) first.click();
    pendingEnter.current = false;
  }, [isCurrent, token]);
  return (event) => {
    if (event.key.startsWith("Arrow")) hasMoved.current = true;
    const isEnter = event.key === "Enter" && !isOfInputMethod(event.nativeEvent);
    const hasEntries = dialog.current.querySelector("[cmdk-item]") !== null; // cmdk chooses the selected one
    if (isEnter && !isCurrent && !hasEntries) pendingEnter.current = true;
  };
}

function NoResults({ children }) {
  const count = useCommandState(({ filtered }) => filtered.count);
  return count <= TYPED_ENTRIES && h("p", { className: "palette-nothing", role: "status" }, children);
}

export const PaletteGroup = ({ heading, children }) => h(Command.Group, { heading }, children);

/** One entry: a command, also found by the words of `also`, or a result of the server. It activates the element `targetId`. */
export function PaletteEntry({ entry, name, also = "", prints, isResult, targetId, onChoose, children, ...props }) {
  const { typed, isCurrent, isSameOpening, close } = useContext(PaletteContext);
  const isNamed = matches(`${name} ${also}`, typed);
  const isShown = isResult ? isCurrent || (isSameOpening && isNamed) : isNamed;
  if (!isShown) return null;
  const choose = () => {
    close();
    onChoose?.();
    if (targetId) activateElement(targetId);
    // The dialog is closed and the list is shown by then.
    if (prints) requestAnimationFrame(() => requestAnimationFrame(() => window.print()));
  };
  return h(Command.Item, { ...props, value: entry, onSelect: choose }, children);
}

const wordsOf = (text) => text.toLocaleLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
/** Whether each typed word is the beginning of a word of the name. */
const matches = (name, typed) => wordsOf(typed).every((word) => wordsOf(name).some((other) => other.startsWith(word)));

/** An entry made of the typed text: `adds` it as a task, or else asks the assistant. */
export function PaletteTyped({ adds, account, thread, onChoose, children }) {
  const gettext = useGettext();
  const { typed, isCurrent, close } = useContext(PaletteContext);
  const text = typed.trim();
  // Only below the results of the search: Enter before them waits for the first result.
  if (!text || !account || !isCurrent) return null;
  const choose = () => {
    close();
    onChoose?.();
    if (adds) return addTasks(account, text);
    const name = outbox.randomId();
    outbox.add(account, { key: name, name, place: outbox.placeOf(account, thread), text });
  };
  // A function, since `replace` would take "$&" in a text for a pattern.
  const name = h("span", { className: "palette-name" }, gettext(adds ? PALETTE_ADD : PALETTE_ASK).replace("{text}", () => text));
  return h(Command.Item, { value: `typed-${adds}`, onSelect: choose }, children, name);
}
