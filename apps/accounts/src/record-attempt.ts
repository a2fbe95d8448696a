import type { Attempt } from '@throughline/contracts';
import { tracing } from '@throughline/telemetry';
import type { Store } from './store.ts';

const LATEST = 50;

const newestFirst = (a: Attempt, b: Attempt): number =>
  b.at.localeCompare(a.at) || a.purchase_id.localeCompare(b.purchase_id);

/** Notes that an account tries to buy, once a purchase however often it is said, and tells what it tried lately. */
export async function recordAttempt(
  { store, clock }: { store: Store; clock: () => Date },
  account_id: string,
  { purchase_id, amount_cents }: { purchase_id: string; amount_cents: number },
): Promise<{ attempts: Attempt[] }> {
  tracing.annotate({ 'shop.account_id': account_id, 'shop.purchase_id': purchase_id });
  await store.addAttempt(account_id, { purchase_id, amount_cents, at: clock().toISOString(), disputed: false });
  const attempts = await store.listAttempts(account_id);
  return { attempts: attempts.toSorted(newestFirst).slice(0, LATEST) };
}
