import { seedPromotions } from '@throughline/contracts';
import { retry } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import type { Store } from './store.ts';

/** Puts the promo codes in where they are not yet; a code that is there keeps its uses. Waits for the table. */
export async function seed(store: Store): Promise<void> {
  await tracing.untraced(() =>
    retry(() => Promise.all(seedPromotions.map((promotion) => store.add(promotion))), { forMs: 30_000 }),
  );
}
