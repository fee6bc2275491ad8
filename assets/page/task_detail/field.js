// A field of the open task, edited in place: a value that becomes a text field, or with `lines` a text area. Enter (there
// Ctrl+Enter), blur, or closing the task saves a changed value; Escape cancels. It stays open until the server has answered.
import { Fragment, createElement as h, useEffect, useEffectEvent, useLayoutEffect, useRef, useState } from "react";
import { DISCARD, SAVE } from "$/utils/words";
import { useOpening } from "../connection/connection.js";
import { isOfInputMethod } from "../core/keyboard.js";
import { useGettext } from "../core/language.js";
import { useProblem } from "../editing/edit_refusal.js";
import { keepUndo } from "../editing/line_editor.js";
import { whenReleased } from "../editing/pointer_press.js";

export function DetailField({ label, named, edit, hint, locked, children, ...editing }) {
  const gettext = useGettext();
  const { value, lines } = editing;
  const { open, problem, editor, field, button, begin, saveByUser, cancel, leave, press } = useEditing(editing);
  const [problemProps, alert] = useProblem(problem, { role: "alert", className: "detail-problem" });
  const clickText = (event) => {
    if (!locked && !event.target.closest("a, button") && !String(window.getSelection())) begin();
  };
  if (!open && lines) {
    const more = locked ? null : h("button", { type: "button", className: "undo", ref: button, onClick: begin }, edit);
    return h("div", { onClick: clickText }, children, more, alert);
  }
  if (!open) {
    if (locked) return h("span", { className: "detail-value", dir: "auto" }, children);
    const names = named ? { "aria-labelledby": `${named} ${named}-value`, id: `${named}-value` } : { title: edit };
    const closed = h("button", { ...names, dir: "auto", type: "button", className: "detail-value", ref: button, onClick: begin }, children);
    return h(Fragment, null, closed, alert);
  }
  const attributes = { dir: "auto", "aria-label": label, placeholder: hint, className: "detail-input", autoComplete: "off" };
  const keepFocus = (event) => event.preventDefault();
  return h("div", { ref: editor, className: "detail-editing", onKeyDown: press, onBlur: leave },
    h(lines ? "textarea" : "input", { ...attributes, ...problemProps, ref: field, defaultValue: value }),
    lines && h("div", { className: "edit-buttons" },
      h("button", { type: "button", className: "button primary", onMouseDown: keepFocus, onClick: saveByUser }, gettext(SAVE)),
      h("button", { type: "button", className: "button outline", onMouseDown: keepFocus, onClick: cancel }, gettext(DISCARD))),
    alert);
}

/**
 * Return whether the field is `open`, the `problem` to show, the elements' refs (`editor` is around `field` and its buttons,
 * `button` opens it), and what the user does: `begin`, `saveByUser`, `cancel`, `leave` the editor, `press` a key in it.
 *
 * A typed value is sent, and is then what the server has (the field closes) or refused (it stays open with the problem).
 * `answer` is another text with each answer of the server about this field, to `onSave` or to the button beside it that
 * clears it (panel.py), with that answer's `problem`; "" once an answer is about another field.
 */
function useEditing({ value, lines, answer, problem, onSave }) {
  const [open, setOpen] = useState(false);
  const [shownProblem, setShownProblem] = useState("");
  const editor = useRef(null);
  const field = useRef(null);
  const button = useRef(null);
  const { current: values } = useRef({
    stored: "", // the value when the editing began, then the one that was saved last
    sent: null, // the value that is being saved; null for none
    refused: null, // the value that was refused last, which leaving the editor does not send again; null for none
  });
  const returnsFocus = useRef(false); // whether the button gets the focus when the field closes
  useFieldFocus({ open, value, lines, field, button, returnsFocus });
  useEffect(() => {
    const { sent } = values;
    const isOfClearButton = sent === null && !open;
    const isOfSent = sent !== null && answer;
    if (isOfClearButton || isOfSent) setShownProblem(problem);
    if (!isOfSent) return;
    values.sent = null;
    values.refused = problem ? sent : null;
    if (problem) return;
    values.stored = sent;
    if (typedIn(field) === sent) setOpen(false); // else the user has typed more meanwhile
  }, [answer]);
  useResending({ values, field, onSave }); // after the effect above: what was answered is not sent again
  const begin = () => {
    Object.assign(values, { stored: value, sent: null, refused: null });
    setShownProblem("");
    setOpen(true);
  };
  const cancel = () => {
    values.sent = null;
    returnsFocus.current = true;
    setOpen(false);
  };
  const save = (typed) => {
    if (typed === values.sent) return;
    if (typed === values.stored && values.refused === null) return setOpen(false);
    values.sent = typed;
    onSave(typed);
  };
  const leave = ({ relatedTarget }) => {
    const typed = typedIn(field);
    const isWithin = editor.current?.contains(relatedTarget);
    if (typed === undefined || isWithin || typed === values.refused) return;
    returnsFocus.current = false;
    whenReleased(() => save(typed));
  };
  const saveByUser = () => {
    returnsFocus.current = true;
    save(typedIn(field));
  };
  const press = (event) => {
    if (isOfInputMethod(event.nativeEvent)) return;
    keepUndo(event.nativeEvent);
    const isEnter = event.key === "Enter" && event.target.tagName !== "BUTTON";
    const isNewLine = lines && !event.ctrlKey && !event.metaKey;
    if (event.key === "Escape") cancel();
    else if (isEnter && !isNewLine) saveByUser();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const shown = open || answer ? shownProblem : ""; // closed, until an answer about another field comes
  return { open, problem: shown, editor, field, button, begin, saveByUser, cancel, leave, press };
}

/** Focus the field when it opens, and the button when it closes if `returnsFocus` is set. */
function useFieldFocus({ open, value, lines, field, button, returnsFocus }) {
  useEffect(() => {
    if (open) {
      field.current.focus();
      if (lines) field.current.setSelectionRange(value.length, value.length);
      else field.current.select();
    } else if (returnsFocus.current) {
      returnsFocus.current = false;
      // When the field was removed, the browser moved the focus to an ancestor; the user may have moved it elsewhere.
      if (document.activeElement?.contains(button.current)) button.current.focus();
    }
  }, [open]);
}

/** Save what is typed when the field is removed, and what was sent just before the connection broke, which may be lost. */
function useResending({ values, field, onSave }) {
  // React calls no onBlur for a field that it removes: by Back, an answer in the chat, or a restarted server, which may have
  // lost what was sent, too.
  const saveRemoved = useEffectEvent(() => {
    const isKnown = [undefined, values.stored, values.refused].includes(typedIn(field));
    if (!isKnown) onSave(typedIn(field));
  });
  useLayoutEffect(() => () => saveRemoved(), []);
  const opening = useOpening();
  useEffect(() => { if (opening && values.sent !== null) onSave(values.sent); }, [opening]);
}

/** Return what the user types in the field; undefined while it is closed. */
const typedIn = (field) => field.current?.value;
