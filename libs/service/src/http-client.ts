import { ErrorBody, type Api, type Client, type Endpoint } from '@throughline/contracts';
import { HttpError } from './http-error.ts';

interface ClientOptions {
  /** Name of the callee, for errors. */
  readonly name: string;
  readonly baseUrl: string;
  /** Longest wait for an answer. */
  readonly timeoutMs?: number;
}

type Values = Record<string, string | number | boolean | undefined>;
type AnyInput = Partial<Record<'params' | 'query' | 'headers', Values>> & { body?: unknown };

/** A string, because aws-xray-sdk-fetch takes every object for a Request. */
function urlOf(endpoint: Endpoint, { params = {}, query = {} }: AnyInput, baseUrl: string): string {
  const path = endpoint.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  const url = new URL(path, baseUrl);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url.href;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function exchange(
  endpoint: Endpoint,
  input: AnyInput,
  { name, baseUrl, timeoutMs = 5_000 }: ClientOptions,
): Promise<unknown> {
  const headers: Record<string, string> = { accept: 'application/json' };
  for (const [header, value] of Object.entries(input.headers ?? {})) headers[header] = String(value);
  if (input.body !== undefined) headers['content-type'] = 'application/json';
  const failed = (status: number, code: string, message: string, cause?: unknown): HttpError =>
    new HttpError(status, code, `${name}: ${message}`, { cause });
  try {
    const response = await fetch(urlOf(endpoint, input, baseUrl), {
      method: endpoint.method,
      headers,
      signal: AbortSignal.timeout(timeoutMs),
      ...(input.body !== undefined && { body: JSON.stringify(input.body) }),
    });
    const text = await response.text();
    const body = parseJson(text);
    if (response.ok && (body !== undefined || text === '')) return body;
    const said = ErrorBody.safeParse(body).data?.error;
    if (said && endpoint.errors?.[response.status]?.includes(said.code)) {
      return new HttpError(response.status, said.code, said.message, { details: said.details });
    }
    const what = said ? `, ${said.code}: ${said.message}` : body === undefined ? ' without JSON' : '';
    throw failed(502, 'upstream_failed', `answered ${response.status}${what}`);
  } catch (error) {
    if (error instanceof HttpError) throw error;
    if (error instanceof Error && error.name === 'TimeoutError') {
      throw failed(504, 'upstream_timeout', `no answer within ${timeoutMs} ms`, error);
    }
    // The cause names a host and a port: it is for the log, not for callers.
    throw failed(503, 'upstream_unavailable', 'cannot be reached', error);
  }
}

/**
 * Another service's API as functions, over the global `fetch` alone (both SDKs trace it). Answers that the contract declares
 * as errors are thrown as the same HttpError here, so that they can be passed on; anything else becomes 502, 503 or 504.
 */
export function httpClient<A extends Api>(api: A, options: ClientOptions): Client<A> {
  const call = async (endpoint: Endpoint, input: AnyInput): Promise<unknown> => {
    const answer = await exchange(endpoint, input, options);
    if (answer instanceof HttpError) throw answer;
    const parsed = endpoint.response.safeParse(answer);
    if (parsed.success) return parsed.data;
    const at = parsed.error.issues.map(({ path }) => path.join('.') || 'the whole').join(', ');
    const cause = parsed.error;
    throw new HttpError(502, 'upstream_failed', `${options.name}: its answer breaks the contract at ${at}`, { cause });
  };
  return Object.fromEntries(
    Object.entries(api).map(([name, endpoint]) => [name, (input: AnyInput) => call(endpoint, input)]),
  ) as Client<A>;
}
