import type { Attempt, Session } from '@throughline/contracts';
import { conditionFailed, GetCommand, PutCommand, QueryCommand, type Tables } from '@throughline/service/dynamodb';

interface Account {
  /** In small letters. */
  readonly email: string;
  readonly account_id: string;
  readonly password_hash: string;
}

export interface Store {
  findAccount(email: string): Promise<Account | undefined>;
  /** Sessions are kept under the hash of their token. */
  addSession(tokenHash: string, session: Omit<Session, 'token'>): Promise<void>;
  findSession(tokenHash: string): Promise<Omit<Session, 'token'> | undefined>;
  /** Adds an attempt unless there is one for the same purchase, which then stays as it is. */
  addAttempt(accountId: string, attempt: Attempt): Promise<void>;
  /** Every attempt of an account, in no order. */
  listAttempts(accountId: string): Promise<Attempt[]>;
}

const seconds = (iso: string): number => Math.floor(Date.parse(iso) / 1000);

export const dynamoStore = (tables: Tables): Store => ({
  async findAccount(email) {
    const { Item } = await tables.send(new GetCommand({ TableName: 'accounts', Key: { email } }));
    return Item as Account | undefined;
  },
  async addSession(tokenHash, session) {
    // DynamoDB's TTL, where it is switched on for this attribute, wants seconds.
    const Item = { token: tokenHash, ...session, delete_after: seconds(session.expires_at) };
    await tables.send(new PutCommand({ TableName: 'sessions', Item }));
  },
  async findSession(token) {
    const { Item } = await tables.send(new GetCommand({ TableName: 'sessions', Key: { token }, ConsistentRead: true }));
    if (!Item) return undefined;
    const { account_id, email, expires_at } = Item as Session;
    return { account_id, email, expires_at };
  },
  async addAttempt(account_id, attempt) {
    try {
      await tables.send(
        new PutCommand({
          TableName: 'history',
          Item: { account_id, ...attempt },
          ConditionExpression: 'attribute_not_exists(purchase_id)',
        }),
      );
    } catch (error) {
      if (!conditionFailed(error)) throw error;
    }
  },
  async listAttempts(account_id) {
    const attempts: Attempt[] = [];
    let from: Record<string, unknown> | undefined;
    do {
      const page = await tables.send(
        new QueryCommand({
          TableName: 'history',
          KeyConditionExpression: 'account_id = :account',
          ExpressionAttributeValues: { ':account': account_id },
          ConsistentRead: true,
          ExclusiveStartKey: from,
        }),
      );
      for (const { account_id: _, ...attempt } of page.Items ?? []) attempts.push(attempt as Attempt);
      from = page.LastEvaluatedKey;
    } while (from);
    return attempts;
  },
});
