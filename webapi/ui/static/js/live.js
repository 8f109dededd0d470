// The stream of what happens (server-sent events). The browser reconnects by
// itself and says where it was.

import { debounce } from "./dom.js";

export class Live {
  #source = new EventSource("/api/v1/stream");
  #page = null;
  #change = debounce(400, () => this.#page?.change?.());

  constructor() {
    this.#source.addEventListener("change", (e) => {
      const c = JSON.parse(e.data);
      if (!this.#page?.env || this.#page.env === c.environment) this.#change();
    });
    this.#source.addEventListener("scan", (e) => {
      const s = JSON.parse(e.data);
      if (!this.#page?.env || this.#page.env === s.environment) this.#page?.scan?.(s);
    });
    this.#source.addEventListener("reset", () => this.#change());
  }

  /** Calls f with whether we are connected, now and whenever that changes. */
  state(f) {
    const tell = () => f(this.#source.readyState === EventSource.OPEN);
    for (const kind of ["open", "error"]) this.#source.addEventListener(kind, tell);
    tell();
  }

  /** Tells a page of changes until signal. */
  listen(signal, page) {
    this.#page = page;
    signal.addEventListener("abort", () => {
      if (this.#page === page) this.#page = null;
    });
  }

  close() {
    this.#source.close();
    this.#page = null;
  }
}
