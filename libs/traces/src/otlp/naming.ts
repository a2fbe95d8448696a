import { textOf } from '../json.ts';
import type { SpanKind } from '../span.ts';
import type { Attributes } from './attributes.ts';

const KINDS: ReadonlyMap<string, SpanKind> = new Map([
  ['1', 'internal'],
  ['2', 'server'],
  ['3', 'client'],
  ['4', 'producer'],
  ['5', 'consumer'],
  ['SPAN_KIND_INTERNAL', 'internal'],
  ['SPAN_KIND_SERVER', 'server'],
  ['SPAN_KIND_CLIENT', 'client'],
  ['SPAN_KIND_PRODUCER', 'producer'],
  ['SPAN_KIND_CONSUMER', 'consumer'],
]);

/** OTLP's span kind by number or name; unspecified reads as internal, as the specification says. */
export function spanKind(kind: unknown): SpanKind {
  return (typeof kind === 'number' || typeof kind === 'string' ? KINDS.get(String(kind)) : undefined) ?? 'internal';
}

/** The name of what a client or producer calls; the first that is known, from the most meaningful to a bare address. */
export function subsegmentName(attributes: Attributes, recorded: string): string {
  return (
    textOf(attributes['aws.remote.service']) ??
    textOf(attributes['peer.service']) ??
    textOf(attributes['service.peer.name']) ??
    (attributes['rpc.system'] === 'aws-api' ? textOf(attributes['rpc.service']) : undefined) ??
    databaseName(attributes) ??
    textOf(attributes['messaging.destination.name']) ??
    textOf(attributes['rpc.service']) ??
    textOf(attributes['server.address']) ??
    recorded
  );
}

function databaseName(attributes: Attributes): string | undefined {
  const system = textOf(attributes['db.system.name']) ?? textOf(attributes['db.system']);
  const name = textOf(attributes['db.namespace']) ?? textOf(attributes['db.name']);
  const host = textOf(attributes['server.address']);
  if (!system) return undefined;
  return name && host ? `${name}@${host}` : (name ?? system);
}
