// Where the API is, and how a form reaches it from a page that has another address.
import { createElement as h, useState } from "react";
import env from "$/env.json";
import { getBackendURL } from "$/utils/state";

/** The API's origin, as this page reaches it: a local name is the page's own. */
export const apiOrigin = () => getBackendURL(env.PING).origin;

let isPosting = false;
/** Whether a form has been sent whose answer says where this page goes next. */
export const isLeaving = () => isPosting;
if (typeof window !== "undefined") {
  // A page that the browser kept and brings back has not left.
  window.addEventListener("pageshow", () => (isPosting = false));
}

/**
 * A form that is posted to the API. Where page and API are one, the browser posts it, with or without scripts; else it is
 * sent by fetch, since a browser takes the cookie of another origin only so, and the page goes where the answer says.
 */
export function ApiForm({ action, unreachable, children, ...props }) {
  const [hasFailed, setFailed] = useState(false);
  const submit = async (event) => {
    const origin = apiOrigin();
    const isSecond = isPosting;
    isPosting = true;
    if (origin === location.origin) return;
    event.preventDefault();
    if (isSecond) return;
    setFailed(false);
    const body = new URLSearchParams(new FormData(event.currentTarget));
    try {
      const answer = await fetch(origin + action, { method: "POST", body, credentials: "include", headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(`${action} answered ${answer.status}`);
      location.assign((await answer.json()).location);
    } catch (error) {
      console.warn(error);
      isPosting = false;
      setFailed(true);
    }
  };
  const alert = hasFailed && h("p", { role: "alert", className: "unreachable" }, unreachable.replace("{address}", apiOrigin()));
  return h("form", { ...props, action, method: "post", onSubmit: submit }, children, alert);
}
