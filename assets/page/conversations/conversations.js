// The list of conversations: keys, focus, loading more, renaming.
import { createContext, createElement as h, useContext, useEffect, useRef } from "react";
import { CONVERSATION_TITLE } from "$/utils/words";
import { usePendingValue } from "../pending/pending_input.js";
import { useGettext } from "../core/language.js";
import { activateElement, isForOthers, isOfInputMethod } from "../core/keyboard.js";
import { onRefusal, useEditor } from "../editing/edit_refusal.js";
import { LineEditor } from "../editing/line_editor.js";
import { useListener } from "../core/listeners.js";

const LOAD_AHEAD_PX = 400; // distance to the end at which the next page is requested
const LINKS = "a.conversation, a.found";

const searchField = () => document.getElementById("search-conversations");
const linksIn = (nav) => [...nav.querySelectorAll(LINKS)];
const neighbour = (links, link, step) => links[links.indexOf(link) + step];
const act = (link, name) => link?.closest("li").querySelector(`[data-act=${name}]`);

/** Alt and an arrow open the next conversation. In a select they open its list instead, and a dialog keeps its keys. */
function useSwitchKeys(nav) {
  useListener("keydown", (event) => {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (isForOthers(event) || event.target.matches?.("select")) return;
    const links = [...nav.current.querySelectorAll("a.conversation")];
    const open = links.find((link) => link.pathname === location.pathname); // before the server has opened it
    const next = open ? neighbour(links, open, step) : links[0];
    event.preventDefault();
    next?.click();
    next?.scrollIntoView({ block: "nearest" });
  });
}

/** The list: arrows move, F2 renames, Delete deletes and moves the focus to the next one. */
export function ConversationNav({ children, ...props }) {
  const nav = useRef(null);
  const requestedAt = useRef(0); // the height of the list at which more was requested
  useSwitchKeys(nav);
  // The arrow down moves from the search field into the results.
  const pressInSearch = (event) => {
    if (event.key !== "ArrowDown" || event.altKey || isOfInputMethod(event)) return;
    event.preventDefault();
    linksIn(nav.current)[0]?.focus();
  };
  useListener("keydown", pressInSearch, { target: searchField });
  const press = (event) => {
    const link = event.target.closest(LINKS);
    if (!link || event.altKey || event.ctrlKey || event.metaKey) return;
    const links = linksIn(nav.current);
    const keys = {
      ArrowUp: () => (neighbour(links, link, -1) ?? searchField()).focus(),
      ArrowDown: () => neighbour(links, link, 1)?.focus(),
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
    (neighbour(links, link, 1) ?? neighbour(links, link, -1) ?? document.querySelector(".new-conversation")).focus();
  };
  const scroll = ({ currentTarget: box }) => {
    const more = box.querySelector(".more-conversations");
    const remaining = box.scrollHeight - box.scrollTop - box.clientHeight;
    if (!more || remaining > LOAD_AHEAD_PX || requestedAt.current === box.scrollHeight) return;
    requestedAt.current = box.scrollHeight; // request once for each length of the list
    more.click();
  };
  return h("nav", { ...props, ref: nav, onKeyDown: press, onClick: click, onScroll: scroll }, children);
}

const TitleContext = createContext("");

/** An item of the list; its button with data-act "rename" turns the title into a text field, as does a refused title. */
export function Conversation({ editor, title, onRename, children }) {
  const gettext = useGettext();
  const [shown, setPending, isStored] = usePendingValue(title);
  const { open, refused, begin, end, reopen } = useEditor();
  const item = useRef(null);
  const wasOpen = useRef(false);
  useEffect(() => {
    // The removed text field had the focus: move it to the link, unless the user moved it elsewhere.
    if (wasOpen.current && !open && document.activeElement === document.body) item.current.querySelector("a").focus();
    wasOpen.current = open;
  }, [open]);
  const close = (newTitle) => {
    end();
    if (!newTitle?.trim() || isStored(newTitle)) return;
    onRefusal(editor, newTitle, reopen);
    onRename(newTitle);
    setPending(newTitle.trim());
  };
  const click = ({ target }) => target.closest("[data-act=rename]") && begin();
  return h("li", { ref: item, onClick: click }, open
    ? h(LineEditor, { className: "conversation-edit", "aria-label": gettext(CONVERSATION_TITLE), shown, refused, onClose: close })
    : h(TitleContext.Provider, { value: shown }, children));
}

export const Title = (props) => h("span", props, useContext(TitleContext));

/** A button that starts a conversation; focuses the composer (`composerId`), except on touch screens. */
export function NewConversation({ composerId, onClick, ...props }) {
  const click = (event) => {
    onClick(event);
    if (window.matchMedia("(pointer: fine)").matches) activateElement(composerId);
  };
  return h("button", { ...props, type: "button", onClick: click });
}
