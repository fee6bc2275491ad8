// The palette: whatever can be gone to or done, by a few letters.
import { Children, createContext, createElement as h, useContext, useEffect, useRef, useState } from "react";
import { Command, useCommandState } from "cmdk";
import { leadTo } from "../core/focus_target.js";

const PAUSE_MS = 120; // only the last of a quick row of keys is asked for
const Asked = createContext(null);

const words = (text) => text.toLocaleLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
/** Whether each word that was typed begins a word of the name. */
const fits = (name, typed) => words(typed).every((word) => words(name).some((other) => other.startsWith(word)));

/**
 * A dialog that Ctrl+K opens from anywhere, and the button of the id `opener`. Each question has a token, with which
 * the server's answer comes back (`answered`): what answers an older one is shown only as far as it fits the new one.
 */
export function Palette({ opener, label, placeholder, nothing, answered, onSearch, children, ...props }) {
  const dialog = useRef(null);
  const timer = useRef(0);
  const enter = useRef(false); // pressed before the answer was there
  const [opening, setOpening] = useState(0);
  const [typed, setTyped] = useState("");
  const [asked, setAsked] = useState("");
  const moved = useRef(false); // whether the person chose another entry than the first
  const search = useRef(onSearch);
  search.current = onSearch;
  const ask = (text, pause) => {
    const token = `${performance.timeOrigin} ${performance.now()}`;
    clearTimeout(timer.current);
    enter.current = moved.current = false;
    setTyped(text);
    setAsked(token);
    timer.current = setTimeout(() => search.current(text, token), pause);
  };
  const open = () => {
    if (document.querySelector("dialog[open]")) return dialog.current.close();
    dialog.current.showModal();
    setOpening(performance.now());
    ask("", 0);
  };
  useEffect(() => {
    const press = (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey || event.key.toLowerCase() !== "k") return;
      event.preventDefault();
      open();
    };
    const click = ({ target }) => target.closest?.(`#${opener}`) && open();
    document.addEventListener("keydown", press);
    document.addEventListener("click", click);
    return () => {
      document.removeEventListener("keydown", press);
      document.removeEventListener("click", click);
    };
  }, []);
  useEffect(() => {
    const first = answered === asked && !moved.current && dialog.current.querySelector("[cmdk-item]");
    if (!first) return;
    // As if the person had pressed Home: a value given from outside would leave aria-activedescendant behind.
    dialog.current.querySelector("[cmdk-input]").dispatchEvent(new KeyboardEvent("keydown", { key: "Home", bubbles: true }));
    if (enter.current) first.click();
    enter.current = false;
  }, [answered, asked]);
  const known = answered === asked;
  const earlier = Number(answered.split(" ")[1]) >= opening;
  const keyDown = (event) => {
    if (event.key.startsWith("Arrow")) moved.current = true;
    if (event.key !== "Enter" || event.nativeEvent.isComposing || known) return;
    if (!dialog.current.querySelector("[cmdk-item]")) enter.current = true;
  };
  const close = () => dialog.current.close();
  const backdrop = ({ target }) => target === dialog.current && close();
  const closed = () => {
    clearTimeout(timer.current);
    setOpening(0);
  };
  const [commands, ...found] = Children.toArray(children);
  return h("dialog", { ...props, ref: dialog, onClick: backdrop, onClose: closed },
    opening > 0 && h(Asked.Provider, { value: { typed, known, earlier, close } },
      h(Command, { label, loop: true, shouldFilter: false, vimBindings: false, onKeyDown: keyDown },
        h(Command.Input, { autoFocus: true, placeholder, value: typed, onValueChange: (text) => ask(text, PAUSE_MS) }),
        // What is typed names a command more often than not; with nothing typed the newest things come first.
        h(Command.List, { label }, typed.trim() ? [commands, ...found] : [...found, commands]),
        known && h(Nothing, null, nothing))));
}

function Nothing({ children }) {
  const count = useCommandState(({ filtered }) => filtered.count);
  return count === 0 && h("p", { className: "palette-nothing", role: "status" }, children);
}

/** Entries under a heading. */
export function PaletteGroup({ heading, children }) {
  return h(Command.Group, { heading }, children);
}

/** One entry: a command, or something that the server found (`found`). `leads` is the id of what it leads to. */
export function PaletteEntry({ entry, name, found, leads, onChoose, children, ...props }) {
  const { typed, known, earlier, close } = useContext(Asked);
  if (found ? !known && !(earlier && fits(name, typed)) : !fits(name, typed)) return null;
  const choose = () => {
    close();
    onChoose?.();
    if (leads) leadTo(leads);
  };
  return h(Command.Item, { ...props, value: entry, onSelect: choose }, children);
}
