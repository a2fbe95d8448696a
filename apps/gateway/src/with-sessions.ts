import { SessionToken, type Answer, type Api, type Endpoint, type Parsed, type Session } from '@throughline/contracts';
import { HttpError, type Handlers, type Request } from '@throughline/service';
import { tracing } from '@throughline/telemetry';
import type { Neighbours } from './neighbours.ts';

type PublicHandler<E extends Endpoint> = E extends { signedIn: true }
  ? (input: Parsed<E>, session: Session) => Promise<Answer<E>>
  : (input: Parsed<E>) => Promise<Answer<E>>;

/** Handlers of an API whose `signedIn` endpoints receive the session of the caller. */
export type PublicHandlers<A extends Api> = { readonly [K in keyof A]: PublicHandler<A[K]> };

/** The token of `Authorization: Bearer ses_…`. */
function tokenOf(request: Request): string {
  const [, given] = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '') ?? [];
  const token = SessionToken.safeParse(given);
  if (token.success) return token.data;
  throw new HttpError(401, 'no_session', 'sign in at POST /sessions and send `Authorization: Bearer <token>`');
}

/** Has every endpoint that is declared `signedIn` ask accounts whose session it is before it does anything. */
export function withSessions<A extends Api>(
  api: A,
  handlers: PublicHandlers<A>,
  accounts: Pick<Neighbours['accounts'], 'session'>,
): Handlers<A> {
  const guarded = Object.entries(handlers).map(([name, handler]) => {
    const act = handler as (input: unknown, session?: Session) => Promise<never>;
    const check = async (input: unknown, request: Request): Promise<never> => {
      const session = await accounts.session({ body: { token: tokenOf(request) } });
      tracing.annotate({ 'shop.account_id': session.account_id });
      return act(input, session);
    };
    return [name, api[name]?.signedIn ? check : (input: unknown) => act(input)] as const;
  });
  return Object.fromEntries(guarded) as Handlers<Api> as Handlers<A>;
}
