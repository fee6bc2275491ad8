// The browser's time zone and the user's.
import { createElement as h, useEffect, useState } from "react";
import * as words from "$/utils/words";
import { useGettext, useLanguage } from "../core/language.js";

const DECLINED = "taskchat:zone-kept"; // the browser's zone to which the user chose not to switch

/** Return this browser's name for the zone: Asia/Calcutta is Asia/Kolkata. */
const canonicalName = (timeZone) => {
  try {
    return new Intl.DateTimeFormat("en", { timeZone }).resolvedOptions().timeZone;
  } catch {
    return timeZone;
  }
};

/** Offers the browser's time zone if it differs from the user's, unless the user has declined it before. */
export function ZoneOffer({ stored, effect, singles, onOffer, onSwitch, ...props }) {
  const gettext = useGettext();
  const [browser, setBrowser] = useState("");
  useEffect(() => {
    const zone = canonicalName(undefined); // the browser's own
    const isOffered = stored && zone !== canonicalName(stored) && localStorage.getItem(DECLINED) !== zone;
    setBrowser(isOffered ? zone : "");
  }, [stored]);
  useEffect(() => { if (browser) onOffer(); }, [browser]);
  if (!browser) return null;
  const decline = () => {
    localStorage.setItem(DECLINED, browser);
    setBrowser("");
  };
  const accept = (keepsSingles) => {
    localStorage.removeItem(DECLINED);
    onSwitch(browser, keepsSingles);
  };
  return h("div", props,
    h("p", null, gettext(words.ZONE_DIFFERS).replace("{browser}", browser).replace("{stored}", stored)),
    effect && h("p", null, effect),
    h("button", { type: "button", className: "button outline", onClick: () => accept(false) }, gettext(words.SWITCH_ZONE)),
    singles && h("button", { type: "button", className: "button outline", onClick: () => accept(true) }, gettext(words.SWITCH_ALL)),
    h("button", { type: "button", className: "button quiet", onClick: decline }, gettext(words.KEEP_ZONE)));
}

/** The field of the user's zone. What is typed stays until a zone is stored, then it shows the `stored` one. */
export function ZoneField({ stored, changes, ...props }) {
  const [typed, setTyped] = useState(null);
  useEffect(() => setTyped(null), [changes]);
  return h("input", { ...props, value: typed ?? stored, onChange: ({ target }) => setTyped(target.value) });
}

/** A datalist with the cities of all zones in the reader's language; browsers search the IANA names beside them too. */
export function ZoneNames({ cities, ...props }) {
  const names = [["UTC", "UTC"], ...cities[useLanguage()]];
  return h("datalist", props, names.map(([city, zone]) => h("option", { key: city, value: city }, zone)));
}
