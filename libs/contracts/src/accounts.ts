import { z } from 'zod';
import { AccountId, Cents, Email, Id, Timestamp } from './common.ts';
import { defineApi } from './endpoint.ts';

export const Credentials = z.strictObject({ email: Email, password: z.string().min(8).max(100) });
export const SessionToken = z.string().regex(/^ses_[\w-]{32}$/, 'a session token is ses_ and 32 characters');
export const Session = z.object({ token: SessionToken, account_id: AccountId, email: Email, expires_at: Timestamp });
export type Session = z.infer<typeof Session>;

export const Attempt = z.object({
  purchase_id: Id,
  amount_cents: Cents,
  at: Timestamp,
  /** The buyer's bank took this purchase back. */
  disputed: z.boolean(),
});
export type Attempt = z.infer<typeof Attempt>;

export const accountsApi = defineApi({
  signIn: {
    method: 'POST',
    path: '/sessions',
    summary: 'Sign in with e-mail address and password',
    body: Credentials,
    status: 201,
    response: Session,
    errors: { 401: ['bad_credentials'] },
  },
  session: {
    method: 'POST',
    path: '/sessions/check',
    summary: 'Whose session this is; the token travels in the body so that no URL shows it',
    body: z.object({ token: z.string().max(100) }),
    status: 200,
    response: Session,
    errors: { 401: ['no_session'] },
  },
  recordAttempt: {
    method: 'POST',
    path: '/accounts/:account_id/attempts',
    summary: "Record a purchase attempt, once, and return the account's latest attempts, the newest first",
    params: z.object({ account_id: AccountId }),
    body: z.object({ purchase_id: Id, amount_cents: Cents }),
    status: 200,
    response: z.object({ attempts: z.array(Attempt).max(50) }),
  },
});
