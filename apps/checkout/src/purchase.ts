import { createHash, randomUUID } from 'node:crypto';
import type { checkoutApi, Parsed, Receipt } from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import { runSaga, type SagaDeps } from './saga.ts';

type Body = Parsed<typeof checkoutApi.purchase>['body'];

/** What makes two bodies the same; of the card only what may be stored. */
function hashOf({ card, ...rest }: Body): string {
  const facts = { ...rest, card: [card.number.slice(-4), card.expires] };
  return createHash('sha256')
    .update(JSON.stringify(Object.entries(facts).toSorted()))
    .digest('hex');
}

/** Buys the held seats. One idempotency key of a buyer is one purchase: sent again, it gets the same answer. */
export async function purchase(deps: SagaDeps, key: string, body: Body): Promise<Receipt> {
  const { card, ...request } = body;
  const body_hash = hashOf(body);
  const { saga, mine } = await deps.ledger.claim({
    id: `${body.account_id}#${key}`,
    purchase_id: randomUUID(),
    body_hash,
    request,
    carrier: tracing.carrier(),
    step: 'gather',
  });
  const { purchase_id, answer } = saga;
  tracing.annotate({
    'shop.purchase_id': purchase_id,
    'shop.account_id': body.account_id,
    'shop.event_id': body.event_id,
  });
  if (saga.body_hash !== body_hash) {
    throw new HttpError(422, 'key_reused', 'this idempotency key was used for another purchase; choose a new one');
  }
  if (mine) return runSaga(deps, saga, card);
  if (answer?.receipt) return answer.receipt;
  if (answer?.refusal) throw new HttpError(answer.refusal.status, answer.refusal.code, answer.refusal.message);
  throw new HttpError(409, 'in_progress', 'this purchase is still under way; ask again with the same idempotency key');
}
