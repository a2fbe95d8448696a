import type { Carrier, CheckoutRequest, Quote, Receipt } from '@throughline/contracts';
import {
  conditionFailed,
  GetCommand,
  PutCommand,
  QueryCommand,
  UpdateCommand,
  type Tables,
} from '@throughline/service/dynamodb';
import { tracing } from '@throughline/telemetry';
import type { z } from 'zod';

/** The step that is under way: it may or may not have had its effect. */
export type Step = 'gather' | 'quote' | 'authorise' | 'order' | 'capture' | 'confirm' | 'undo';

export interface Refusal {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/** What the buyer hears, also when asking again. */
type PurchaseAnswer =
  | { readonly receipt: Receipt; readonly refusal?: never }
  | { readonly refusal: Refusal; readonly receipt?: never };

/** A purchase as its ledger item has it. */
export interface Saga {
  /** The buyer and the idempotency key. */
  readonly id: string;
  readonly purchase_id: string;
  readonly body_hash: string;
  readonly request: Omit<z.output<typeof CheckoutRequest>, 'card'> & {
    readonly account_id: string;
    readonly email: string;
  };
  /** The trace that the purchase belongs to; it goes on after a restart. */
  readonly carrier: Carrier;
  readonly step: Step;
  readonly seat_ids?: string[];
  readonly quote?: Quote;
  readonly order_id?: string;
  /** While undoing: the last step that may have had an effect, and why. */
  readonly undoFrom?: Step;
  readonly refusal?: Refusal;
  readonly answer?: PurchaseAnswer;
}

export type Facts = Partial<Pick<Saga, 'seat_ids' | 'quote' | 'order_id' | 'undoFrom' | 'refusal'>>;

/** The durable state of purchases. Every write holds the lease on; one whose lease was lost fails. */
export interface Ledger {
  /** Writes the purchase down unless its id is there already; `mine`: it is now ours to run. */
  claim(saga: Saga): Promise<{ saga: Saga; mine: boolean }>;
  advance(saga: Saga, step: Step, facts?: Facts): Promise<Saga>;
  /** Keeps the lease through a wait. */
  renew(saga: Saga): Promise<void>;
  /** The buyer's answer is known; `open` keeps the purchase for `takeOver` because something is left to be done. */
  finish(saga: Saga, answer: PurchaseAnswer, open: boolean): Promise<void>;
  /** Purchases that nobody works on any more, each now ours. */
  takeOver(limit: number): Promise<Saga[]>;
}

interface LedgerOptions {
  readonly tables: Tables;
  /** Who we are, for the lease. */
  readonly owner: string;
  /** A lease that was not renewed for this time is lost. */
  readonly leaseMs: number;
  readonly now?: () => number;
}

const TableName = 'purchases';

export function dynamoLedger({ tables, owner, leaseMs, now = Date.now }: LedgerOptions): Ledger {
  const lease = (): { lease_owner: string; lease_until: string } => ({
    lease_owner: owner,
    lease_until: new Date(now() + leaseMs).toISOString(),
  });

  /** Only while the lease is ours; or, given the lease that was `seen`, only while nobody has renewed it. */
  const update = async (id: string, set: object, remove: string[] = [], seen?: string): Promise<Saga> => {
    const entries = Object.entries(set).filter(([, value]) => value !== undefined);
    const condition = seen === undefined ? 'lease_owner' : 'lease_until';
    const names = new Set([...entries.map(([name]) => name), ...remove, condition]);
    const { Attributes } = await tables.send(
      new UpdateCommand({
        TableName,
        Key: { id },
        UpdateExpression: [
          `SET ${entries.map(([name]) => `#${name} = :${name}`).join(', ')}`,
          ...(remove.length > 0 ? [`REMOVE ${remove.map((name) => `#${name}`).join(', ')}`] : []),
        ].join(' '),
        ConditionExpression: `#${condition} = :condition`,
        ExpressionAttributeNames: Object.fromEntries([...names].map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: {
          ...Object.fromEntries(entries.map(([name, value]) => [`:${name}`, value])),
          ':condition': seen ?? owner,
        },
        ReturnValues: 'ALL_NEW',
      }),
    );
    return Attributes as Saga;
  };

  return {
    async claim(saga) {
      try {
        const item = { ...saga, ...lease(), open: 'y' };
        await tables.send(new PutCommand({ TableName, Item: item, ConditionExpression: 'attribute_not_exists(id)' }));
        return { saga, mine: true };
      } catch (error) {
        if (!conditionFailed(error)) throw error;
        const { Item } = await tables.send(new GetCommand({ TableName, Key: { id: saga.id }, ConsistentRead: true }));
        return { saga: Item as Saga, mine: false };
      }
    },
    advance: (saga, step, facts = {}) => update(saga.id, { ...facts, step, ...lease() }),
    async renew(saga) {
      await tracing.untraced(() => update(saga.id, lease()));
    },
    async finish(saga, answer, open) {
      await update(saga.id, { answer, ...(open && lease()) }, open ? [] : ['open']);
    },
    async takeOver(limit) {
      const { Items = [] } = await tables.send(
        new QueryCommand({
          TableName,
          IndexName: 'open',
          KeyConditionExpression: '#open = :y AND lease_until < :now',
          ExpressionAttributeNames: { '#open': 'open' },
          ExpressionAttributeValues: { ':y': 'y', ':now': new Date(now()).toISOString() },
          Limit: limit,
        }),
      );
      const claims = Items.map(async (item) => {
        try {
          return [await update(String(item['id']), lease(), [], String(item['lease_until']))];
        } catch (error) {
          if (conditionFailed(error)) return [];
          throw error;
        }
      });
      return (await Promise.all(claims)).flat();
    },
  };
}
