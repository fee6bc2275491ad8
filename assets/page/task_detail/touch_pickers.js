// Date, time and repetition of the open task for fingers: fields that open the system's own pickers. Each lies unseen over
// its name: the value stands in words beside it.
import { createElement as h, useEffectEvent, useLayoutEffect, useRef } from "react";
import * as words from "$/utils/words";
import { useGettext } from "../core/language.js";

const PAUSE_MS = 700; // a wheel reports each value that it passes

/** A field of this type with this name; what was picked is saved after a pause, or when the field is left or removed. */
function Picker({ type, label, value, onPick }) {
  const timer = useRef(null);
  const picked = useRef(null); // the value that is not saved yet; null for none
  const save = () => {
    clearTimeout(timer.current);
    if (picked.current !== null && picked.current !== value) onPick(picked.current);
    picked.current = null;
  };
  const saveRemoved = useEffectEvent(save);
  useLayoutEffect(() => () => saveRemoved(), []);
  const change = ({ target }) => {
    picked.current = target.value;
    clearTimeout(timer.current);
    timer.current = setTimeout(save, PAUSE_MS);
  };
  return h("label", { className: "touch-picker" }, label, h("input", { type, defaultValue: value, onChange: change, onBlur: save }));
}

/** `value` is the due date, "2026-11-21" or "2026-11-21 09:00", or empty; `repeats` is the repetition in words. */
export function TouchPickers({ value, repeats, onDue, onRepeat, ...props }) {
  const gettext = useGettext();
  const [day, time = ""] = value.split(" ");
  const due = (newDay, newTime) => onDue(newTime && !newDay ? `at ${newTime}` : `${newDay} ${newTime}`.trim());
  const repetitions = Object.entries(words.REPETITIONS).map(([phrase, text]) => h("option", { key: phrase, value: phrase }, gettext(text)));
  return h("div", props,
    h(Picker, { type: "date", key: `day ${day}`, label: gettext(words.PICK_DAY), value: day, onPick: (picked) => due(picked, picked && time) }),
    h(Picker, { type: "time", key: `time ${time}`, label: gettext(words.PICK_TIME), value: time, onPick: (picked) => due(day, picked) }),
    h("label", { className: "touch-picker" }, gettext(words.REPEAT),
      h("select", { value: repeats && "kept", onChange: ({ target }) => target.value !== "kept" && onRepeat(target.value) },
        repeats && h("option", { value: "kept" }, repeats),
        h("option", { value: "" }, gettext(words.NO_REPEAT)),
        repetitions)));
}
