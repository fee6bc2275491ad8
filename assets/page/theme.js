// Light, dark, or as the system says.
import { useContext, useEffect } from "react";
import { ColorModeContext } from "$/utils/context-registry";

const KEPT = "theme"; // the name that Reflex keeps the choice under

/** Takes over at once what another tab chose. */
export function SharedTheme() {
  const { setColorMode } = useContext(ColorModeContext);
  useEffect(() => {
    const heard = ({ key, newValue }) => key === KEPT && newValue && setColorMode(newValue);
    window.addEventListener("storage", heard);
    return () => window.removeEventListener("storage", heard);
  }, [setColorMode]);
  return null;
}
