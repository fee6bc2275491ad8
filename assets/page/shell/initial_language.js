// Chooses the page's language in its head, before the first paint. Called by taskchat_app/ui/shell/head.py.
((languages, prerendered) => {
  /** Return the language chosen by the user, stored in this browser, or else the browser's first one that is available. */
  window.wantedLanguage = () => {
    const chosen = document.cookie.match(/(?:^|; )language=(\w+)/)?.[1];
    const browser = navigator.languages.map((tag) => tag.split("-")[0]);
    return [chosen, ...browser].find((language) => languages.includes(language)) ?? prerendered;
  };
  const page = document.documentElement;
  page.lang = window.wantedLanguage();
  if (page.lang === prerendered) return;
  // base.css hides the page until core/language.js has rendered it in that language, for at most 10 s.
  page.dataset.waking = "";
  setTimeout(() => delete page.dataset.waking, 10000);
})
