/** Where the public API takes a purchase. */
const path = '/checkout';
/** Traces are looked for this far back, since they arrive in parts and late. */
const lookBackSeconds = 15;
const linesPerLook = 20;

interface Summary {
  readonly Id?: string;
  readonly ResponseTime?: number;
  readonly Http?: { readonly HttpURL?: string; readonly HttpMethod?: string; readonly HttpStatus?: number };
}

const isPurchase = ({ Http, ResponseTime }: Summary): boolean =>
  Http?.HttpMethod === 'POST' && Http.HttpURL?.endsWith(path) === true && ResponseTime !== undefined;

/** The newest trace summaries, as X-Ray's GetTraceSummaries gives them; by HTTP, since the SDK would keep 20 MB for it. */
async function summaries(observatory: string, signal: AbortSignal): Promise<Summary[]> {
  const now = Date.now() / 1000;
  const found: Summary[] = [];
  let NextToken: string | undefined;
  do {
    const response = await fetch(`${observatory}/TraceSummaries`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ StartTime: now - lookBackSeconds, EndTime: now + 1, ...(NextToken && { NextToken }) }),
      signal,
    });
    if (!response.ok) return found;
    const page = (await response.json()) as { TraceSummaries?: Summary[]; NextToken?: string };
    found.push(...(page.TraceSummaries ?? []));
    NextToken = page.NextToken;
  } while (NextToken);
  return found;
}

/** Writes one line for each purchase that the observatory has seen, until the signal; many at once are summed up. */
export async function showPurchases(
  observatory: string,
  write: (line: string) => void,
  signal: AbortSignal,
  everyMs = 1000,
): Promise<void> {
  let shown = new Set<string>();
  while (!signal.aborted) {
    const found = await summaries(observatory, signal).catch(() => []);
    const purchases = found.filter(isPurchase);
    const fresh = purchases.filter(({ Id = '' }) => !shown.has(Id));
    for (const { Id, Http, ResponseTime = 0 } of fresh.slice(0, linesPerLook)) {
      const outcome = Http?.HttpStatus === undefined ? '' : `  ${Http.HttpStatus}`;
      write(`purchase${outcome}  ${Math.round(ResponseTime * 1000)} ms  throughline follow ${Id}`);
    }
    if (fresh.length > linesPerLook) write(`and ${fresh.length - linesPerLook} purchases more`);
    if (found.length > 0) shown = new Set(purchases.map(({ Id = '' }) => Id));
    await pause(everyMs, signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
