import { compact, listOf, objectOf, textOf, type JsonObject } from '../json.ts';
import { readAttributes } from './attributes.ts';
import type { OtlpSpan } from './types.ts';

const MOST_FRAMES = 50;
const FRAME = /^\s*at (?:(.*?) \()?(.*?):(\d+)(?::\d+)?\)?$/;

/** X-Ray's `cause` from a span's exception events, or from the message of its error status; undefined without either. */
export function causeOf(span: OtlpSpan, id: string): { exceptions: JsonObject[] } | undefined {
  const events = listOf(span.events)
    .map(objectOf)
    .filter((event) => event['name'] === 'exception');
  const exceptions = events
    .map((event) => readAttributes(event['attributes']))
    .map((attributes) => ({
      type: textOf(attributes['exception.type']),
      message: textOf(attributes['exception.message']),
      stack: framesOf(textOf(attributes['exception.stacktrace'])),
    }));
  const message = textOf(objectOf(span.status)['message']);
  const code = objectOf(span.status)['code'];
  if (exceptions.length === 0 && message && (code === 2 || code === 'STATUS_CODE_ERROR')) {
    exceptions.push({ type: undefined, message, stack: undefined });
  }
  if (exceptions.length === 0) return undefined;
  return {
    exceptions: exceptions.map((exception, index) => ({
      id: id.slice(0, 12) + index.toString(16).padStart(4, '0').slice(-4),
      ...compact(exception),
    })),
  };
}

function framesOf(stack: string | undefined): { path?: string; line: number; label: string }[] | undefined {
  const frames = (stack ?? '')
    .slice(0, 32_768)
    .split('\n')
    .slice(0, MOST_FRAMES)
    .map((line) => (line.length < 1000 ? FRAME.exec(line) : null))
    .filter((match) => match !== null)
    .map((match) => ({ path: match[2] ?? '', line: Number(match[3]), label: match[1] ?? 'anonymous' }));
  return frames.length > 0 ? frames : undefined;
}
