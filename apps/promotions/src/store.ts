import type { Promotion } from '@throughline/contracts';
import { conditionFailed, GetCommand, PutCommand, UpdateCommand, type Tables } from '@throughline/service/dynamodb';

export interface Use {
  readonly code: string;
  readonly purchase_id: string;
}

/** A code as a refused purchase needs to see it. */
interface Situation {
  readonly remaining: number;
  /** Milliseconds since 1970. */
  readonly expires: number;
  /** A use is reserved or spent for the purchase. */
  readonly taken: boolean;
  readonly givenBack: boolean;
}

/** Each write answers whether its condition held; what it decides, it decides by itself. */
export interface Store {
  /** Adds a code unless it is there. */
  add(promotion: Promotion): Promise<void>;
  find(code: string): Promise<Promotion | undefined>;
  look(use: Use): Promise<Situation | undefined>;
  /** Takes a use if one remains, the code has not expired, and the purchase neither has one nor gave one back. */
  reserve(use: Use, now: number): Promise<boolean>;
  /** Spends the purchase's use, if it has one. */
  confirm(use: Use): Promise<boolean>;
  /** Frees the purchase's use, if it has one, and refuses it another. */
  giveBack(use: Use): Promise<boolean>;
  /** Refuses the purchase a use that it has not asked for yet. */
  refuseLater(use: Use): Promise<boolean>;
}

interface Item {
  readonly code: string;
  readonly percent: number;
  readonly total: number;
  readonly remaining: number;
  readonly expires: number;
  /** Purchase id → reserved or confirmed: at most `total` of them. */
  readonly uses: Record<string, 'reserved' | 'confirmed'>;
  /** Ids of purchases that can have no use, the oldest first. */
  readonly given_back: readonly string[];
}

const TableName = 'promotions';

/**
 * How many purchases that gave back are remembered. An item holds 400 kB: 2,000 uses take 100 kB, these 80 kB. A call that
 * comes after so many others gave back is not late but lost.
 */
const REMEMBERED = 2_000;
/** Forgotten in one write: DynamoDB reads expressions of up to 4 kB. */
const FORGOTTEN_AT_ONCE = 100;

export function tableStore(tables: Tables): Store {
  const update = async (
    { code, purchase_id }: Use,
    UpdateExpression: string,
    ConditionExpression: string,
    values: Record<string, unknown>,
  ): Promise<Partial<Item> | undefined> => {
    try {
      const { Attributes } = await tables.send(
        new UpdateCommand({
          TableName,
          Key: { code },
          UpdateExpression,
          ConditionExpression,
          ExpressionAttributeNames: { '#purchase': purchase_id },
          ExpressionAttributeValues: values,
          ReturnValues: 'UPDATED_NEW',
        }),
      );
      return Attributes ?? {};
    } catch (error) {
      if (conditionFailed(error)) return undefined;
      throw error;
    }
  };

  const forgetOldest = async (code: string): Promise<void> => {
    const oldest = Array.from({ length: FORGOTTEN_AT_ONCE }, (_, index) => `given_back[${index}]`);
    const forget = new UpdateCommand({
      TableName,
      Key: { code },
      UpdateExpression: `REMOVE ${oldest.join(', ')}`,
      ConditionExpression: 'size(given_back) > :remembered',
      ExpressionAttributeValues: { ':remembered': REMEMBERED },
    });
    await tables.send(forget).catch((error: unknown) => {
      if (!conditionFailed(error)) throw error;
    });
  };

  const refuse = async (use: Use, expression: string, condition: string, values = {}): Promise<boolean> => {
    const set = `given_back = list_append(given_back, :purchases)`;
    const changed = await update(use, `SET ${set}${expression}`, condition, {
      ':purchases': [use.purchase_id],
      ...values,
    });
    if ((changed?.given_back?.length ?? 0) > REMEMBERED) await forgetOldest(use.code);
    return changed !== undefined;
  };

  return {
    async add({ code, percent, uses: total, expires_at }) {
      const expires = Date.parse(expires_at);
      const Item: Item = { code, percent, total, remaining: total, expires, uses: {}, given_back: [] };
      const put = new PutCommand({ TableName, Item, ConditionExpression: 'attribute_not_exists(code)' });
      await tables.send(put).catch((error: unknown) => {
        if (!conditionFailed(error)) throw error;
      });
    },
    async find(code) {
      const { Item } = await tables.send(
        new GetCommand({
          TableName,
          Key: { code },
          ProjectionExpression: '#percent, #total, expires',
          ExpressionAttributeNames: { '#percent': 'percent', '#total': 'total' },
        }),
      );
      if (!Item) return undefined;
      const { percent, total, expires } = Item as Item;
      return { code, percent, uses: total, expires_at: new Date(expires).toISOString() };
    },
    async look({ code, purchase_id }) {
      const { Item } = await tables.send(
        new GetCommand({
          TableName,
          Key: { code },
          ConsistentRead: true,
          ProjectionExpression: 'remaining, expires, uses.#purchase, given_back',
          ExpressionAttributeNames: { '#purchase': purchase_id },
        }),
      );
      if (!Item) return undefined;
      const { remaining, expires, uses = {}, given_back } = Item as Partial<Item> & Pick<Item, 'remaining' | 'expires'>;
      const givenBack = given_back?.includes(purchase_id) ?? false;
      return { remaining, expires, taken: purchase_id in uses, givenBack };
    },
    async reserve(use, now) {
      const changed = await update(
        use,
        'SET uses.#purchase = :reserved, remaining = remaining - :one',
        `remaining > :none AND expires > :now
         AND attribute_not_exists(uses.#purchase) AND NOT contains(given_back, :purchase)`,
        { ':reserved': 'reserved', ':one': 1, ':none': 0, ':now': now, ':purchase': use.purchase_id },
      );
      return changed !== undefined;
    },
    async confirm(use) {
      const set = 'SET uses.#purchase = :confirmed';
      return (await update(use, set, 'attribute_exists(uses.#purchase)', { ':confirmed': 'confirmed' })) !== undefined;
    },
    giveBack: (use) =>
      refuse(use, ', remaining = remaining + :one REMOVE uses.#purchase', 'attribute_exists(uses.#purchase)', {
        ':one': 1,
      }),
    refuseLater: (use) =>
      refuse(
        use,
        '',
        'attribute_exists(code) AND attribute_not_exists(uses.#purchase) AND NOT contains(given_back, :purchase)',
        { ':purchase': use.purchase_id },
      ),
  };
}
