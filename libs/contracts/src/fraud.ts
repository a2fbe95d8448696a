import { z } from 'zod';
import { AccountId, Cents, Id } from './common.ts';
import { defineApi } from './endpoint.ts';

export const Score = z.object({ score: z.number().min(0).max(1), decision: z.enum(['accept', 'refuse']) });
export type Score = z.infer<typeof Score>;

export const fraudApi = defineApi({
  score: {
    method: 'POST',
    path: '/scores',
    summary: "Score a purchase against the account's history",
    body: z.object({ purchase_id: Id, account_id: AccountId, amount_cents: Cents }),
    status: 200,
    response: Score,
  },
});
