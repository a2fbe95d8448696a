/** RFC 8949, as far as Smithy's RPC v2 CBOR uses it; whatever else is well-formed is read too. Times (tag 1) are epoch seconds. */

/** Bytes that are not CBOR, or nested too deep. */
export class CborError extends Error {}

const DEEPEST = 32;
const BREAK = Symbol('break');

/** Reads one data item that must fill the bytes. Throws CborError. */
export function decodeCbor(bytes: Uint8Array): unknown {
  const reader = new Reader(bytes);
  const value = reader.item(0);
  if (value === BREAK || !reader.done) throw new CborError('There is more than one data item.');
  return value;
}

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  item(depth: number): unknown {
    if (depth > DEEPEST) throw new CborError(`Data items are nested more than ${DEEPEST} deep.`);
    const head = this.#view.getUint8(this.#pass(1));
    const [major, info] = [head >> 5, head & 31];
    if (major === 7) return this.#simple(info);
    const size = info === 31 ? undefined : this.#argument(info);
    switch (major) {
      case 0:
        return this.#integer(size);
      case 1:
        return -1 - this.#integer(size);
      case 2:
      case 3:
        return this.#string(major, size, depth);
      case 4:
        return this.#list(size, depth);
      case 5:
        return this.#map(size, depth);
      default:
        if (size === undefined) throw new CborError('A tag has no number.');
        return this.#tagged(size, depth);
    }
  }

  #pass(count: number): number {
    const at = this.#at;
    if (count > this.#bytes.length - at) throw new CborError('The data item is cut off.');
    this.#at += count;
    return at;
  }

  #argument(info: number): number {
    if (info < 24) return info;
    if (info === 24) return this.#view.getUint8(this.#pass(1));
    if (info === 25) return this.#view.getUint16(this.#pass(2));
    if (info === 26) return this.#view.getUint32(this.#pass(4));
    if (info === 27) return Number(this.#view.getBigUint64(this.#pass(8)));
    throw new CborError('A data item has a reserved length.');
  }

  #integer(value: number | undefined): number {
    if (value === undefined) throw new CborError('An integer has no value.');
    return value;
  }

  #string(major: number, size: number | undefined, depth: number): string | Uint8Array {
    if (size === undefined) {
      const parts = this.#list(undefined, depth);
      if (major === 3) return parts.map(String).join('');
      return Buffer.concat(parts.filter((part): part is Uint8Array => part instanceof Uint8Array));
    }
    const at = this.#pass(size);
    const bytes = this.#bytes.subarray(at, at + size);
    return major === 2 ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8');
  }

  #list(size: number | undefined, depth: number): unknown[] {
    const items: unknown[] = [];
    while (items.length < (size ?? Infinity)) {
      const item = this.item(depth + 1);
      if (item === BREAK && size === undefined) break;
      if (item === BREAK) throw new CborError('A list ends too early.');
      items.push(item);
    }
    return items;
  }

  #map(size: number | undefined, depth: number): object {
    const entries: [string, unknown][] = [];
    while (entries.length < (size ?? Infinity)) {
      const key = this.item(depth + 1);
      if (key === BREAK && size === undefined) break;
      const value = this.item(depth + 1);
      if (key === BREAK || value === BREAK) throw new CborError('A map ends too early.');
      entries.push([String(key), value]);
    }
    return Object.fromEntries(entries);
  }

  /** Times and other tagged numbers are what is tagged; big numbers are numbers. */
  #tagged(tag: number, depth: number): unknown {
    const value = this.item(depth + 1);
    if (value === BREAK) throw new CborError('A tag has no data item.');
    if ((tag !== 2 && tag !== 3) || !(value instanceof Uint8Array)) return value;
    const size = value.reduce((sum, byte) => sum * 256 + byte, 0);
    return tag === 2 ? size : -1 - size;
  }

  #simple(info: number): unknown {
    if (info === 20 || info === 21) return info === 21;
    if (info === 22 || info === 23) return null;
    if (info === 25) return this.#half();
    if (info === 26) return this.#view.getFloat32(this.#pass(4));
    if (info === 27) return this.#view.getFloat64(this.#pass(8));
    if (info === 31) return BREAK;
    if (info === 24) this.#pass(1);
    return null;
  }

  #half(): number {
    const bits = this.#view.getUint16(this.#pass(2));
    const [sign, exponent, fraction] = [bits >> 15 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
    if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  }
}

/** Writes an answer: numbers as doubles, Dates as times, Maps and objects as maps, undefined members not at all. */
export function encodeCbor(value: unknown): Buffer {
  const parts: Buffer[] = [];
  write(parts, value);
  return Buffer.concat(parts);
}

function write(parts: Buffer[], value: unknown): void {
  if (typeof value === 'number') parts.push(double(value));
  else if (typeof value === 'string') {
    const text = Buffer.from(value);
    parts.push(head(3, text.length), text);
  } else if (typeof value === 'boolean') parts.push(Buffer.of(value ? 0xf5 : 0xf4));
  else if (value instanceof Date) parts.push(Buffer.of(0xc1), double(value.getTime() / 1000));
  else if (Array.isArray(value)) {
    parts.push(head(4, value.length));
    for (const item of value) write(parts, item);
  } else if (typeof value === 'object' && value !== null) {
    const all: Iterable<[string, unknown]> = value instanceof Map ? value : Object.entries(value);
    const entries = [...all].filter(([, item]) => item !== undefined);
    parts.push(head(5, entries.length));
    for (const [key, item] of entries) {
      write(parts, key);
      write(parts, item);
    }
  } else parts.push(Buffer.of(0xf6));
}

function double(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(9);
  bytes[0] = 0xfb;
  bytes.writeDoubleBE(value, 1);
  return bytes;
}

function head(major: number, size: number): Buffer {
  if (size < 24) return Buffer.of((major << 5) | size);
  if (size < 256) return Buffer.of((major << 5) | 24, size);
  const bytes = Buffer.allocUnsafe(size < 65_536 ? 3 : 5);
  bytes[0] = (major << 5) | (size < 65_536 ? 25 : 26);
  if (size < 65_536) bytes.writeUInt16BE(size, 1);
  else bytes.writeUInt32BE(size, 1);
  return bytes;
}
