// A field of the open task, edited where it stands.
import { Fragment, createElement as h, useEffect, useRef, useState } from "react";

/**
 * What is shown, which becomes a line (or, with `lines`, several) to write in. Enter (Ctrl+Enter) or leaving it keeps
 * what is different, Escape drops it. It stays open until the server has answered, and on a `problem` says why with
 * all that was typed still there; `answer` changes with each answer about this field.
 */
export function DetailField({ value, label, named, edit, hint, day, lines, save, discard, locked, answer, problem, onKeep, children }) {
  const [open, setOpen] = useState(false);
  const [told, setTold] = useState("");
  const whole = useRef(null);
  const field = useRef(null);
  const button = useRef(null);
  const begun = useRef("");
  const sent = useRef(null);
  const refused = useRef(null);
  const returns = useRef(false);

  useEffect(() => {
    if (open) {
      field.current.focus();
      if (lines) field.current.setSelectionRange(value.length, value.length);
      else field.current.select();
    } else if (returns.current) {
      returns.current = false;
      // Unless the person is somewhere else by now, the focus fell to what the field stands in.
      if (document.activeElement?.contains(button.current)) button.current.focus();
    }
  }, [open]);
  useEffect(() => {
    if (sent.current === null) {
      // What was refused was no typing: the button beside it that clears it.
      if (!open) setTold(problem);
      return;
    }
    if (!answer) return;
    refused.current = problem ? sent.current : null;
    setTold(problem);
    // Whoever went on typing meanwhile is not done.
    if (!problem && field.current?.value === sent.current) setOpen(false);
    sent.current = null;
  }, [answer]);

  const begin = () => {
    begun.current = value;
    sent.current = refused.current = null;
    setTold("");
    setOpen(true);
  };
  const drop = () => {
    sent.current = null;
    returns.current = true;
    setOpen(false);
  };
  const keep = () => {
    const typed = field.current.value;
    if (typed === sent.current) return;
    if (typed === begun.current && refused.current === null) return setOpen(false);
    sent.current = typed;
    onKeep(typed);
  };
  const leave = ({ relatedTarget }) => {
    if (!field.current || whole.current.contains(relatedTarget) || field.current.value === refused.current) return;
    returns.current = false;
    keep();
  };
  const press = (event) => {
    if (event.nativeEvent.isComposing) return;
    const keeps = event.key === "Enter" && event.target.tagName !== "BUTTON" && (!lines || event.ctrlKey || event.metaKey);
    if (event.key === "Escape") drop();
    else if (keeps) { returns.current = true; keep(); }
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const shown = (event) => {
    if (!locked && !event.target.closest("a, button") && !String(window.getSelection())) begin();
  };

  const refusal = told && (open || answer) && h("p", { role: "alert", className: "detail-problem" }, told);

  if (!open && lines) {
    const more = locked ? null : h("button", { type: "button", className: "undo", ref: button, onClick: begin }, edit);
    return h("div", { onClick: shown }, children, more, refusal);
  }
  if (!open) {
    if (locked) return h("span", { className: "detail-value" }, children);
    const names = named ? { "aria-labelledby": `${named} ${named}-value`, id: `${named}-value` } : { title: edit };
    const closed = h("button", { ...names, type: "button", className: "detail-value", ref: button, onClick: begin }, children);
    return h(Fragment, null, closed, refusal);
  }
  const shared = {
    ref: field, "aria-label": label, defaultValue: value, placeholder: hint, className: "detail-input",
    "aria-invalid": told ? "true" : undefined, autoComplete: "off",
  };
  const pick = ({ target }) => {
    const clock = /[T ]\d\d:\d\d$/.exec(field.current.value)?.[0] ?? "";
    if (target.value) field.current.value = target.value + clock;
  };
  const stay = (event) => event.preventDefault();
  return h(
    "div", { ref: whole, className: "detail-editing", onKeyDown: press, onBlur: leave },
    h(lines ? "textarea" : "input", shared),
    day && h("input", { type: "date", "aria-label": day, className: "detail-input", defaultValue: value.slice(0, 10), onChange: pick }),
    lines && h(
      "div", { className: "edit-buttons" },
      h("button", { type: "button", className: "button primary", onMouseDown: stay, onClick: () => { returns.current = true; keep(); } }, save),
      h("button", { type: "button", className: "button outline", onMouseDown: stay, onClick: drop }, discard),
    ),
    refusal,
  );
}
