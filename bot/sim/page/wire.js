// wire.js talks to the simulator: posts that answer {ok}, and the stream of events.

const retryMillis = [300, 800, 1500, 3000, 5000];

/** post sends JSON or a form and answers the server's object; a refusal or a broken line is thrown as an Error. */
export async function post(path, body) {
  const form = body instanceof FormData;
  const answer = await fetch(`/sim/${path}`, {
    method: 'POST',
    headers: form ? {} : { 'Content-Type': 'application/json' },
    body: form ? body : JSON.stringify(body),
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok || said.ok === false) throw new Error(said.error || `HTTP ${answer.status}`);
  return said;
}

/** state fetches everything. */
export async function state() {
  const answer = await fetch('/sim/state', { cache: 'no-store' });
  if (!answer.ok) throw new Error(`HTTP ${answer.status}`);
  return answer.json();
}

/** inOrder makes a function that runs its jobs one after the other, so that two quick sends arrive as typed. */
export function inOrder() {
  let last = Promise.resolve();
  return (job) => {
    const next = last.then(job);
    last = next.catch(() => {});
    return next;
  };
}

/**
 * listen follows the events after seq(). After a broken line it calls `again` (which loads the state anew, for the server
 * may have restarted) and goes on from the sequence number known then. `online(true|false)` tells of the line itself.
 */
export function listen({ seq, event, again, online }) {
  let failures = 0;
  const open = () => {
    const source = new EventSource(`/sim/events?since=${seq()}`);
    source.onopen = () => {
      failures = 0;
      online(true);
    };
    source.onmessage = (told) => event(JSON.parse(told.data), Number(told.lastEventId) || 0);
    source.onerror = () => {
      source.close();
      online(false);
      setTimeout(retry, retryMillis[Math.min(failures++, retryMillis.length - 1)]);
    };
  };
  const retry = () => again().then(open, () => setTimeout(retry, retryMillis[Math.min(failures++, retryMillis.length - 1)]));
  open();
}
