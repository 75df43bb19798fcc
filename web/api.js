// Asks the gateway. A token is kept for this tab alone, and sent only to where the page came from.

const kTokenKey = "florin-token";
const kTimeoutMs = 10_000;

/** What a problem answer says; `status` is that of HTTP. */
export class Problem extends Error {
  constructor(status, detail) {
    super(detail);
    this.status = status;
  }
}

export function useToken(token) {
  sessionStorage.setItem(kTokenKey, token);
}

/** The JSON at the path; throws Problem, or what fetch throws where nobody answers. */
export async function get(path) {
  const token = sessionStorage.getItem(kTokenKey);
  const response = await fetch(path, {
    headers: token ? { Authorization: `Bearer ${token}` } : {},
    signal: AbortSignal.timeout(kTimeoutMs),
  });
  const body = await response.json();
  if (!response.ok) {
    throw new Problem(response.status, body.detail ?? `HTTP ${response.status}`);
  }
  return body;
}
