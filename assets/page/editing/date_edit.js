// A date that is edited in a dialog: quick choices, a month to click in, and a line to type.
import { Fragment, createElement as h, useEffect, useLayoutEffect, useRef, useState } from "react";
import * as words from "$/utils/words";
import { dateLocale, inZone, useGettext } from "../core/language.js";
import { usePendingValue } from "../pending/pending_input.js";
import { onRefusal, useProblem } from "./edit_refusal.js";
import { isOfInputMethod } from "../core/keyboard.js";

const DAYS_OF_WEEK = 7;
const DAY_MS = 86_400_000;
const GAP_PX = 8; // between the dialog and the edge of the window
const NARROW = "(max-width: 47.9375em)"; // the dialog stands in the middle of a narrow window
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -DAYS_OF_WEEK, ArrowDown: DAYS_OF_WEEK };

// Days are UTC midnights here, so that no change of the clock moves them.
const dayOf = (text) => (/^\d{4}-\d\d-\d\d/.test(text) ? new Date(`${text.slice(0, 10)}T00:00:00Z`) : null);
const textOf = (day) => day.toISOString().slice(0, 10);
const plus = (day, days) => new Date(day.getTime() + days * DAY_MS);
const monthOf = (day) => new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), 1));
const nextMonth = (month, by) => new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + by, 1));
const FIRST_DAYS = { saturday: 6, sunday: 0, monday: 1 }; // of the week, as getUTCDay counts
const settings = () => document.querySelector("[data-week-start]")?.dataset ?? {};
/** Today in the user's zone. */
const today = () => {
  const parts = inZone(settings().zone, (timeZone) =>
    new Intl.DateTimeFormat("en", { year: "numeric", month: "2-digit", day: "2-digit", timeZone }).formatToParts());
  const { year, month, day } = Object.fromEntries(parts.map(({ type, value }) => [type, value]));
  return dayOf(`${year}-${month}-${day}`);
};
const formatted = (day, format) => day.toLocaleDateString(dateLocale(), { ...format, timeZone: "UTC" });

/** Return the weeks of a month, each as seven days, with days of the months before and after. */
function weeksOf(month) {
  const before = (month.getUTCDay() + DAYS_OF_WEEK - (FIRST_DAYS[settings().weekStart] ?? FIRST_DAYS.monday)) % DAYS_OF_WEEK;
  const first = plus(month, -before);
  const count = Math.ceil((nextMonth(month, 1) - first) / DAY_MS / DAYS_OF_WEEK);
  return Array.from({ length: count }, (_, week) => Array.from({ length: DAYS_OF_WEEK }, (_, at) => plus(first, week * DAYS_OF_WEEK + at)));
}

