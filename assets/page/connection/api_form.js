// The API's origin, and forms that are posted to it from a page of the same or another origin.
import { createElement as h, useState } from "react";
import env from "$/env.json";
import { getBackendURL } from "$/utils/state";
import { SERVER_UNREACHABLE } from "$/utils/words";
import { useGettext } from "../core/language.js";

/** Return the API's origin; for a local address, with the page's own host name. */
export const apiOrigin = () => getBackendURL(env.PING).origin;

let isPosting = false;
/** Whether a form has been posted whose response navigates away from this page. */
export const isFormPosted = () => isPosting;
if (typeof window !== "undefined") {
  // A page restored from the back/forward cache has no open post.
  window.addEventListener("pageshow", () => (isPosting = false));
}

/**
 * A form that is posted to the API. On the same origin the browser posts it, with or without scripts. On another origin
 * fetch posts it, because browsers accept that origin's cookie only this way; the page then opens the returned location.
 */
export function ApiForm({ action, children, ...props }) {
  const gettext = useGettext();
  const [hasFailed, setFailed] = useState(false);
  const submit = async (event) => {
    const origin = apiOrigin();
    const isDoublePost = isPosting;
    isPosting = true;
    if (origin === location.origin) return;
    event.preventDefault();
    if (isDoublePost) return;
    setFailed(false);
    const body = new URLSearchParams(new FormData(event.currentTarget));
    try {
      const response = await fetch(origin + action, { method: "POST", body, credentials: "include", headers: { Accept: "application/json" } });
      if (!response.ok) throw new Error(`${action} answered ${response.status}`);
      location.assign((await response.json()).location);
    } catch (error) {
      console.warn(error);
      isPosting = false;
      setFailed(true);
    }
  };
  const alert = hasFailed && h("p", { role: "alert", className: "unreachable" }, gettext(SERVER_UNREACHABLE).replace("{address}", apiOrigin()));
  return h("form", { ...props, action, method: "post", onSubmit: submit }, children, alert);
}
