import type { Payment } from '@throughline/contracts';
import { conditionFailed, GetCommand, PutCommand, UpdateCommand, type Tables } from '@throughline/service/dynamodb';

export type Refusal = 'card_declined' | 'card_expired' | 'refused_by_fraud_check';

/** What came of an authorisation. */
export interface Outcome {
  readonly state: Payment['state'];
  readonly reason: Refusal | null;
  readonly authorisation_id: string | null;
}

interface Claim {
  readonly purchase_id: string;
  readonly amount_cents: number;
  /** Whose the authorisation is; what another writes does not count. */
  readonly claim: string;
  /** Milliseconds since 1970. */
  readonly lease_until: number;
}

export interface StoredPayment extends Omit<Outcome, 'state'>, Partial<Omit<Claim, 'purchase_id' | 'amount_cents'>> {
  readonly purchase_id: string;
  readonly amount_cents: number;
  /** Beside the states that others see: on the way to authorised or declined, and to voided or refunded. */
  readonly state: Payment['state'] | 'authorising' | 'voiding';
}

/** Each write is conditional and answers whether its condition held. */
export interface Store {
  /** As it is now. */
  find(purchase_id: string): Promise<StoredPayment | undefined>;
  /** The same for a payment that must be there. */
  get(purchase_id: string): Promise<StoredPayment>;
  /** Takes a purchase that nobody has, or whose claim has run out. */
  claim(claim: Claim, now: number): Promise<'new' | 'taken over' | 'refused'>;
  /** Stores the outcome if the claim still counts. */
  settle(purchase_id: string, claim: string, outcome: Outcome): Promise<boolean>;
  /** Ends a claim's lease, if the claim still counts. */
  abandon(purchase_id: string, claim: string): Promise<boolean>;
  /** From authorised to captured. */
  markCaptured(purchase_id: string): Promise<boolean>;
  /** Closes a payment, also one that is not there yet; false when it is already voided, refunded or declined. */
  startVoid(purchase_id: string): Promise<boolean>;
  endVoid(purchase_id: string, state: 'voided' | 'refunded'): Promise<boolean>;
}

const TableName = 'payments';

export function tableStore(tables: Tables): Store {
  const find = async (purchase_id: string): Promise<StoredPayment | undefined> => {
    const { Item } = await tables.send(new GetCommand({ TableName, Key: { purchase_id }, ConsistentRead: true }));
    return Item as StoredPayment | undefined;
  };

  const unlessRefused = async <T>(write: Promise<T>): Promise<T | undefined> => {
    try {
      return await write;
    } catch (error) {
      if (conditionFailed(error)) return undefined;
      throw error;
    }
  };

  const update = async (
    purchase_id: string,
    UpdateExpression: string,
    ConditionExpression: string,
    values: Record<string, unknown>,
  ): Promise<boolean> => {
    const command = new UpdateCommand({
      TableName,
      Key: { purchase_id },
      UpdateExpression,
      ConditionExpression,
      ExpressionAttributeNames: { '#state': 'state' },
      ExpressionAttributeValues: values,
    });
    return (await unlessRefused(tables.send(command))) !== undefined;
  };

  return {
    find,
    async get(purchase_id) {
      const payment = await find(purchase_id);
      if (!payment) throw new Error(`the payment ${purchase_id} has gone from the table`);
      return payment;
    },
    async claim(claim, now) {
      const Item: StoredPayment = { ...claim, state: 'authorising', reason: null, authorisation_id: null };
      const put = new PutCommand({
        TableName,
        Item,
        ConditionExpression: 'attribute_not_exists(purchase_id) OR (#state = :authorising AND lease_until <= :now)',
        ExpressionAttributeNames: { '#state': 'state' },
        ExpressionAttributeValues: { ':authorising': 'authorising', ':now': now },
        ReturnValues: 'ALL_OLD',
      });
      const written = await unlessRefused(tables.send(put));
      if (!written) return 'refused';
      return written.Attributes ? 'taken over' : 'new';
    },
    settle: (purchase_id, claim, { state, reason, authorisation_id }) =>
      update(
        purchase_id,
        'SET #state = :state, reason = :reason, authorisation_id = :authorisation REMOVE claim, lease_until',
        '#state = :authorising AND claim = :claim',
        {
          ':state': state,
          ':reason': reason,
          ':authorisation': authorisation_id,
          ':authorising': 'authorising',
          ':claim': claim,
        },
      ),
    abandon: (purchase_id, claim) =>
      update(purchase_id, 'SET lease_until = :ended', '#state = :authorising AND claim = :claim', {
        ':ended': 0,
        ':authorising': 'authorising',
        ':claim': claim,
      }),
    markCaptured: (purchase_id) =>
      update(purchase_id, 'SET #state = :captured', '#state = :authorised', {
        ':captured': 'captured',
        ':authorised': 'authorised',
      }),
    startVoid: (purchase_id) =>
      update(
        purchase_id,
        `SET #state = :voiding, amount_cents = if_not_exists(amount_cents, :nothing),
             reason = if_not_exists(reason, :none), authorisation_id = if_not_exists(authorisation_id, :none)`,
        'attribute_not_exists(purchase_id) OR #state IN (:authorising, :authorised, :captured, :voiding)',
        {
          ':voiding': 'voiding',
          ':authorising': 'authorising',
          ':authorised': 'authorised',
          ':captured': 'captured',
          ':nothing': 0,
          ':none': null,
        },
      ),
    endVoid: (purchase_id, state) =>
      update(purchase_id, 'SET #state = :state', '#state = :voiding', { ':state': state, ':voiding': 'voiding' }),
  };
}
