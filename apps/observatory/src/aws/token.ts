/** A place in a listing as an opaque token, and back; undefined for anything that is no token of ours. */
export function toToken(place: readonly (string | number)[]): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url');
}

export function fromToken(token: string): (string | number)[] | undefined {
  try {
    const place: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    const isPlace =
      Array.isArray(place) && place.every((part) => typeof part === 'string' || Number.isSafeInteger(part));
    return isPlace ? place : undefined;
  } catch {
    return undefined;
  }
}
