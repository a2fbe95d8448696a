const W3C = /^[0-9a-f]{32}$/;
const XRAY = /^1-([0-9a-f]{8})-([0-9a-f]{24})$/;
const SPAN = /^[0-9a-f]{16}$/;
const ZEROS = /^0+$/;

/** A trace id in either spelling (32 hex, or X-Ray's `1-8hex-24hex`, any case) as 32 lower-case hex; anything else is undefined. */
export function toTraceId(id: unknown): string | undefined {
  if (typeof id !== 'string') return undefined;
  const lower = id.toLowerCase();
  const xray = XRAY.exec(lower);
  const hex = xray ? `${xray[1]}${xray[2]}` : lower;
  return W3C.test(hex) && !ZEROS.test(hex) ? hex : undefined;
}

/** A trace id in either spelling as X-Ray's `1-8hex-24hex`; anything else is undefined. */
export function toXRayTraceId(id: unknown): string | undefined {
  const hex = toTraceId(id);
  return hex && `1-${hex.slice(0, 8)}-${hex.slice(8)}`;
}

/** A span or segment id as 16 lower-case hex; anything else is undefined. */
export function toSpanId(id: unknown): string | undefined {
  if (typeof id !== 'string') return undefined;
  const lower = id.toLowerCase();
  return SPAN.test(lower) && !ZEROS.test(lower) ? lower : undefined;
}
