import type { fraudApi, Parsed, Score } from '@throughline/contracts';
import { tracing } from '@throughline/telemetry';
import { featuresOf } from './features.ts';
import { fraudShare } from './nearest.ts';
import type { Neighbours } from './routes.ts';

/** The attempt goes into the account's history first, so that attempts that are refused count as well. */
export async function scorePurchase(
  { accounts, profiles, refuseFrom, now }: Neighbours,
  { purchase_id, account_id, amount_cents }: Parsed<typeof fraudApi.score>['body'],
): Promise<Score> {
  tracing.annotate({
    'shop.purchase_id': purchase_id,
    'shop.account_id': account_id,
    'shop.amount_cents': amount_cents,
  });
  const { attempts } = await accounts.recordAttempt({ params: { account_id }, body: { purchase_id, amount_cents } });
  const features = featuresOf({ purchase_id, amount_cents }, attempts, now());
  const score = await tracing.span('compare with profiles', {}, async () => fraudShare(profiles, features));
  tracing.annotate({ 'shop.fraud_score': score });
  return { score, decision: score >= refuseFrom ? 'refuse' : 'accept' };
}
