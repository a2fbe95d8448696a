import { off } from './off.ts';
import type { Tracing } from './types.ts';

/** The process's tracing: off until the preload has started one of the SDKs. */
export let tracing: Tracing = off;

export function setTracing(started: Tracing): void {
  tracing = started;
}
