// The wire: reads, deeds, and the stream of changes. Nothing here knows what is shown.

import { state } from "./store.js";
import { say } from "./words.js";

/** The server said no, and why, in a sentence for people. */
export class Refusal extends Error {
  constructor(status, say) {
    super(say);
    this.status = status;
  }
}

/** Nobody answered, or not in a way that tells us anything: trying again is right. */
export class Away extends Error {}

async function ask(path, options) {
  let response;
  try {
    response = await fetch(path, { signal: AbortSignal.timeout(20_000), cache: "no-store", ...options });
  } catch (error) {
    throw new Away(String(error));
  }
  if (response.status === 401) {
    location.assign("/sign-in");
    throw new Away("signing in");
  }
  if (response.status >= 500) throw new Away(`status ${response.status}`);
  let answer;
  try {
    answer = await response.json();
  } catch (error) {
    throw new Away(String(error));
  }
  if (!response.ok) throw new Refusal(response.status, answer.error ?? say("did_not_work"));
  return answer;
}

export const read = (path) => ask(`${path}${path.includes("?") ? "&" : "?"}as=${state.me}`);

/** Do something. A page whose token is out of date gets a new one, and tries once more. */
export async function deed(name, details) {
  const send = () => ask(`/api/${name}`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Adieu-Token": state.token },
    body: JSON.stringify({ as: state.me, ...details }),
  });
  try {
    return await send();
  } catch (error) {
    if (!(error instanceof Refusal) || error.status !== 403) throw error;
    const { token } = await read("/api/state");
    if (token === state.token) throw error;
    state.token = token;
    return send();
  }
}

let source = null;
let retry = 0;
let wait = 1000;

/** Hear what changes. `handlers` are by event; `hello` comes after every connection, `away` when it breaks. */
export function listen(handlers) {
  clearTimeout(retry);
  source?.close();
  source = new EventSource(`/events?as=${state.me}`);
  for (const [kind, handle] of Object.entries(handlers)) {
    if (kind === "away") continue;
    source.addEventListener(kind, (event) => {
      wait = 1000;
      handle(JSON.parse(event.data), Number(event.lastEventId));
    });
  }
  source.onerror = () => {
    handlers.away();
    // The browser itself gives up after an answer that is no stream; we do not.
    if (source.readyState === EventSource.CLOSED) {
      retry = setTimeout(() => listen(handlers), wait);
      wait = Math.min(wait * 2, 10_000);
    }
  };
}
