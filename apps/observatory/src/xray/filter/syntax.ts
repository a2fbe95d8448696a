import type { AnnotationValue } from '@throughline/traces';

export type Comparator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'CONTAINS' | 'BEGINSWITH' | 'ENDSWITH';

/** Which service or edge end is meant: by name, or by the parts given in `id()`; empty means any. */
export interface Selector {
  name?: string;
  type?: string;
  account?: string;
}

export type CauseClass = 'fault' | 'error' | 'responsetime';
export type CausePart = 'service' | 'entity' | 'exception';

/** A filter expression as a tree. https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html */
export type Filter =
  | { is: 'and' | 'or'; parts: Filter[] }
  | { is: 'not'; part: Filter }
  | { is: 'flag'; keyword: string }
  | { is: 'number'; keyword: string; comparator: Comparator; value: number }
  | { is: 'text'; keyword: string; comparator: Comparator; value: string }
  | { is: 'annotation'; key: string; test?: { comparator: Comparator; value: AnnotationValue } }
  | { is: 'set'; keyword: string }
  | { is: 'group'; by: 'name' | 'arn'; value: string; at: number }
  | { is: 'cause'; of: CauseClass; part: CausePart; within?: Filter }
  | { is: 'json'; of: CauseClass | undefined; wanted: unknown }
  | { is: 'id'; selector: Selector }
  | { is: 'service'; selector: Selector; within?: Filter }
  | { is: 'edge'; from: Selector; to: Selector; within?: Filter };

export const FLAGS: ReadonlySet<string> = new Set([
  'ok',
  'error',
  'throttle',
  'fault',
  'partial',
  'inferred',
  'first',
  'last',
  'remote',
  'root',
]);
/** Flags that a whole trace has when one of its services does. */
export const FLAGS_OF_SERVICES: ReadonlySet<string> = new Set(['inferred', 'first', 'last', 'remote', 'root']);
export const NUMBERS: ReadonlySet<string> = new Set(['responsetime', 'duration', 'http.status', 'index', 'coverage']);
export const TEXTS: ReadonlySet<string> = new Set([
  'http.url',
  'http.method',
  'http.useragent',
  'http.clientip',
  'user',
  'name',
  'type',
  'message',
  'availabilityzone',
  'instance.id',
  'resource.arn',
]);

/** A filter expression that cannot be read; says where. */
export class FilterError extends Error {
  constructor(message: string, at: number) {
    super(`Invalid filter expression at position ${at + 1}: ${message}.`);
  }
}