/** A month of buttons, one for each day; the arrow keys go from day to day. */
function Month({ chosen, onChoose }) {
  const gettext = useGettext();
  const [previous, next] = [gettext(words.MONTH_BEFORE), gettext(words.MONTH_AFTER)];
  const [month, setMonth] = useState(monthOf(chosen ?? today()));
  const [focused, setFocused] = useState(null);
  const table = useRef(null);
  useEffect(() => { if (focused) table.current.querySelector(`[data-day="${focused}"]`)?.focus(); }, [focused, month]);
  const weeks = weeksOf(month);
  const isIn = (day) => monthOf(day).getTime() === month.getTime();
  const days = weeks.flat().filter(isIn);
  const stop = days.find((day) => [focused, chosen && textOf(chosen), textOf(today())].includes(textOf(day))) ?? days[0];
  const press = (event) => {
    const day = STEPS[event.key] && dayOf(event.target.dataset.day ?? "");
    if (!day) return;
    event.preventDefault();
    const target = plus(day, STEPS[event.key]);
    setMonth(monthOf(target));
    setFocused(textOf(target));
  };
  const turn = (by) => () => {
    setMonth(nextMonth(month, by));
    setFocused(null);
  };
  const cell = (day) => h("td", { key: textOf(day) }, isIn(day) && h("button", {
    type: "button", className: "month-day", "data-day": textOf(day), tabIndex: day === stop ? 0 : -1, onClick: () => onChoose(textOf(day)),
    "aria-label": formatted(day, { weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    "aria-current": textOf(day) === textOf(today()) ? "date" : undefined,
    "aria-pressed": !!chosen && textOf(day) === textOf(chosen),
  }, day.getUTCDate()));
  return h(Fragment, null,
    h("div", { className: "month-head" },
      h("button", { type: "button", className: "icon-button", "aria-label": previous, title: previous, onClick: turn(-1) }, "‹"),
      h("span", { "aria-live": "polite" }, formatted(month, { month: "long", year: "numeric" })),
      h("button", { type: "button", className: "icon-button", "aria-label": next, title: next, onClick: turn(1) }, "›")),
    h("table", { className: "month", ref: table, onKeyDown: press },
      h("thead", null, h("tr", null, weeks[0].map((day) => h("th", { key: textOf(day), scope: "col", abbr: formatted(day, { weekday: "long" }) }, formatted(day, { weekday: "short" }))))),
      h("tbody", null, weeks.map((week) => h("tr", { key: textOf(week[0]) }, week.map(cell))))));
}

/** Place the dialog beside the button, within the window. */
function place(dialog, button) {
  if (window.matchMedia(NARROW).matches) return;
  const near = button.getBoundingClientRect();
  const { width, height } = dialog.getBoundingClientRect();
  const below = near.bottom + GAP_PX / 2;
  const top = below + height + GAP_PX > window.innerHeight ? Math.max(GAP_PX, near.top - height - GAP_PX / 2) : below;
  const left = Math.max(GAP_PX, Math.min(near.left, window.innerWidth - width - GAP_PX));
  Object.assign(dialog.style, { margin: "0", left: `${left}px`, top: `${top}px` });
}

/**
 * A button that opens the dialog.
 *
 * value: the present date, "2026-11-21" or "2026-11-21 09:00", a phrase, or empty; valueText: the same in words
 * onSave: is called with a phrase for the server, "" for no date
 * clearLabel: the text of the choice that clears the date
 * emptyText: if given, the button shows the date in words, a new one at once, and this text for no date; else its children
 * overlayLabel: if given, the button has this name and lies over its children
 * answer, problem: if given, the dialog stays open until the server has answered (`answer` changes), and shows its `problem`
 * editor: without `answer` the dialog closes at once, and opens again if the server refuses the phrase to this editor
 */
export function DateEdit({ editor, value, valueText, label, overlayLabel, emptyText, clearLabel, answer, problem, onSave, children, ...props }) {
  const gettext = useGettext();
  const [open, setOpen] = useState(false);
  const [refusal, setRefusal] = useState("");
  const [refused, setRefused] = useState(null); // the phrase that the server refused to `editor`
  const [pending, setPending, isStored] = usePendingValue(valueText);
  const shown = emptyText === undefined ? valueText : pending;
  const button = useRef(null);
  const dialog = useRef(null);
  const line = useRef(null);
  const isSent = useRef(false); // whether the dialog waits for the server's answer
  useLayoutEffect(() => {
    if (!open) return;
    dialog.current.showModal();
    place(dialog.current, button.current);
    if (window.matchMedia("(pointer: fine)").matches) line.current.select();
  }, [open]);
  const close = () => dialog.current.close();
  useEffect(() => {
    if (!answer) return;
    if (isSent.current && !problem) close();
    isSent.current = false;
    setRefusal(problem);
  }, [answer]);
  /** Open the dialog again with a refused phrase; a user who has moved on finds it when they open it. */
  const reopen = (phrase, problem, focused) => {
    if (dialog.current?.open) return; // the user types another phrase
    setRefused(phrase);
    setRefusal(problem);
    if (document.activeElement === focused) setOpen(true);
  };
  const save = (phrase) => {
    if (answer === undefined) close();
    else isSent.current = true;
    const focused = document.activeElement;
    if (editor) onRefusal(editor, phrase, (text, problem) => reopen(text, problem, focused));
    onSave(phrase);
    if (emptyText === undefined) return;
    const day = dayOf(phrase);
    setPending(day ? formatted(day, { weekday: "short", day: "numeric", month: "short" }) : phrase);
  };
  // The time of day stays when another day is clicked. A bound of the filters may be a phrase.
  const saveDay = (day) => save(dayOf(value) ? day + value.slice(10) : day);
  const press = (event) => {
    event.stopPropagation(); // to the keys of the list and of the panel around
    if (event.key !== "Enter" || event.target !== line.current || isOfInputMethod(event.nativeEvent)) return;
    event.preventDefault();
    if (isStored(line.current.value.trim())) close();
    else save(line.current.value.trim());
  };
  useEffect(() => {
    if (!dialog.current?.open) setRefused(null); // another date was set meanwhile
  }, [valueText]);
  const begin = () => {
    if (refused === null) setRefusal("");
    setOpen(true);
  };
  const closed = () => {
    isSent.current = false;
    setRefusal("");
    setRefused(null);
    setOpen(false);
  };
  const backdrop = ({ target }) => target === dialog.current && close();
  // A returned phrase has its reason in the pane, too: here it describes the line, which gets the focus.
  const role = refused === null ? "alert" : undefined;
  const [problemProps, reason] = useProblem((open || answer) && refusal, { role, className: "detail-problem" });
  const dateDialog = open && h("dialog", { ref: dialog, className: "date-edit", "aria-label": label, onClick: backdrop, onClose: closed, onKeyDown: press },
    h("div", { className: "date-quick" },
      Object.entries(words.QUICK_DATES).map(([phrase, text]) => h("button", { key: phrase, type: "button", className: "button outline", onClick: () => save(phrase) }, gettext(text))),
      clearLabel && h("button", { type: "button", className: "button outline", onClick: () => save("") }, clearLabel)),
    h(Month, { chosen: dayOf(value), onChoose: saveDay }),
    h("input", { ref: line, className: "input", "aria-label": label, ...problemProps, placeholder: gettext(words.DATE_HINT), defaultValue: refused ?? shown, autoComplete: "off" }),
    reason);
  const shared = { type: "button", ref: button, onClick: begin };
  if (overlayLabel) return h("span", props, children, h("button", { ...shared, className: "cover", "aria-label": overlayLabel }), dateDialog);
  return h("span", { className: "date-edit-frame" }, h("button", { ...props, ...shared }, emptyText === undefined ? children : shown || emptyText), dateDialog, !open && reason);
}
