import type { LogPosition } from '../store/logs.ts';

const ID_DIGITS = 16;
const DIGITS = 56;

/** An event's id as AWS writes it: 56 digits that grow with the order of events. */
export function eventId({ timestamp_ms, id }: LogPosition): string {
  return `${timestamp_ms}${String(id).padStart(ID_DIGITS, '0')}`.padStart(DIGITS, '0');
}

/** Undefined for digits that no event of ours could have. */
export function readEventId(digits: string): LogPosition | undefined {
  if (digits.length !== DIGITS || !/^\d+$/.test(digits)) return undefined;
  const position = { timestamp_ms: Number(digits.slice(0, -ID_DIGITS)), id: Number(digits.slice(-ID_DIGITS)) };
  return Number.isSafeInteger(position.timestamp_ms) && Number.isSafeInteger(position.id) ? position : undefined;
}
