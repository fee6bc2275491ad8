// Sends the account whose data this tab holds (core/tab_account.js) with the first event of each connection. In the
// page's head (taskchat_app/ui/shell/head.py), since a tab that is loaded again connects before its modules are there.
// The first account stays that of the document: its state in the page's memory is not dropped with the stored account.
window.__reflex_otel = {
  onEventSend: (event) => {
    if (!event.name.endsWith(".hydrate_and_load")) return;
    window.__taskchat_account ||= sessionStorage.getItem("taskchat:account");
    event.account = window.__taskchat_account ?? "";
  },
};
