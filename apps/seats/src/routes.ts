import type { seatsApi } from '@throughline/contracts';
import type { Handlers } from '@throughline/service';
import { confirmHold } from './confirm-hold.ts';
import { findHold } from './find-hold.ts';
import { holdSeats } from './hold-seats.ts';
import { listFreeSeats } from './list-free-seats.ts';
import { releaseHold } from './release-hold.ts';
import type { Store } from './store.ts';

export const routes = (store: Store, holdMinutes: number): Handlers<typeof seatsApi> => ({
  listFree: ({ params, query }) => listFreeSeats(store, { ...params, ...query }),
  hold: ({ body }) => holdSeats(store, { ...body, minutes: holdMinutes }),
  getHold: ({ params, query }) => findHold(store, { ...params, ...query }),
  confirm: ({ params, body }) => confirmHold(store, { ...params, ...body }),
  release: ({ params, body }) => releaseHold(store, { ...params, ...body }),
});
