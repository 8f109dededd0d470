// Doing what may be refused: what was wrong is shown where it was asked for.

import { announce, show } from "./dom.js";

/** Runs what and then load; a refusal goes into note. */
export async function attempt(note, what, said, load) {
  try {
    show(note);
    await what();
    announce(said);
    await load();
  } catch (err) {
    show(note, [err.message, ...(err.errors ?? []).map((e) => e.message)].join("; "));
  }
}
