import type { Session } from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import { hashToken } from './session-token.ts';
import type { Store } from './store.ts';

/** Whose session a token opens. Expiry is judged here: no store is relied on to delete in time. */
export async function checkSession(
  { store, clock }: { store: Store; clock: () => Date },
  token: string,
): Promise<Session> {
  const session = await store.findSession(hashToken(token));
  if (!session || session.expires_at <= clock().toISOString()) {
    throw new HttpError(401, 'no_session', 'there is no such session, or it has expired: sign in again');
  }
  tracing.annotate({ 'shop.account_id': session.account_id });
  return { token, ...session };
}
