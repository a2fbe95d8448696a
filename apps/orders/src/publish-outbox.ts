import type { OrderPlaced } from '@throughline/contracts';
import { tracing, type Logger } from '@throughline/telemetry';
import type { OutboxRow, Store } from './store.ts';

export interface Outbox {
  /** There is something new to publish. */
  kick(): void;
  /** Ends after the row under way. */
  close(): Promise<void>;
}

interface Options {
  readonly store: Pick<Store, 'publish'>;
  readonly send: (message: OrderPlaced) => Promise<void>;
  readonly log: Logger;
  /** Longest time that a row waits whose kick was lost, as in a crash after the commit, in ms. */
  readonly pollMs: number;
}

/** Rows under way at most: so many are sent again when the process dies before it has marked them. */
const BATCH = 10;
const LONGEST_WAIT_MS = 10_000;

/**
 * Publishes the outbox, in its order and at least once, until it is closed. A row that cannot be sent holds up those behind
 * it and is tried again after a growing wait. Each send goes on with the trace of the request that confirmed the order.
 */
export function publishOutbox({ store, send, log, pollMs }: Options): Outbox {
  const closing = new AbortController();
  let kicked = false;
  let wake = (): void => undefined;
  let failures = 0;

  const publish = (row: OutboxRow): Promise<void> =>
    tracing.continued('publish order-placed', row.carrier, async () => {
      tracing.annotate({ 'shop.order_id': row.message.order_id });
      await send(row.message);
      log.info({ event: 'published' }, 'order-placed was sent');
    });

  const rest = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (closing.signal.aborted) wake();
    });

  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      kicked = false;
      try {
        const sent = await store.publish(BATCH, closing.signal, publish);
        if (failures > 0) log.info({ event: 'outbox_resumed' }, 'the outbox is published again');
        failures = 0;
        if (sent < BATCH && !kicked) await rest(pollMs);
      } catch (error) {
        failures += 1;
        if (failures === 1) log.warn({ event: 'outbox_blocked', err: error }, 'the outbox cannot be published');
        await rest(Math.min(100 * 2 ** failures, LONGEST_WAIT_MS));
      }
    }
  };

  const running = tracing.untraced(run);
  return {
    kick() {
      kicked = true;
      if (failures === 0) wake();
    },
    async close() {
      closing.abort();
      wake();
      await running;
    },
  };
}
