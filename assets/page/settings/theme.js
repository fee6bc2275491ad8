// Light, dark, or as the system says.
import { useContext, useEffect } from "react";
import { ColorModeContext } from "$/utils/context-registry";

const KEPT = "theme"; // the name that Reflex keeps the choice under

/** Takes over at once what another tab chose, and gives the browser's own bars the colour of the page. */
export function SharedTheme({ grounds }) {
  const { setColorMode, resolvedColorMode } = useContext(ColorModeContext);
  useEffect(() => {
    document.querySelectorAll("meta[name=theme-color]").forEach((meta) => { meta.content = grounds[resolvedColorMode]; });
  }, [resolvedColorMode]);
  useEffect(() => {
    const heard = ({ key, newValue }) => key === KEPT && newValue && setColorMode(newValue);
    window.addEventListener("storage", heard);
    return () => window.removeEventListener("storage", heard);
  }, [setColorMode]);
  return null;
}
