import type { catalogApi, Result } from '@throughline/contracts';
import type { Store } from './store.ts';

/** One page of the season; `next` is where the following page starts, null on the last. */
export async function listEvents(
  store: Store,
  { limit, after }: { limit: number; after?: string | undefined },
): Promise<Result<typeof catalogApi.listEvents>> {
  const events = await store.listEvents(limit + 1, after);
  const page = events.slice(0, limit);
  return { events: page, next: events.length > limit ? (page.at(-1)?.id ?? null) : null };
}
