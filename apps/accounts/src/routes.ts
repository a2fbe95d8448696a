import type { accountsApi } from '@throughline/contracts';
import type { Handlers } from '@throughline/service';
import type { Deps } from './app.ts';
import { checkSession } from './check-session.ts';
import { recordAttempt } from './record-attempt.ts';
import { signIn } from './sign-in.ts';

export const routes = (deps: Required<Omit<Deps, 'log'>>): Handlers<typeof accountsApi> => ({
  signIn: ({ body }) => signIn(deps, body),
  session: ({ body }) => checkSession(deps, body.token),
  recordAttempt: ({ params, body }) => recordAttempt(deps, params.account_id, body),
});
