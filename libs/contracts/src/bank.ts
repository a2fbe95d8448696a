import { z } from 'zod';
import { Cents } from './common.ts';
import { defineApi } from './endpoint.ts';
import { Card } from './payments.ts';

export const Authorisation = z.object({
  id: z.string(),
  /** The merchant's own reference; a second authorisation under it returns the first. */
  reference: z.string().min(1).max(64),
  amount_cents: Cents,
  state: z.enum(['authorised', 'captured', 'voided', 'refunded', 'declined']),
  reason: z.string().nullable(),
});
export type Authorisation = z.infer<typeof Authorisation>;
const params = z.object({ reference: z.string().min(1).max(64) });

export const bankApi = defineApi({
  authorise: {
    method: 'POST',
    path: '/authorisations',
    summary: 'Reserve an amount on a card; a refusal is an answer with the state `declined`',
    body: z.object({ reference: z.string().min(1).max(64), amount_cents: Cents, card: Card }),
    status: 201,
    response: Authorisation,
  },
  get: {
    method: 'GET',
    path: '/authorisations/:reference',
    summary: 'An authorisation by its reference',
    params,
    status: 200,
    response: Authorisation,
    errors: { 404: ['no_authorisation'] },
  },
  capture: {
    method: 'POST',
    path: '/authorisations/:reference/capture',
    summary: 'Take the reserved amount',
    params,
    status: 200,
    response: Authorisation,
    errors: { 402: ['capture_refused'], 404: ['no_authorisation'], 409: ['not_authorised'] },
  },
  void: {
    method: 'POST',
    path: '/authorisations/:reference/void',
    summary: 'Let the amount go, or pay a captured one back; a reference never seen is closed for good',
    params,
    status: 200,
    response: Authorisation,
  },
});
