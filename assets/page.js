// The few things that must happen in the browser itself: keys, scrolling, drafts, and the state of the connection.
import { Fragment, createElement as h, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";

const NEAR = 48; // so close to the end counts as being there
const SENT = "taskchat:sent";

// The connection: up once the server has opened the page over it, down when Reflex says so (through the hook that its
// own instrumentation uses).
const connection = { up: false, listeners: new Set() };
const tell = () => connection.listeners.forEach((listener) => listener());
const setUp = (up) => {
  connection.up = up;
  tell();
};
if (typeof window !== "undefined") {
  const hooks = window.__reflex_otel ?? {};
  window.__reflex_otel = {
    ...hooks,
    onSocketDisconnect: (reason) => { hooks.onSocketDisconnect?.(reason); setUp(false); },
  };
  window.addEventListener("online", tell);
  window.addEventListener("offline", tell);
}
const subscribe = (listener) => {
  connection.listeners.add(listener);
  return () => connection.listeners.delete(listener);
};
const stateNow = () => (navigator.onLine === false ? "offline" : connection.up ? "connected" : "reconnecting");

/** The words for the state of the connection, in a status region; `opened` changes each time the server has opened the page. */
export function Connection({ opened, onOpened, connected, reconnecting, offline, ...props }) {
  useEffect(() => {
    if (!opened) return;
    setUp(true);
    onOpened();
  }, [opened]);
  const state = useSyncExternalStore(subscribe, stateNow, () => "reconnecting");
  return h("div", { role: "status", ...props, "data-state": state }, { connected, reconnecting, offline }[state]);
}

/** A scrolling log that follows its end only while the person is there; `thread` names what is shown. */
export function Log({ children, thread, latest, ...props }) {
  const box = useRef(null);
  const inner = useRef(null);
  const follows = useRef(true);
  const last = useRef({ top: 0, height: 0 });
  const [away, setAway] = useState(false);
  const toEnd = () => {
    follows.current = true;
    setAway(false);
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  };
  useLayoutEffect(toEnd, [thread]);
  useEffect(() => {
    const observer = new ResizeObserver(() => {
      if (follows.current && box.current) box.current.scrollTop = box.current.scrollHeight;
    });
    observer.observe(inner.current);
    observer.observe(box.current);
    document.addEventListener(SENT, toEnd);
    return () => {
      observer.disconnect();
      document.removeEventListener(SENT, toEnd);
    };
  }, []);
  const scrolled = ({ currentTarget: element }) => {
    const { scrollTop: top, scrollHeight: height } = element;
    const near = height - top - element.clientHeight < NEAR;
    // Only a move upwards leaves the end: while words arrive, the end also moves away by itself. What became shorter
    // moves the place up as well, by as much.
    const movedUp = top < last.current.top - Math.max(0, last.current.height - height) - 1;
    last.current = { top, height };
    if (near || movedUp) follows.current = near;
    setAway(!follows.current);
  };
  return h(
    "div",
    { className: "log-frame" },
    h("div", { ...props, ref: box, onScroll: scrolled }, h("div", { ref: inner, className: "log-inner" }, children)),
    away && h("button", { type: "button", className: "to-latest", onClick: toEnd }, latest),
  );
}

/** A name that nothing else has; crypto.randomUUID is there only over https and on localhost. */
const fresh = () => Array.from(crypto.getRandomValues(new Uint32Array(4)), (part) => part.toString(36)).join("");

/** A short sum of a text: two texts of one draft hardly ever share it. */
const sum = (text) => {
  let value = 5381;
  for (let at = 0; at < text.length; at += 1) value = (Math.imul(value, 33) ^ text.charCodeAt(at)) >>> 0;
  return `${text.length}-${value}`;
};

/** The composer's text: Enter sends, Shift+Enter breaks the line, a draft is kept for each conversation. */
export function MessageBox({ thread, busy, ref, ...props }) {
  const own = useRef(null);
  const shown = useRef(null);
  const key = `taskchat:draft:${thread}`;
  const name = useRef(null); // the draft's own name: the same in all tabs, another one for what is written after it was sent
  const field = useRef(null);
  const sent = useRef(false);
  useEffect(() => {
    // A new conversation gets its name while its first answer is on the way: what is typed meanwhile stays.
    const named = shown.current === "" && thread !== "" && busy;
    if (!named) {
      own.current.value = localStorage.getItem(key) ?? "";
      name.current = localStorage.getItem(`${key}:name`) ?? fresh();
    }
    shown.current = thread;
    if (document.activeElement === document.body && window.matchMedia("(pointer: fine)").matches) own.current.focus();
    const form = own.current.form;
    // Two tabs, a double click or a repeated request send the same words of the same draft once.
    const sign = () => { field.current.value = `${name.current}-${sum(own.current.value)}`; };
    const forget = () => {
      sent.current = true;
      localStorage.removeItem(key);
      localStorage.removeItem(`${key}:name`);
      document.dispatchEvent(new Event(SENT));
    };
    form?.addEventListener("submit", sign, true);
    form?.addEventListener("reset", forget);
    return () => {
      form?.removeEventListener("submit", sign, true);
      form?.removeEventListener("reset", forget);
    };
  }, [key]);
  const keyDown = (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    const ready = !busy && !own.current.readOnly; // what is sent before the page is awake would be lost
    if (ready && !event.repeat && own.current.value.trim()) own.current.form.requestSubmit();
  };
  const keep = ({ target }) => {
    if (sent.current) name.current = fresh();
    sent.current = false;
    if (!target.value) {
      localStorage.removeItem(key);
      return;
    }
    localStorage.setItem(key, target.value);
    localStorage.setItem(`${key}:name`, name.current);
  };
  const both = (element) => {
    own.current = element;
    if (typeof ref === "function") ref(element);
    else if (ref) ref.current = element;
  };
  return h(
    Fragment,
    null,
    h("textarea", { ...props, ref: both, onKeyDown: keyDown, onInput: keep }),
    h("input", { type: "hidden", name: "key", ref: field, defaultValue: "" }),
  );
}

/** A checkbox that answers at once and takes the server's word when it comes; `version` changes with each word. */
export function Tick({ checked, version, onTick, ...props }) {
  const [shown, setShown] = useState(checked);
  useEffect(() => setShown(checked), [checked, version]);
  const change = ({ target }) => {
    setShown(target.checked);
    onTick(target.checked);
  };
  return h("input", { ...props, type: "checkbox", checked: shown, onChange: change });
}

/** One line in place of its text: Enter or leaving it keeps, Escape drops. */
export function EditLine({ value, onDone, ...props }) {
  const dropped = useRef(false);
  const keyDown = (event) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Escape") dropped.current = true;
    if (event.key === "Enter" || event.key === "Escape") event.target.blur();
  };
  const done = ({ target }) => onDone(dropped.current ? "" : target.value);
  return h("input", { ...props, defaultValue: value, autoFocus: true, onKeyDown: keyDown, onBlur: done });
}

