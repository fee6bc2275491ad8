// Sends the account whose data this tab holds (pending/stored_entries.js) with the first event of each connection. In the
// page's head (taskchat_app/ui/shell/head.py), since a tab that is loaded again connects before its modules are there.
window.__reflex_otel = {
  onEventSend: (event) => {
    if (event.name.endsWith(".hydrate_and_load")) event.account = sessionStorage.getItem("taskchat:account") ?? "";
  },
};
