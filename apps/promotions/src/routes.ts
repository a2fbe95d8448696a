import type { promotionsApi } from '@throughline/contracts';
import type { Handlers } from '@throughline/service';
import { confirmUse } from './confirm-use.ts';
import { findPromotion } from './find-promotion.ts';
import { giveBackUse } from './give-back-use.ts';
import { reserveUse } from './reserve-use.ts';
import type { Store } from './store.ts';

export const routes = (store: Store, now: () => number): Handlers<typeof promotionsApi> => ({
  get: ({ params }) => findPromotion(store, params.code),
  reserve: ({ params, body }) => reserveUse(store, { ...params, ...body }, now),
  confirm: ({ params }) => confirmUse(store, params),
  giveBack: ({ params }) => giveBackUse(store, params),
});
