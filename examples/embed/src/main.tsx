import { createRoot } from "react-dom/client";
import { App } from "./App";
import { LANGUAGE } from "./words";
import "./styles.css";

document.documentElement.lang = LANGUAGE;
createRoot(document.getElementById("root")!).render(<App />);
