import type { catalogApi } from '@throughline/contracts';
import type { Handlers } from '@throughline/service';
import { findEvent } from './find-event.ts';
import { listEvents } from './list-events.ts';
import type { Store } from './store.ts';

export const routes = (store: Store): Handlers<typeof catalogApi> => ({
  listEvents: ({ query }) => listEvents(store, query),
  getEvent: ({ params }) => findEvent(store, params.event_id),
});
