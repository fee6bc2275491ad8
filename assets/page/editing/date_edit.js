// A date that is edited in a dialog: quick choices, a month to click in, and a line to type.
import { createElement as h, useEffect, useLayoutEffect, useRef, useState } from "react";
import * as words from "$/utils/words";
import { useGettext } from "../core/language.js";
import { usePendingValue } from "../pending/pending_input.js";
import { onRefusal, useProblem } from "./edit_refusal.js";
import { closeByBackdrop, isOfInputMethod } from "../core/keyboard.js";
import { Month, dayOf, formatted } from "./month.js";

const LETTER = /^[\p{L}\p{N}]$/u; // a key that types a letter or a digit
const GAP_PX = 8; // between the dialog and the edge of the window
const NARROW = "(max-width: 47.9375em)"; // the dialog stands in the middle of a narrow window

/**
 * The button that opens the dialog; ui/core/editing.py describes its props. The server answers a saved phrase in one of two ways:
 * with `editor`, the dialog closes at once, and a refusal opens it again; with `answer`, it stays open until that comes.
 */
export function DateEdit({ editor, value, valueText, label, overlayLabel, emptyText, clearLabel, answer, problem, onSave, children, ...props }) {
  const { open, setOpen, button, dialog, line } = useDialog();
  const close = () => dialog.current.close();
  const { refused, setRefused, expectRefusal } = useRefused({ editor, valueText, dialog, setOpen });
  const { answerProblem, startWaiting, reset } = useAnswer({ answer, problem, onAccepted: close });
  const [shown, setPending, isStored] = usePendingValue(valueText);
  const showsDate = emptyText !== undefined;
  const begin = () => {
    reset();
    setOpen(true);
  };
  const closed = () => {
    reset();
    setRefused(null);
    setOpen(false);
  };
  const choose = (phrase) => {
    if (answer !== undefined) startWaiting();
    else close();
    if (editor) expectRefusal(phrase);
    onSave(phrase);
    if (!showsDate) return;
    const day = dayOf(phrase);
    setPending(day ? formatted(day, { weekday: "short", day: "numeric", month: "short" }) : phrase);
  };
  // A refusal to `editor` is announced in the pane, too: here it only describes the line, which gets the focus. One of `answer` is announced here.
  const role = refused ? undefined : "alert";
  const shownProblem = (open || answer) && (refused?.problem ?? answerProblem);
  const [problemProps, reason] = useProblem(shownProblem, { role, className: "detail-problem" });
  const text = refused?.phrase ?? shown;
  const dateDialog = open && h(DateDialog, { dialog, line, label, value, text, problemProps, reason, clearLabel, isStored, onChoose: choose, onClose: closed });
  const shared = { type: "button", ref: button, onClick: begin };
  if (overlayLabel) return h("span", props, children, h("button", { ...shared, className: "cover", "aria-label": overlayLabel }), dateDialog);
  const opener = h("button", { ...props, ...shared }, showsDate ? shown || emptyText : children);
  return h("span", { className: "date-edit-frame" }, opener, dateDialog, !open && reason);
}

/** Return whether the dialog is `open`, which `setOpen` sets, and the refs of the elements. */
function useDialog() {
  const [open, setOpen] = useState(false);
  const button = useRef(null);
  const dialog = useRef(null);
  const line = useRef(null);
  useLayoutEffect(() => {
    if (!open) return;
    dialog.current.showModal();
    place(dialog.current, button.current);
    const opensKeyboard = window.matchMedia("(pointer: coarse)").matches;
    if (!opensKeyboard) focusLine(line.current);
  }, [open]);
  return { open, setOpen, button, dialog, line };
}

