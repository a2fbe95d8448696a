import type { gatewayApi, Parsed, Result } from '@throughline/contracts';
import type { Neighbours } from './neighbours.ts';

type SignIn = typeof gatewayApi.signIn;

/** Opens a session; the buyer knows the address, so it is not sent back. */
export async function signIn(
  accounts: Neighbours['accounts'],
  credentials: Parsed<SignIn>['body'],
): Promise<Result<SignIn>> {
  const { token, account_id, expires_at } = await accounts.signIn({ body: credentials });
  return { token, account_id, expires_at };
}
