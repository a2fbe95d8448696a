import type { Card } from '@throughline/contracts';

const DECLINED = '4000000000000002';
const NOT_CAPTURED = '4000000000000341';

/** Check digit of a card number, ISO/IEC 7812-1 annex B. */
export function passesLuhn(number: string): boolean {
  let sum = 0;
  for (const [place, digit] of [...number].toReversed().entries()) {
    const weighed = Number(digit) * (1 + (place % 2));
    sum += weighed > 9 ? weighed - 9 : weighed;
  }
  return sum % 10 === 0;
}

/** A card is good until the last day of its month, UTC. */
function expired(expires: string, now: Date): boolean {
  const [month = 0, year = 0] = expires.split('/').map(Number);
  return now.getTime() >= Date.UTC(2000 + year, month);
}

/** Why an authorisation is declined; null when it is not. */
export function refusalOf({ number, expires }: Card, now: Date): string | null {
  if (number === DECLINED) return 'card_declined';
  if (!passesLuhn(number)) return 'invalid_number';
  return expired(expires, now) ? 'card_expired' : null;
}

export const refusesCapture = ({ number }: Card): boolean => number === NOT_CAPTURED;
