import type { Event } from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import type { Store } from './store.ts';

export async function findEvent(store: Store, id: string): Promise<Event> {
  tracing.annotate({ 'shop.event_id': id });
  const event = await store.findEvent(id);
  if (!event) throw new HttpError(404, 'no_event', `there is no event ${id}`);
  return event;
}