/** A button that copies its text and says so for a moment. */
export function Copy({ text, copy, copied, children, ...props }) {
  const [done, setDone] = useState(false);
  const click = async () => {
    await navigator.clipboard.writeText(text);
    setDone(true);
    setTimeout(() => setDone(false), 1500);
  };
  const name = done ? copied : copy;
  return h("button", { ...props, type: "button", title: name, "aria-label": name, "data-done": done, onClick: click }, children);
}

/** Something that goes by itself after a while, unless the pointer or the focus is on it; `token` names what is shown. */
export function Passing({ token, seconds, onGone, children, ...props }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(onGone, seconds * 1000);
    return () => clearTimeout(timer);
  }, [token, held]);
  const hold = () => setHeld(true);
  const release = () => setHeld(false);
  return h("div", { ...props, onMouseEnter: hold, onMouseLeave: release, onFocus: hold, onBlur: release }, children);
}

/** A link that the browser itself follows. */
export function PlainLink({ node, children, ...props }) {
  return h("a", props, children);
}

const TASK = "#task-";

/** Takes clicks on links to tasks, wherever they are, and lights up the row that `lit` names ("7 …"). */
export function TaskLinks({ lit, onOpen }) {
  const open = useRef(onOpen);
  open.current = onOpen;
  useEffect(() => {
    const click = (event) => {
      const link = event.target.closest?.(`a[href^="${TASK}"]`);
      if (!link) return;
      event.preventDefault();
      event.stopPropagation();
      open.current(Number(link.getAttribute("href").slice(TASK.length)));
    };
    document.addEventListener("click", click, true);
    return () => document.removeEventListener("click", click, true);
  }, []);
  useEffect(() => {
    const row = lit && document.querySelector(`.task[data-number="${lit.split(" ")[0]}"]`);
    if (!row) return;
    row.scrollIntoView({ block: "nearest" });
    row.setAttribute("data-lit", "true");
    const timer = setTimeout(() => row.removeAttribute("data-lit"), 1500);
    return () => { clearTimeout(timer); row.removeAttribute("data-lit"); };
  }, [lit]);
  return null;
}

/** Listens for the keys that lead to a field, and holds the list of all keys in a dialog, which ? opens. */
export function Shortcuts({ targets, children, ...props }) {
  const dialog = useRef(null);
  useEffect(() => {
    const press = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || dialog.current.open) return;
      if (event.target.closest?.("input:not([type=checkbox]), textarea, select, [contenteditable]")) return;
      const field = document.getElementById(targets[event.key]);
      if (event.key === "?") dialog.current.showModal();
      else if (field?.checkVisibility()) field.focus();
      else return;
      event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
  return h("dialog", { ...props, ref: dialog }, h("form", { method: "dialog" }, children));
}
