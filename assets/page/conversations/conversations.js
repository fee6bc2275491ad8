// The list of conversations: its keys, its focus, its end; and the count of what waits in the tab's title.
import { createContext, createElement as h, useContext, useEffect, useRef, useState } from "react";
import { useHeld } from "../core/pending_input.js";
import { leadTo } from "../core/focus_target.js";
import { Line } from "../core/line_editor.js";

const AHEAD = 400; // so far before the end the next page is asked for
const LATE_MS = 1000; // another tab that shows the answer has said by then that it was seen
const LINKS = "a.conversation, a.found";

const linksIn = (nav) => [...nav.querySelectorAll(LINKS)];
const beside = (links, link, step) => links[links.indexOf(link) + step];
const act = (link, name) => link?.closest("li").querySelector(`[data-act=${name}]`);

/** Alt and an arrow go to the next conversation from anywhere; whoever took the key before has it. */
function useSwitching(nav) {
  useEffect(() => {
    const press = (event) => {
      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (!step || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.defaultPrevented) return;
      const links = [...nav.current.querySelectorAll("a.conversation")];
      const open = links.find((link) => link.pathname === location.pathname); // before the server has opened it
      const next = open ? beside(links, open, step) : links[0];
      event.preventDefault();
      next?.click();
      next?.scrollIntoView({ block: "nearest" });
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, []);
}

/** The list: arrows move, F2 renames, Delete deletes and leaves the focus on the next one. */
export function ConversationNav({ children, ...props }) {
  const nav = useRef(null);
  const asked = useRef(0);
  useSwitching(nav);
  useEffect(() => {
    // From the field of the search into what it found.
    const search = document.getElementById("search-conversations");
    const press = (event) => {
      if (event.key !== "ArrowDown" || event.altKey || event.isComposing) return;
      event.preventDefault();
      linksIn(nav.current)[0]?.focus();
    };
    search?.addEventListener("keydown", press);
    return () => search?.removeEventListener("keydown", press);
  }, []);
  const press = (event) => {
    const link = event.target.closest(LINKS);
    if (!link || event.altKey || event.ctrlKey || event.metaKey) return;
    const links = linksIn(nav.current);
    const keys = {
      ArrowUp: () => (beside(links, link, -1) ?? document.getElementById("search-conversations")).focus(),
      ArrowDown: () => beside(links, link, 1)?.focus(),
      Home: () => links[0].focus(),
      End: () => links.at(-1).focus(),
      F2: () => act(link, "rename")?.click(),
      Delete: () => act(link, "delete")?.click(),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  };
  const click = (event) => {
    if (!event.target.closest("[data-act=delete]")) return;
    const links = linksIn(nav.current);
    const link = event.target.closest("li").querySelector(LINKS);
    (beside(links, link, 1) ?? beside(links, link, -1) ?? document.querySelector(".new-conversation")).focus();
  };
  const scroll = ({ currentTarget: box }) => {
    const more = box.querySelector(".more-conversations");
    const left = box.scrollHeight - box.scrollTop - box.clientHeight;
    if (!more || left > AHEAD || asked.current === box.scrollHeight) return;
    asked.current = box.scrollHeight; // once for each length of the list
    more.click();
  };
  return h("nav", { ...props, ref: nav, onKeyDown: press, onClick: click, onScroll: scroll }, children);
}

const Shown = createContext("");

/** One of them: its button of the act "rename" makes a line of its title. */
export function Conversation({ title, label, onRename, children }) {
  const [shown, hold] = useHeld(title);
  const [open, setOpen] = useState(false);
  const item = useRef(null);
  const began = useRef(false);
  useEffect(() => {
    // Unless the person put it elsewhere, the focus fell to the page with the line.
    if (began.current && !open && document.activeElement === document.body) item.current.querySelector("a").focus();
    began.current = open;
  }, [open]);
  const close = (kept) => {
    setOpen(false);
    if (!kept?.trim() || kept === shown) return;
    onRename(kept);
    hold(kept.trim());
  };
  const begin = ({ target }) => target.closest("[data-act=rename]") && setOpen(true);
  return h("li", { ref: item, onClick: begin }, open
    ? h(Line, { className: "conversation-edit", "aria-label": label, defaultValue: shown, onClose: close })
    : h(Shown.Provider, { value: shown }, children));
}

export const Title = (props) => h("span", props, useContext(Shown));

/** Begins a conversation; whoever has a keyboard goes on in the composer. */
export function NewConversation({ leads, onClick, ...props }) {
  const click = (event) => {
    onClick(event);
    if (window.matchMedia("(pointer: fine)").matches) leadTo(leads);
  };
  return h("button", { ...props, type: "button", onClick: click });
}

/** How many answers wait, in the title of a tab that nobody sees. */
export function Unread({ count }) {
  useEffect(() => {
    let timer;
    const plain = () => document.title.replace(/^\(\d+\) /, "");
    const tell = () => {
      clearTimeout(timer);
      if (!count || document.visibilityState === "visible") document.title = plain();
      else timer = setTimeout(() => { document.title = `(${count}) ${plain()}`; }, LATE_MS);
    };
    tell();
    document.addEventListener("visibilitychange", tell);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", tell);
    };
  }, [count]);
  return null;
}
