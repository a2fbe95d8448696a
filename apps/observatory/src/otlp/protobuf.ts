import { MESSAGES, type Message } from './messages.ts';

type Decoded = Record<string, unknown>;

const DEEPEST = 64;
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/**
 * Reads one protobuf message into the shape of OTLP's JSON mapping: ids as hex, bytes as base64, 64-bit times as bigint.
 * Unknown fields are skipped. Throws RangeError on malformed input.
 */
export function decode(message: keyof typeof MESSAGES, bytes: Buffer): Decoded {
  return new Reader(bytes).message(MESSAGES[message], bytes.length, 0);
}

class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  message(fields: Message, end: number, depth: number): Decoded {
    if (depth > DEEPEST) throw new RangeError(`messages nest deeper than ${DEEPEST}`);
    const decoded: Decoded = {};
    while (this.#at < end) {
      const tag = this.#varint();
      const field = fields[Math.floor(tag / 8)];
      const wire = tag % 8;
      if (!field) {
        this.#skip(wire, end);
        continue;
      }
      const [name, type] = field;
      const repeated = type.startsWith('repeated ');
      const value = this.#value(repeated ? type.slice(9) : type, wire, end, depth);
      if (!repeated) decoded[name] = value;
      else if (Array.isArray(decoded[name])) decoded[name].push(value);
      else decoded[name] = [value];
    }
    if (this.#at !== end) throw new RangeError('a field reaches beyond its message');
    return decoded;
  }

  #value(type: string, wire: number, end: number, depth: number): unknown {
    if (wire === VARINT) {
      const value = this.#signedVarint();
      if (type === 'bool') return value !== 0;
      if (type === 'int') return value;
    } else if (wire === FIXED64) {
      const at = this.#advance(8, end);
      if (type === 'fixed64') return this.#bytes.readBigUInt64LE(at);
      if (type === 'double') return this.#bytes.readDoubleLE(at);
    } else if (wire === BYTES) {
      return this.#delimited(type, end, depth);
    }
    throw new RangeError(`wire type ${wire} where ${type} was expected`);
  }

  #delimited(type: string, end: number, depth: number): unknown {
    const length = this.#varint();
    const from = this.#advance(length, end);
    const to = from + length;
    if (type === 'string') return this.#bytes.toString('utf8', from, to);
    if (type === 'hex') return this.#bytes.toString('hex', from, to);
    if (type === 'base64') return this.#bytes.toString('base64', from, to);
    const fields = Object.hasOwn(MESSAGES, type) ? MESSAGES[type as keyof typeof MESSAGES] : undefined;
    if (!fields) throw new RangeError(`bytes where ${type} was expected`);
    this.#at = from;
    return this.message(fields, to, depth + 1);
  }

  #skip(wire: number, end: number): void {
    if (wire === VARINT) this.#varint();
    else if (wire === FIXED64) this.#advance(8, end);
    else if (wire === FIXED32) this.#advance(4, end);
    else if (wire === BYTES) this.#advance(this.#varint(), end);
    else throw new RangeError(`unknown wire type ${wire}`);
  }

  #advance(length: number, end: number): number {
    const from = this.#at;
    if (from + length > end) throw new RangeError('the message ends too early');
    this.#at = from + length;
    return from;
  }

  #varint(): number {
    let value = 0;
    for (let factor = 1, index = 0; index < 10; index += 1, factor *= 128) {
      if (this.#at >= this.#bytes.length) throw new RangeError('the message ends too early');
      const byte = this.#bytes.readUInt8(this.#at++);
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new RangeError('a number has more than 10 bytes');
  }

  /** As `#varint`, with numbers beyond 2^53 read exactly and two's complement undone. */
  #signedVarint(): number | bigint {
    const from = this.#at;
    const value = this.#varint();
    if (Number.isSafeInteger(value)) return value;
    let exact = 0n;
    for (let at = this.#at - 1; at >= from; at -= 1) exact = (exact << 7n) | BigInt(this.#bytes.readUInt8(at) & 127);
    const signed = BigInt.asIntN(64, exact);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }
}

/** A message of one number and one text field (OTLP's partial success, google.rpc.Status); fields of value 0 or '' are left out. */
export function encodeNumberAndText(
  number: [field: number, value: number],
  text: [field: number, value: string],
): Buffer {
  const bytes = Buffer.from(text[1], 'utf8');
  return Buffer.concat([
    number[1] === 0 ? Buffer.alloc(0) : Buffer.from([number[0] << 3, ...varint(number[1])]),
    bytes.length === 0 ? Buffer.alloc(0) : encodeBytes(text[0], bytes),
  ]);
}

/** One length-delimited field. */
export function encodeBytes(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([(field << 3) | BYTES, ...varint(bytes.length)]), bytes]);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) return [...bytes, rest];
    bytes.push((rest % 128) | 128);
  }
}
