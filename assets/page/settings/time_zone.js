// The browser's time zone and the person's.
import { createElement as h, useEffect, useState } from "react";

const KEPT = "taskchat:zone-kept"; // the zone of the browser for which the person chose to keep another

/** The zone by the name that this browser calls it: Asia/Calcutta is Asia/Kolkata. */
const named = (timeZone) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return timeZone;
  }
};

/** Offers the browser's time zone where it is not the person's, unless they chose to keep theirs for it. */
export function ZoneOffer({ stored, sentence, switchTo, keep, onSwitch, ...props }) {
  const [browser, setBrowser] = useState("");
  useEffect(() => {
    const own = named(undefined);
    setBrowser(stored && own !== named(stored) && localStorage.getItem(KEPT) !== own ? own : "");
  }, [stored]);
  if (!browser) return null;
  const kept = () => {
    localStorage.setItem(KEPT, browser);
    setBrowser("");
  };
  const taken = () => {
    localStorage.removeItem(KEPT);
    onSwitch(browser);
  };
  return h(
    "div",
    props,
    h("p", null, sentence.replace("{browser}", browser).replace("{stored}", stored)),
    h("button", { type: "button", className: "button outline", onClick: taken }, switchTo),
    h("button", { type: "button", className: "button quiet", onClick: kept }, keep),
  );
}

/** The names of all zones, for a field to choose from. */
export function ZoneNames(props) {
  const [names, setNames] = useState([]);
  useEffect(() => setNames(["UTC", ...Intl.supportedValuesOf("timeZone").filter((name) => name !== "UTC")]), []);
  return h("datalist", props, names.map((name) => h("option", { key: name, value: name })));
}
