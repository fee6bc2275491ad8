// The way out of a page whose login has ended, and back to where the person was.
import { createElement as h, useEffect } from "react";
import { isLeaving } from "./api_form.js";
import { forgetAccount } from "./outbox.js";

const LEFT = "taskchat:left";
const REFLEX_TOKEN = "token"; // the name that Reflex keeps this tab's state under

/** Leads to the door, with a page load, each time `ended` changes; the address comes along. */
export function Leave({ ended, login, error }) {
  useEffect(() => {
    if (!ended || isLeaving() || sessionStorage.getItem(LEFT) === ended) return;
    sessionStorage.setItem(LEFT, ended);
    const here = location.pathname + location.search;
    const query = new URLSearchParams({ ...(error ? { error } : {}), ...(here === "/" ? {} : { next: here }) });
    location.replace(`${login}${query.size ? "?" : ""}${query}`);
  }, [ended]);
  return null;
}

/** The field of the form that says where to go after signing in; the email of a refused attempt is put back. Whoever signs in begins with a state of their own. */
export function WayBack({ emailField, ...props }) {
  useEffect(() => {
    sessionStorage.removeItem(REFLEX_TOKEN);
    forgetAccount();
    // Only into an empty field: the person may have typed before the page was awake.
    const email = document.getElementById(emailField);
    if (email && !email.value) email.value = new URLSearchParams(location.search).get("email") ?? "";
  }, []);
  const fill = (element) => {
    if (element) element.value = new URLSearchParams(location.search).get("next") ?? "";
  };
  return h("input", { type: "hidden", ...props, ref: fill, defaultValue: "" });
}
