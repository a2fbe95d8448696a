import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { SEED_ACCOUNTS, seedEmail } from '@throughline/contracts';
import { createBuyer, type Bought } from '@throughline/local';
import type { Trace } from '@throughline/traces';
import type { Observatory } from './observatory.ts';
import { servicesOf, tell, type Story } from './story.ts';
import { judge } from './verdict.ts';

const PROMO_CODE = 'ENCORE10';
const EVERY_MS = 60;
const LOOK_BACK_MS = 10 * 60_000;
/** Log lines come in batches of their own, every quarter of a second. */
const LOGS_QUIET_MS = 500;

/** One of the seeded buyers gets two tickets at a discount. */
export const buyTwoTickets = (gatewayUrl: string): Promise<Bought> =>
  createBuyer({ gatewayUrl, email: seedEmail(randomInt(1, SEED_ACCOUNTS + 1)) }).buyTickets({ promo_code: PROMO_CODE });

/**
 * The trace of a purchase once all of it has come, the mail included, or what there is of it after `deadlineMs`; undefined
 * when not even its id has become known. `onTrace` hears of the complete trace before its logs are waited for.
 */
export async function awaitStory(
  observatory: Observatory,
  purchaseId: string,
  { deadlineMs, signal, onTrace }: { deadlineMs: number; signal: AbortSignal; onTrace: () => void },
): Promise<Story | undefined> {
  const deadline = performance.now() + deadlineMs;
  const filter = `annotation.shop.purchase_id = "${purchaseId}"`;
  let id: string | undefined;
  let trace: Trace | undefined;
  while (performance.now() < deadline) {
    [id = undefined] = id === undefined ? await observatory.newest(LOOK_BACK_MS, filter) : [id];
    if (id !== undefined) [trace] = await observatory.traces([id]);
    if (trace && judge(trace, true).complete) {
      onTrace();
      return withLogs(observatory, trace, signal);
    }
    await sleep(EVERY_MS, undefined, { signal });
  }
  return trace && tell(trace, await observatory.logs(trace), true);
}

/** The trace with its logs, once every service was heard or no further line has come for a while. */
async function withLogs(observatory: Observatory, trace: Trace, signal: AbortSignal): Promise<Story> {
  let lines = 0;
  let since = performance.now();
  for (;;) {
    const logs = await observatory.logs(trace);
    const now = performance.now();
    if (logs.length > lines) [lines, since] = [logs.length, now];
    const heard = new Set(logs.map(({ service }) => service));
    if (servicesOf(trace).every((service) => heard.has(service)) || now - since > LOGS_QUIET_MS) {
      return tell(trace, logs, true);
    }
    await sleep(EVERY_MS, undefined, { signal });
  }
}
