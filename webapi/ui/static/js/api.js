// Talking to /api/v1.

/** What the server answered instead of what was asked for. */
export class Problem extends Error {
  constructor(status, body) {
    super(body.detail || body.title || `HTTP ${status}`);
    this.status = status;
    this.errors = body.errors ?? [];
    this.instance = body.instance;
  }
}

/** Called when the server no longer knows us. */
export const signedOut = new EventTarget();

export async function call(method, path, { body, query, signal } = {}) {
  const url = new URL("/api/v1" + path, location.origin);
  for (const [k, v] of Object.entries(query ?? {})) {
    for (const one of [v].flat()) if (one !== undefined && one !== "") url.searchParams.append(k, one);
  }
  const response = await fetch(url, {
    method,
    signal,
    headers: { Accept: "application/json", ...(body ? { "Content-Type": "application/json" } : {}) },
    body: body && JSON.stringify(body),
  });
  if (response.ok) return response.status === 204 ? null : response.json();
  const problem = new Problem(response.status, await response.json().catch(() => ({})));
  if (response.status === 401 && path !== "/sessions") signedOut.dispatchEvent(new Event("out"));
  throw problem;
}

export const get = (path, query, signal) => call("GET", path, { query, signal });
export const post = (path, body) => call("POST", path, { body });

/** The path of an environment, or of something in it. */
export const env = (name, ...rest) =>
  ["/environments", name, ...rest].map((p, i) => (i === 0 ? p : encodeURIComponent(p))).join("/");
