import { z } from 'zod';

export const Id = z.uuid();
export const AccountId = z.string().regex(/^acc_[0-9a-f]{16}$/, 'an account id is acc_ and 16 hex digits');
export const EventId = z.string().regex(/^evt_\d{2}$/, 'an event id is evt_ and two digits');
/** Section, row and number: `A-12-7`. */
export const SeatId = z.string().regex(/^[A-Z]-\d{1,2}-\d{1,3}$/, 'a seat id is section-row-number, such as A-12-7');
export const Section = z.string().regex(/^[A-Z]$/, 'a section is one capital letter');
export const Email = z.email().max(120);
export const PromoCode = z.string().regex(/^[A-Z0-9]{3,20}$/, 'a promo code is 3 to 20 capital letters and digits');
/** Amounts of money in cents. */
export const Cents = z.int().min(0).max(100_000_000);
export const Timestamp = z.iso.datetime();
export const IdempotencyKey = z
  .string()
  .regex(/^[\w-]{8,64}$/, 'an idempotency key is 8 to 64 letters, digits, - or _');
export const MAX_SEATS = 8;

export const Empty = z.undefined();

export const ErrorBody = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    details: z.unknown().optional(),
    /** 32 hex digits; absent where tracing is off. */
    trace_id: z.string().optional(),
  }),
});

/** Trace context as it travels beside a stored row or a message. */
export const Carrier = z.object({ traceparent: z.string().optional(), 'x-amzn-trace-id': z.string().optional() });
export type Carrier = z.infer<typeof Carrier>;
