// Runs before anything is drawn: the page appears in its theme at once.
(() => {
  const kept = localStorage.getItem("theme");
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const theme = kept === "light" || kept === "dark" ? kept : system;
  document.documentElement.classList.remove("light", "dark");
  document.documentElement.classList.add(theme);
  document.documentElement.style.colorScheme = theme;
})();
