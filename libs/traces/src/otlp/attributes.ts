import { isObject, listOf } from '../json.ts';

export type AttributeValue = string | number | boolean | AttributeValue[] | { [key: string]: AttributeValue };
export type Attributes = Record<string, AttributeValue>;

const DEEPEST = 32;

/** Attributes as a plain object. Whatever is not an attribute is left out; integers beyond 2^53 become strings. */
export function readAttributes(list: unknown): Attributes {
  const attributes: Attributes = Object.create(null) as Attributes;
  for (const entry of listOf(list)) {
    if (!isObject(entry) || typeof entry['key'] !== 'string') continue;
    const value = readAnyValue(entry['value'], 0);
    if (value !== undefined) attributes[entry['key']] = value;
  }
  return attributes;
}

/** One OTLP AnyValue as plain data; undefined when it holds nothing. */
export function readAnyValue(value: unknown, depth = 0): AttributeValue | undefined {
  if (!isObject(value) || depth > DEEPEST) return undefined;
  if (typeof value['stringValue'] === 'string') return value['stringValue'];
  if (typeof value['boolValue'] === 'boolean') return value['boolValue'];
  if (value['intValue'] !== undefined) return readInteger(value['intValue']);
  if (value['doubleValue'] !== undefined) {
    return readDouble(value['doubleValue']);
  }
  if (isObject(value['arrayValue'])) {
    return listOf(value['arrayValue']['values'])
      .map((member) => readAnyValue(member, depth + 1))
      .filter((member) => member !== undefined);
  }
  if (isObject(value['kvlistValue'])) {
    const members = listOf(value['kvlistValue']['values']).filter(isObject);
    const entries = members.flatMap((member) => {
      const read = readAnyValue(member['value'], depth + 1);
      return typeof member['key'] === 'string' && read !== undefined ? [[member['key'], read] as const] : [];
    });
    return Object.fromEntries(entries);
  }
  return typeof value['bytesValue'] === 'string' ? value['bytesValue'] : undefined;
}

function readDouble(value: unknown): number | string | undefined {
  if (typeof value !== 'number' && typeof value !== 'string') return undefined;
  const number = Number(value);
  return Number.isFinite(number) ? number : String(value).slice(0, 32);
}

function readInteger(value: unknown): number | string | undefined {
  if (typeof value !== 'number' && typeof value !== 'bigint' && typeof value !== 'string') return undefined;
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value).slice(0, 32);
}

/** OTLP's epoch nanoseconds to whole epoch microseconds; undefined when absent, zero or no time. */
export function nanosToMicros(nanos: unknown): number | undefined {
  if (typeof nanos === 'string' ? !/^\d{1,20}$/.test(nanos) : typeof nanos !== 'number' && typeof nanos !== 'bigint') {
    return undefined;
  }
  if (typeof nanos === 'number' && !(nanos >= 0 && Number.isFinite(nanos))) return undefined;
  const micros =
    typeof nanos === 'number' ? Math.floor(nanos / 1000) : Number(BigInt(nanos as string | bigint) / 1000n);
  return micros > 0 && Number.isSafeInteger(micros) ? micros : undefined;
}
