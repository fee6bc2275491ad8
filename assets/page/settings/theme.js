// Applies a theme chosen in another tab, and sets the colour of the browser's own bars.
import { useContext, useEffect } from "react";
import { ColorModeContext } from "$/utils/context-registry";
import { useListener } from "../core/listeners.js";

const STORAGE_KEY = "theme"; // under which Reflex stores the choice

export function SharedTheme({ grounds }) {
  const { setColorMode, resolvedColorMode } = useContext(ColorModeContext);
  useEffect(() => {
    document.querySelectorAll("meta[name=theme-color]").forEach((meta) => { meta.content = grounds[resolvedColorMode]; });
  }, [resolvedColorMode]);
  const apply = ({ key, newValue }) => key === STORAGE_KEY && newValue && setColorMode(newValue);
  useListener("storage", apply, { target: () => window });
  return null;
}