/** Place the dialog beside the button, within the window. */
function place(dialog, button) {
  if (window.matchMedia(NARROW).matches) return;
  const near = button.getBoundingClientRect();
  const { width, height } = dialog.getBoundingClientRect();
  const below = near.bottom + GAP_PX / 2;
  const above = Math.max(GAP_PX, near.top - height - GAP_PX / 2);
  const top = below + height + GAP_PX > window.innerHeight ? above : below;
  const left = Math.max(GAP_PX, Math.min(near.left, window.innerWidth - width - GAP_PX));
  Object.assign(dialog.style, { margin: "0", left: `${left}px`, top: `${top}px` });
}

/** Focus the line and select its text: `select` alone does not focus it in every browser. */
function focusLine(line) {
  line.focus();
  line.select();
}

/**
 * Return what the server has `refused` to the editor, { phrase, problem } or null, its setter, and `expectRefusal(phrase)`, after
 * which the dialog opens again with the phrase if the server refuses that.
 */
function useRefused({ editor, valueText, dialog, setOpen }) {
  const [refused, setRefused] = useState(null);
  useEffect(() => {
    // Another date was set meanwhile: a refused phrase that the user has not seen yet is forgotten.
    if (!dialog.current?.open) setRefused(null);
  }, [valueText]);
  const expectRefusal = (sent) => {
    const focused = document.activeElement;
    const reopen = (phrase, problem) => {
      if (dialog.current?.open) return; // the user types another phrase
      setRefused({ phrase, problem });
      if (document.activeElement === focused) setOpen(true); // a user who has moved on finds it when they open the dialog
    };
    onRefusal(editor, sent, reopen);
  };
  return { refused, setRefused, expectRefusal };
}

/** Return the problem of the last answer, "" for none. `reset` forgets it; after `startWaiting`, an answer without one is accepted. */
function useAnswer({ answer, problem, onAccepted }) {
  const [answerProblem, setAnswerProblem] = useState("");
  const isWaiting = useRef(false);
  useEffect(() => {
    if (!answer) return;
    if (isWaiting.current && !problem) onAccepted();
    isWaiting.current = false;
    setAnswerProblem(problem);
  }, [answer]);
  const startWaiting = () => { isWaiting.current = true; };
  const reset = () => {
    isWaiting.current = false;
    setAnswerProblem("");
  };
  return { answerProblem, startWaiting, reset };
}

/** The open dialog. `text` is in the line at first; `problemProps` and `reason` are of its problem, as useProblem returns them. */
function DateDialog({ dialog, line, label, value, text, problemProps, reason, clearLabel, isStored, onChoose, onClose }) {
  const gettext = useGettext();
  const close = () => dialog.current.close();
  // The time of day stays when another day is clicked. A bound of the filters may be a phrase.
  const chooseDay = (day) => onChoose(dayOf(value) ? day + value.slice(10) : day);
  const press = (event) => {
    event.stopPropagation(); // to the keys of the list and of the panel around
    const isInLine = event.target === line.current;
    const isTyped = LETTER.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (isTyped && !isInLine) focusLine(line.current); // the browser then types the letter there
    if (!isInLine || event.key !== "Enter" || isOfInputMethod(event.nativeEvent)) return;
    event.preventDefault();
    const phrase = line.current.value.trim();
    if (isStored(phrase)) close();
    else onChoose(phrase);
  };
  const choice = (phrase, name) => h("button", { key: phrase, type: "button", className: "button outline", onClick: () => onChoose(phrase) }, name);
  const quickDates = Object.entries(words.QUICK_DATES).map(([phrase, name]) => choice(phrase, gettext(name)));
  return h("dialog", { ref: dialog, className: "date-edit", "aria-label": label, onClick: closeByBackdrop, onClose, onKeyDown: press },
    h("div", { className: "date-quick" }, quickDates, clearLabel && choice("", clearLabel)),
    h(Month, { chosen: dayOf(value), onChoose: chooseDay }),
    h("input", { ref: line, className: "input", "aria-label": label, ...problemProps, placeholder: gettext(words.DATE_HINT), defaultValue: text, autoComplete: "off" }),
    reason);
}
