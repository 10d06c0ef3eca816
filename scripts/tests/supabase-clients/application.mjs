// An application in a browser: a page with the client from the bundle that is published for browsers.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { app, url, variable } from "./support.mjs";

const BUNDLE = readFileSync(
  fileURLToPath(new URL("umd/supabase.js", import.meta.resolve("@supabase/supabase-js"))),
);

/** The page /pkce uses PKCE, /implicit does not, and /welcome has no client. */
function page(path) {
  const flowType = path.slice(1);
  return `<!doctype html><meta charset="utf-8"><title>An application</title>
    <link rel="icon" href="data:,">
    ${path === "/welcome" ? "" : '<script src="/supabase.js"></script>'}
    <script>
      globalThis.events = [];
      if (globalThis.supabase) {
        globalThis.client = supabase.createClient(${JSON.stringify(url)}, "anon", {
          auth: { flowType: ${JSON.stringify(flowType)} },
        });
        client.auth.onAuthStateChange((event) => void events.push(event));
      }
    </script>`;
}

/** Serves the application until the tests end. */
export function serve() {
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, app);
    if (pathname === "/supabase.js") {
      response.writeHead(200, { "Content-Type": "text/javascript; charset=utf-8" }).end(BUNDLE);
    } else {
      response.writeHead(200, { "Content-Type": "text/html; charset=utf-8" }).end(page(pathname));
    }
  });
  const { hostname, port } = new URL(app);
  return new Promise((ready) => server.listen(Number(port), hostname, () => ready(server)));
}

/** Starts the installed browser; downloads none. */
export function browser() {
  return chromium.launch({
    executablePath: variable("CHROMIUM"),
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"],
  });
}
