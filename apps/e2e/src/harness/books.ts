import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Authorisation, Order, ServiceName } from '@throughline/contracts';
import type { Fleet } from '@throughline/local';
import pg from 'pg';

/** A purchase as checkout's ledger has it. */
export interface LedgerItem {
  readonly id: string;
  readonly purchase_id: string;
  readonly step: string;
  readonly open?: string;
  readonly answer?: { readonly receipt?: unknown; readonly refusal?: { readonly code: string } };
  readonly request: { readonly hold_id: string; readonly promo_code?: string };
}

interface SoldSeat {
  readonly event_id: string;
  readonly seat_id: string;
  readonly status: 'held' | 'sold';
  readonly purchase_id: string | null;
}

/** What the stores themselves hold: nobody's word, their rows. */
export interface Snapshot {
  readonly purchases: readonly LedgerItem[];
  readonly orders: readonly Pick<
    Order,
    'order_id' | 'purchase_id' | 'status' | 'seat_ids' | 'event_id' | 'total_cents'
  >[];
  /** Seats that are not free. */
  readonly seats: readonly SoldSeat[];
  readonly tickets: readonly { readonly order_id: string; readonly seat_id: string }[];
  readonly authorisations: readonly Pick<Authorisation, 'reference' | 'state' | 'amount_cents'>[];
  /** Names of the delivered mails' files, which hold the id of their order. */
  readonly mails: readonly string[];
  readonly promotions: readonly { code: string; total: number; remaining: number; uses: Record<string, string> }[];
}

export interface Books {
  snapshot(): Promise<Snapshot>;
  /** Runs a statement in a service's database, as its owner. */
  sql<R = Record<string, unknown>>(service: ServiceName, text: string, values?: unknown[]): Promise<R[]>;
  close(): void;
}

export function openBooks(fleet: Fleet, state: string): Books {
  const dynamodb = new DynamoDBClient({
    endpoint: fleet.awsEnv['AWS_ENDPOINT_URL_DYNAMODB'] ?? '',
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  const tables = DynamoDBDocumentClient.from(dynamodb);

  // A connection a statement: stores are killed under us.
  async function sql<R>(service: ServiceName, text: string, values?: unknown[]): Promise<R[]> {
    const client = new pg.Client({ connectionString: fleet.databaseUrl(service) });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query(text, values)).rows as R[];
    } finally {
      await client.end();
    }
  }

  async function scan<T>(TableName: string): Promise<T[]> {
    const items: T[] = [];
    let ExclusiveStartKey: Record<string, unknown> | undefined;
    do {
      const page = await tables.send(new ScanCommand({ TableName, ConsistentRead: true, ExclusiveStartKey }));
      items.push(...((page.Items ?? []) as T[]));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return items;
  }

  function authorisations(): Snapshot['authorisations'] {
    const bank = new DatabaseSync(join(state, 'bank', 'bank.sqlite'), { timeout: 5_000 });
    try {
      const rows = bank.prepare('SELECT reference, state, amount_cents FROM authorisations').all();
      return rows as unknown as Snapshot['authorisations'];
    } finally {
      bank.close();
    }
  }

  async function mails(): Promise<string[]> {
    const files = await readdir(join(state, 'mail-relay', 'mailbox'));
    return files.filter((file) => file.endsWith('.eml'));
  }

  return {
    sql,
    async snapshot() {
      const [purchases, promotions, orders, seats, tickets, mailbox] = await Promise.all([
        scan<LedgerItem>('purchases'),
        scan<Snapshot['promotions'][number]>('promotions'),
        sql<Snapshot['orders'][number]>(
          'orders',
          'SELECT order_id, purchase_id, status, seat_ids, event_id, total_cents FROM orders',
        ),
        sql<SoldSeat>(
          'seats',
          `SELECT seats.event_id, seat_id, seats.status, purchase_id FROM seats LEFT JOIN holds USING (hold_id)
           WHERE seats.status <> 'free'`,
        ),
        sql<Snapshot['tickets'][number]>('tickets', 'SELECT order_id, seat_id FROM tickets'),
        mails(),
      ]);
      return { purchases, promotions, orders, seats, tickets, authorisations: authorisations(), mails: mailbox };
    },
    close() {
      dynamodb.destroy();
    },
  };
}
