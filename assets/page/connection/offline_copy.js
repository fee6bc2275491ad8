// What this device shows of an account outside of its pages: the copy of the list on the service worker's page without a
// connection, the number on the installed page's icon, and notifications.
const COPY = "taskchat:offline";

/** Store the copy: {account, at, lang, locale, words, tasks: [{number, title, due, done}]}. */
export const keepCopy = (copy) => localStorage.setItem(COPY, JSON.stringify(copy));

/** Return the account of the copy; undefined without a copy. */
export const copiedAccount = () => JSON.parse(localStorage.getItem(COPY) ?? "{}").account;

/** Show the number on the icon, nothing for 0, where the browser can. */
export const showBadge = (count) => navigator.setAppBadge?.(count).catch(() => {});

/** Remove all of it: the account is signed out, or another one is signed in. */
export function forgetCopy() {
  localStorage.removeItem(COPY);
  showBadge(0);
  navigator.serviceWorker?.getRegistration()
    .then((found) => found?.getNotifications())
    .then((shown) => shown?.forEach((notification) => notification.close()))
    .catch(() => {});
}
