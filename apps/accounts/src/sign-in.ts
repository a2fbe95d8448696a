import type { Session } from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import { isPassword, noPassword } from './password.ts';
import { hashToken, newToken } from './session-token.ts';
import type { Store } from './store.ts';

interface Deps {
  readonly store: Store;
  readonly sessionHours: number;
  readonly clock: () => Date;
}

/** Opens a session. An unknown address and a wrong password get the same answer after the same work. */
export async function signIn(
  { store, sessionHours, clock }: Deps,
  { email, password }: { email: string; password: string },
): Promise<Session> {
  const account = await store.findAccount(email.toLowerCase());
  const right = await isPassword(password, account?.password_hash ?? noPassword);
  if (!account || !right) throw new HttpError(401, 'bad_credentials', 'e-mail address or password is wrong');
  tracing.annotate({ 'shop.account_id': account.account_id });
  const token = newToken();
  const expires = new Date(clock().getTime() + sessionHours * 3_600_000);
  const session = { account_id: account.account_id, email: account.email, expires_at: expires.toISOString() };
  await store.addSession(hashToken(token), session);
  return { token, ...session };
}
