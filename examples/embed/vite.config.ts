// Serves the page and, below /backend, the host site's own server.
import { defineConfig, loadEnv } from "vite";
import { createBackend } from "./backend.ts";

export default defineConfig(({ mode }) => {
  const env = loadEnv(mode, import.meta.dirname, ["VITE_", "TASKCHAT_"]);
  const backend = createBackend({
    url: env.VITE_TASKCHAT_URL ?? "http://localhost:3000",
    email: env.TASKCHAT_EMAIL ?? "",
    password: env.TASKCHAT_PASSWORD ?? "",
  });
  return {
    server: { cors: false },
    preview: { cors: false },
    plugins: [
      {
        name: "host-backend",
        configureServer: (server) => void server.middlewares.use("/backend", backend),
        configurePreviewServer: (server) => void server.middlewares.use("/backend", backend),
      },
    ],
  };
});
