import type {
  Card,
  Client,
  Receipt,
  catalogApi,
  ordersApi,
  paymentsApi,
  pricingApi,
  seatsApi,
} from '@throughline/contracts';
import { HttpError, isAnswer, retry } from '@throughline/service';
import { tracing, type Logger } from '@throughline/telemetry';
import { authorise, capture, confirm, gather, placeOrder, quote } from './steps.ts';
import type { Facts, Ledger, Refusal, Saga, Step } from './ledger.ts';
import { undoEffects } from './undo.ts';

export interface Neighbours {
  readonly catalog: Client<typeof catalogApi>;
  readonly seats: Client<typeof seatsApi>;
  readonly pricing: Client<typeof pricingApi>;
  readonly payments: Client<typeof paymentsApi>;
  readonly orders: Client<typeof ordersApi>;
}

export interface SagaDeps {
  readonly ledger: Ledger;
  readonly neighbours: Neighbours;
  /** How long a step that can be repeated is repeated before the purchase is left to `recoverSagas`, in ms. */
  readonly patienceMs: number;
  readonly log: Logger;
}

/** Nobody can say yet how the purchase ends; it will be finished or undone by whoever takes it over. */
const undecided = (cause: unknown): HttpError =>
  new HttpError(503, 'purchase_undecided', 'the purchase is not decided yet; ask again with the same idempotency key', {
    cause,
  });

/** A neighbour said no, so its step had no effect; after any other error the effect is unknown. */
const isRefusal = (error: unknown): error is HttpError =>
  error instanceof HttpError && error.status < 500 && error.code !== 'in_progress';

/**
 * Runs a purchase from the step that it has reached: quote → authorise → order → capture → confirm. When a step fails, what
 * was done is undone and the buyer reads why. Only the order decides: once it is confirmed, the purchase goes forward.
 */
export async function runSaga(deps: SagaDeps, saga: Saga, card?: Card): Promise<Receipt> {
  const reached = { saga };
  try {
    return await forward(deps, reached, card);
  } catch (error) {
    if (isAnswer(error, 'purchase_undecided')) throw error;
    const refused = isRefusal(error);
    if (!refused)
      deps.log.warn({ event: 'step_failed', step: reached.saga.step, err: error }, `${reached.saga.step} failed`);
    const refusal = refused
      ? error
      : new HttpError(409, 'purchase_failed', `the purchase failed at ${reached.saga.step}; nothing was charged`);
    return undo(deps, reached.saga, refusal, refused);
  }
}

/**
 * Goes on with a purchase that somebody else has left: forward from the order on, whose steps need no card and may be
 * repeated, else back.
 */
export function resumeSaga(deps: SagaDeps, saga: Saga): Promise<Receipt> {
  if (saga.step === 'order' || saga.step === 'capture' || saga.step === 'confirm') return runSaga(deps, saga);
  const interrupted = {
    status: 409,
    code: 'purchase_failed',
    message: 'the purchase was interrupted; nothing was charged',
  };
  return undo(deps, saga, saga.refusal ?? interrupted, false);
}

/** `reached` tells the caller how far it came; a purchase that begins has the buyer's card. */
async function forward(deps: SagaDeps, reached: { saga: Saga }, card?: Card): Promise<Receipt> {
  const { ledger, neighbours } = deps;
  const advance = async (step: Step, facts?: Facts): Promise<void> => {
    reached.saga = await orUndecided(ledger.advance(reached.saga, step, facts));
  };
  if (card) {
    const { hold, lines } = await gather(neighbours, reached.saga);
    await advance('quote', { seat_ids: hold.seat_ids });
    const priced = await quote(neighbours, reached.saga, lines);
    await advance('authorise', { quote: priced });
    await authorise(neighbours, reached.saga, card);
    await advance('order');
  }
  if (reached.saga.step === 'order') {
    const { order_id } = await placeOrder(neighbours, reached.saga);
    await advance('capture', { order_id });
  }
  if (reached.saga.step === 'capture') {
    await capture(neighbours, reached.saga);
    await advance('confirm');
  }
  return finish(deps, reached.saga);
}

/** Confirms and answers. The promo use may be confirmed later: it is taken either way. */
async function finish({ ledger, neighbours }: SagaDeps, saga: Saga): Promise<Receipt> {
  const { receipt, promoConfirmed } = await confirm(neighbours, saga);
  await orUndecided(ledger.finish(saga, { receipt }, !promoConfirmed));
  return receipt;
}

/** Undoes a purchase and throws the refusal, unless its order turns out to be confirmed: then it goes forward. */
async function undo(deps: SagaDeps, saga: Saga, refusal: Refusal, stepHadNoEffect: boolean): Promise<Receipt> {
  const { status, code, message } = refusal;
  const { ledger, neighbours, patienceMs, log } = deps;
  const undoing =
    saga.step === 'undo'
      ? saga
      : await orUndecided(
          ledger.advance(saga, 'undo', {
            undoFrom: stepHadNoEffect ? (without[saga.step] ?? saga.step) : saga.step,
            refusal: { status, code, message },
          }),
        );
  const attempt = async (): Promise<void> => {
    await ledger.renew(undoing);
    await undoEffects(neighbours, undoing);
  };
  try {
    await tracing.span('undo purchase', { 'shop.saga_step': undoing.undoFrom ?? 'gather' }, () =>
      retry(attempt, { firstMs: 100, forMs: patienceMs, while: (error) => !isAnswer(error, 'order_confirmed') }),
    );
  } catch (error) {
    if (isAnswer(error, 'order_confirmed')) return orUndecided(finish(deps, undoing));
    log.error(
      { event: 'undo_incomplete', purchase_id: saga.purchase_id, err: error },
      'the purchase is not undone yet',
    );
    throw undecided(error);
  }
  await orUndecided(ledger.finish(undoing, { refusal: { status, code, message } }, false));
  throw new HttpError(status, code, message);
}

/** Steps of a single call: refused, they have had no effect, and undoing starts with the step before. */
const without: Partial<Record<Step, Step>> = { quote: 'gather', authorise: 'quote' };

async function orUndecided<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof HttpError && error.code === 'purchase_undecided' ? error : undecided(error);
  }
}
