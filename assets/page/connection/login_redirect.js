// Redirects to the sign-in page when the login has ended, and back to the same address after signing in.
import { createElement as h, useEffect } from "react";
import { forgetCopy } from "./offline_copy.js";
import { forgetAccount } from "../core/tab_account.js";
import { isFormPosted } from "./api_form.js";

const HANDLED_END = "taskchat:left";
const REFLEX_TOKEN = "token"; // under which Reflex stores the id of this tab's state

/** Loads the sign-in page each time `endSignal` changes, with the present address as its parameter `next`. */
export function SessionEnd({ endSignal, login, error }) {
  useEffect(() => {
    // The tab's Reflex state outlives the page: after "Back" the page has the same signal again.
    const isHandled = sessionStorage.getItem(HANDLED_END) === endSignal;
    // A form, such as that to sign out, may have ended the login. Its response loads a page: a redirect would cancel that.
    if (!endSignal || isHandled || isFormPosted()) return;
    sessionStorage.setItem(HANDLED_END, endSignal);
    const here = location.pathname + location.search;
    const query = new URLSearchParams();
    if (error) query.set("error", error);
    if (here !== "/") query.set("next", here);
    location.replace(`${login}${query.size ? "?" : ""}${query}`);
  }, [endSignal]);
  return null;
}

/** Drop the tab's Reflex state, so that the next page starts with a new one, its account, and what the device has of that. */
export function forgetTab() {
  sessionStorage.removeItem(REFLEX_TOKEN);
  forgetAccount();
  forgetCopy();
}

const parameter = (name) => new URLSearchParams(location.search).get(name) ?? "";

/** A hidden field with the parameter of its name in the page's address. */
export function QueryField(props) {
  // Pages are rendered before their address is known, and hydration corrects no attributes.
  const fill = (element) => {
    if (element) element.value = parameter(props.name);
  };
  return h("input", { type: "hidden", ...props, ref: fill, defaultValue: "" });
}

/** A hidden field with the address to open after signing in. Restores the email of a refused attempt, and forgets the tab. */
export function ReturnAddressField({ emailField, ...props }) {
  useEffect(() => {
    forgetTab();
    window.__taskchat_account = ""; // nothing of it is left on this page
    // Only into an empty field: the user may have typed before hydration.
    const email = document.getElementById(emailField);
    if (email && !email.value) email.value = parameter("email");
  }, []);
  return h(QueryField, props);
}
