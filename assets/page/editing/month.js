// The days of a month as a table of buttons. Days are UTC midnights, so that no change of the clock moves them.
import { Fragment, createElement as h, useEffect, useRef, useState } from "react";
import { MONTH_AFTER, MONTH_BEFORE } from "$/utils/words";
import { dateLocale, inZone, useGettext } from "../core/language.js";

const DAYS_OF_WEEK = 7;
const DAY_MS = 86_400_000;
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -DAYS_OF_WEEK, ArrowDown: DAYS_OF_WEEK };
const FIRST_DAYS = { saturday: 6, sunday: 0, monday: 1 }; // of the week, as getUTCDay counts

/** Return the day of "2026-11-21" or "2026-11-21 09:00"; null for other texts, such as "2026-13-45". */
export function dayOf(text) {
  if (!/^\d{4}-\d\d-\d\d/.test(text)) return null;
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(day.getTime()) ? null : day;
}
const textOf = (day) => day.toISOString().slice(0, 10);
const plus = (day, days) => new Date(day.getTime() + days * DAY_MS);
const monthOf = (day) => new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth(), 1));
const nextMonth = (month, by) => new Date(Date.UTC(month.getUTCFullYear(), month.getUTCMonth() + by, 1));
const settings = () => document.querySelector("[data-week-start]")?.dataset ?? {};
/** Today in the user's zone; Swedish dates are ISO text. */
const today = () => dayOf(inZone(settings().zone, (timeZone) => new Date().toLocaleDateString("sv", { timeZone })));
export const formatted = (day, format) => day.toLocaleDateString(dateLocale(), { ...format, timeZone: "UTC" });

/** Return the weeks of a month, each as seven days, with days of the months before and after. */
function weeksOf(month) {
  const firstDayOfWeek = FIRST_DAYS[settings().weekStart] ?? FIRST_DAYS.monday;
  const before = (month.getUTCDay() + DAYS_OF_WEEK - firstDayOfWeek) % DAYS_OF_WEEK;
  const weeks = [];
  for (let first = plus(month, -before); first < nextMonth(month, 1); first = plus(first, DAYS_OF_WEEK)) {
    weeks.push(Array.from({ length: DAYS_OF_WEEK }, (_, place) => plus(first, place)));
  }
  return weeks;
}

/** A month of buttons, one for each day; the arrow keys go from day to day. */
export function Month({ chosen, onChoose }) {
  const gettext = useGettext();
  const previous = gettext(MONTH_BEFORE);
  const next = gettext(MONTH_AFTER);
  const [month, setMonth] = useState(monthOf(chosen ?? today()));
  const [focused, setFocused] = useState(null);
  const table = useRef(null);
  useEffect(() => { if (focused) table.current.querySelector(`[data-day="${focused}"]`)?.focus(); }, [focused, month]);
  const weeks = weeksOf(month);
  const isIn = (day) => monthOf(day).getTime() === month.getTime();
  const days = weeks.flat().filter(isIn);
  const inMonth = (text) => days.find((day) => textOf(day) === text);
  // The only day that Tab reaches.
  const tabStop = inMonth(focused) ?? (chosen && inMonth(textOf(chosen))) ?? inMonth(textOf(today())) ?? days[0];
  const press = (event) => {
    const day = STEPS[event.key] && dayOf(event.target.dataset.day ?? "");
    if (!day) return;
    event.preventDefault();
    const target = plus(day, STEPS[event.key]);
    setMonth(monthOf(target));
    setFocused(textOf(target));
  };
  const turn = (by) => {
    setMonth(nextMonth(month, by));
    setFocused(null);
  };
  const head = (day) =>
    h("th", { key: textOf(day), scope: "col", abbr: formatted(day, { weekday: "long" }) }, formatted(day, { weekday: "short" }));
  const cell = (day) => h("td", { key: textOf(day) }, isIn(day) && h("button", {
    type: "button", className: "month-day", "data-day": textOf(day), tabIndex: day === tabStop ? 0 : -1, onClick: () => onChoose(textOf(day)),
    "aria-label": formatted(day, { weekday: "long", day: "numeric", month: "long", year: "numeric" }),
    "aria-current": textOf(day) === textOf(today()) ? "date" : undefined,
    "aria-pressed": !!chosen && textOf(day) === textOf(chosen),
  }, day.getUTCDate()));
  return h(Fragment, null,
    h("div", { className: "month-head" },
      h("button", { type: "button", className: "icon-button", "aria-label": previous, title: previous, onClick: () => turn(-1) }, "‹"),
      h("span", { "aria-live": "polite" }, formatted(month, { month: "long", year: "numeric" })),
      h("button", { type: "button", className: "icon-button", "aria-label": next, title: next, onClick: () => turn(1) }, "›")),
    h("table", { className: "month", ref: table, onKeyDown: press },
      h("thead", null, h("tr", null, weeks[0].map(head))),
      h("tbody", null, weeks.map((week) => h("tr", { key: textOf(week[0]) }, week.map(cell))))));
}
