import { setTimeout as sleep } from 'node:timers/promises';
import { HttpError } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import { resumeSaga, type SagaDeps } from './saga.ts';

interface Recovery {
  close(): Promise<void>;
}

/** Finishes or undoes the purchases that nobody works on any more: left by a crash, or undecided while a neighbour was away. */
export function recoverSagas(deps: SagaDeps, { everyMs }: { everyMs: number }): Recovery {
  const closing = new AbortController();
  const loop = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      await recoverOnce(deps).catch((error: unknown) =>
        deps.log.warn({ event: 'recovery_failed', err: error }, 'recovery failed'),
      );
      await sleep(everyMs, undefined, { signal: closing.signal }).catch(() => undefined);
    }
  };
  const running = loop();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };
}

/** Takes over what is there now; the trace of each purchase goes on. */
export async function recoverOnce(deps: SagaDeps): Promise<void> {
  const sagas = await tracing.untraced(() => deps.ledger.takeOver(10));
  await Promise.all(
    sagas.map((saga) =>
      tracing.continued('resume purchase', saga.carrier, async () => {
        tracing.annotate({ 'shop.purchase_id': saga.purchase_id, 'shop.saga_step': saga.step });
        const { purchase_id, step } = saga;
        const outcome = await resumeSaga(deps, saga).then(
          () => 'sold',
          (error: unknown) => {
            if (error instanceof HttpError) return error.code;
            throw error;
          },
        );
        deps.log.info(
          { event: 'purchase_resumed', purchase_id, step, outcome },
          `a purchase left at ${step} is now: ${outcome}`,
        );
      }),
    ),
  );
}
