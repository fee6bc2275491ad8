// Adds the account whose data this tab holds to the first event of each connection: if another one is signed in, the
// server answers OTHER_ACCOUNT (taskchat_app/ui/socket/open_socket.py). In the page's head (taskchat_app/ui/shell/head.py),
// since the page connects before its modules are loaded. `__taskchat_account` is the account of this document's state in
// memory: it stays when core/tab_account.js forgets the stored one.
window.__reflex_otel = {
  onEventSend: (event) => {
    if (!event.name.endsWith(".hydrate_and_load")) return;
    window.__taskchat_account ||= sessionStorage.getItem("taskchat:account");
    event.account = window.__taskchat_account ?? "";
  },
};
