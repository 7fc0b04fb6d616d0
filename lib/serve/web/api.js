// Questions to the server. One place that knows the token, how answers fail, and when to ask again.

const kTimeoutMs = 20_000;
const kTokenKey = 'pulse.token';

export class ApiError extends Error {
  // `code` is the server's, or 'unreachable' when no answer came; `retryMs` is when it makes sense to ask again.
  constructor(status, code, message, retryMs = 0) {
    super(message);
    Object.assign(this, { status, code, retryMs });
  }
}

export const isAbort = (error) => error?.name === 'AbortError';

// Refusals that asking the same again can't change.
export const isFinal = (error) => error instanceof ApiError && error.status >= 400 && error.status < 500
  && error.status !== 408 && error.status !== 429;

function stored() {
  try {
    return sessionStorage.getItem(kTokenKey) ?? '';
  } catch {
    return '';
  }
}

export const token = {
  value: stored(),
  set(text) {
    this.value = text;
    try {
      if (text) sessionStorage.setItem(kTokenKey, text);
      else sessionStorage.removeItem(kTokenKey);
    } catch { /* it lasts as long as the page, then */ }
  },
  headers() {
    return this.value ? { Authorization: `Bearer ${this.value}` } : {};
  },
};

export function address(path, wanted = {}) {
  const query = new URLSearchParams(wanted).toString();
  return `api/pulse/${path}${query ? `?${query}` : ''}`;
}

// What a refusal says, whoever sent it: our server as JSON, a proxy as it likes.
export async function refusal(response) {
  const seconds = Number(response.headers.get('Retry-After'));
  const retryMs = Number.isFinite(seconds) ? seconds * 1000 : 0;
  let error = {};
  try {
    error = (await response.json()).error ?? {};
  } catch { /* not ours */ }
  return new ApiError(response.status, error.code ?? 'unavailable', error.message ?? `The server answered ${response.status}.`, retryMs);
}

// Gives the answer, or throws ApiError; an abort through `signal` is thrown as it is.
export async function ask(path, wanted, signal) {
  const timeout = AbortSignal.timeout(kTimeoutMs);
  try {
    const response = await fetch(address(path, wanted), {
      headers: { Accept: 'application/json', ...token.headers() },
      signal: AbortSignal.any([signal, timeout]),
    });
    if (!response.ok) throw await refusal(response);
    return await response.json();
  } catch (error) {
    if (error instanceof ApiError || (isAbort(error) && signal.aborted)) throw error;
    throw new ApiError(0, 'unreachable', timeout.aborted ? 'The server did not answer in time.' : 'The server can’t be reached.');
  }
}

export function sleep(ms, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new DOMException('stopped', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
}

// 0.5 s, 1 s, … 10 s, each anywhere in its upper half, so that a thousand pages don't return in step.
export const backOff = (attempt) => Math.min(10_000, 500 * 2 ** Math.min(attempt, 10)) * (0.5 + Math.random() / 2);

// Asks until there is an answer. Each failure is told; one that asking again can't change is thrown.
export async function askUntil(path, wanted, signal, onError) {
  for (let attempt = 0; ; ++attempt) {
    try {
      return await ask(path, wanted, signal);
    } catch (error) {
      if (isAbort(error)) throw error;
      onError(error);
      if (isFinal(error)) throw error;
      await sleep(Math.max(error.retryMs, backOff(attempt)), signal);
    }
  }
}
