import { createHash } from 'node:crypto';
import { accountId, DISPUTED_EMAIL, SEED_ACCOUNTS, SEED_PASSWORD, seedEmail } from '@throughline/contracts';
import { retry } from '@throughline/service';
import { BatchWriteCommand, GetCommand, PutCommand, type Tables } from '@throughline/service/dynamodb';
import { tracing } from '@throughline/telemetry';
import { hashPassword } from './password.ts';

/** DynamoDB's own limit of one batch. */
const BATCH = 25;
const DISPUTED_ATTEMPTS = 6;

type Item = Record<string, unknown>;

/** Writes items in batches at once; what the store leaves unwritten is sent again. */
async function writeAll(tables: Tables, table: string, items: readonly Item[]): Promise<void> {
  const batches = Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) =>
    items.slice(index * BATCH, (index + 1) * BATCH),
  );
  await Promise.all(
    batches.map((batch) => {
      let left: Record<string, { PutRequest: { Item: Item } }[]> = {
        [table]: batch.map((each) => ({ PutRequest: { Item: each } })),
      };
      const write = async (): Promise<void> => {
        const { UnprocessedItems = {} } = await tables.send(new BatchWriteCommand({ RequestItems: left }));
        left = UnprocessedItems as typeof left;
        if (Object.keys(left).length > 0) throw new Error(`${table}: not all of the seed could be written`);
      };
      return retry(write, { forMs: 20_000 });
    }),
  );
}

/** An id that looks random and is the same on every machine. */
function seededId(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    '-',
  );
}

const disputedHistory = (): Item[] =>
  Array.from({ length: DISPUTED_ATTEMPTS }, (_, index) => ({
    account_id: accountId(DISPUTED_EMAIL),
    purchase_id: seededId(`disputed ${index}`),
    amount_cents: 35_600,
    at: `2026-0${index + 1}-11T20:15:00.000Z`,
    disputed: true,
  }));

/** Makes the accounts of a fresh fleet. The last one is written last: where it stands, nothing is missing. */
export async function seed(tables: Tables): Promise<void> {
  await tracing.untraced(async () => {
    const last = seedEmail(SEED_ACCOUNTS);
    const find = new GetCommand({ TableName: 'accounts', Key: { email: last }, ConsistentRead: true });
    const { Item: found } = await retry(() => tables.send(find), { forMs: 30_000 });
    if (found) return;
    const password_hash = await hashPassword(SEED_PASSWORD);
    const account = (email: string): Item => ({ email, account_id: accountId(email), password_hash });
    const accounts = Array.from({ length: SEED_ACCOUNTS }, (_, number) => account(seedEmail(number)));
    await Promise.all([writeAll(tables, 'accounts', accounts), writeAll(tables, 'history', disputedHistory())]);
    await tables.send(new PutCommand({ TableName: 'accounts', Item: account(last) }));
  });
}
