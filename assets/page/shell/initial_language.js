// In the head of every page, before its first paint (taskchat_app/ui/shell/head.py): which language the page is to speak.
((languages, drawn) => {
  /** The language that the person chose, as this browser remembers it; else the first of the browser's own that there is. */
  window.wantedLanguage = () => {
    const chosen = document.cookie.match(/(?:^|; )language=(\w+)/)?.[1];
    const own = navigator.languages.map((tag) => tag.split("-")[0]);
    return [chosen, ...own].find((language) => languages.includes(language)) ?? drawn;
  };
  const page = document.documentElement;
  page.lang = window.wantedLanguage();
  if (page.lang === drawn) return;
  // Its words are not seen (base.css) before it says them (core/language.js), or clearly never will.
  page.dataset.waking = "";
  setTimeout(() => delete page.dataset.waking, 10000);
})
