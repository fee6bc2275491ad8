// The field in which a message is written.
import { Fragment, createElement as h, useEffect, useRef } from "react";

/** The event that says that a message has left the composer. */
export const SENT = "taskchat:sent";

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
