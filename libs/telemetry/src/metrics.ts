import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DurationHistogram, type EmfHistogram } from './duration-histogram.ts';

/** A request that was answered, or a message that was handled. */
interface Measured {
  /** `/holds/:hold_id`, or a queue's name. */
  readonly route: string;
  readonly method: string;
  readonly status: number;
  readonly durationMs: number;
}

interface Options {
  readonly service: string;
  /** Takes one log event in CloudWatch's embedded metric format. */
  readonly emit: (event: object) => void;
  readonly flushMs?: number;
}

interface Route {
  readonly route: string;
  readonly method: string;
  requests: number;
  errors: number;
  faults: number;
  readonly duration: DurationHistogram;
}

const NAMESPACE = 'Throughline';
const FLUSH_MS = 10_000;
const DELAY_RESOLUTION_MS = 20;

type LoopDelay = ReturnType<typeof monitorEventLoopDelay>;

let measuring: ((measured: Measured) => void) | undefined;

/** Counts a request; costs next to nothing, and nothing at all where metrics were not started. */
export function measure(measured: Measured): void {
  measuring?.(measured);
}

/**
 * Starts this process's metrics: for each route requests, errors (4xx), faults (5xx) and duration, and the event loop's delay with
 * them, each `flushMs` in which something was measured, and once more when it is closed. An idle service emits nothing.
 */
export function startMetrics({ service, emit, flushMs = FLUSH_MS }: Options): { close(): void } {
  const routes = new Map<string, Route>();
  const delay = monitorEventLoopDelay({ resolution: DELAY_RESOLUTION_MS });
  delay.enable();
  const flush = (): void => {
    const Timestamp = Date.now();
    for (const route of routes.values()) emit({ service, ...routeEvent(Timestamp, route) });
    if (routes.size > 0 && delay.count > 0) emit({ service, ...delayEvent(Timestamp, delay) });
    routes.clear();
    delay.reset();
  };
  const count = ({ route, method, status, durationMs }: Measured): void => {
    const key = `${method} ${route}`;
    let known = routes.get(key);
    if (!known)
      routes.set(
        key,
        (known = { route, method, requests: 0, errors: 0, faults: 0, duration: new DurationHistogram() }),
      );
    known.requests += 1;
    if (status >= 500) known.faults += 1;
    else if (status >= 400) known.errors += 1;
    known.duration.add(durationMs);
  };
  const timer = setInterval(flush, flushMs).unref();
  measuring = count;
  return {
    close() {
      clearInterval(timer);
      if (measuring === count) measuring = undefined;
      flush();
      delay.disable();
    },
  };
}

function routeEvent(Timestamp: number, { route, method, requests, errors, faults, duration }: Route): object {
  const units = { requests: 'Count', errors: 'Count', faults: 'Count', duration: 'Milliseconds' };
  const values = { requests, errors, faults, duration: duration.toEmf() };
  return { ...directive(Timestamp, ['service', 'route', 'method'], units), route, method, ...values };
}

function delayEvent(Timestamp: number, delay: LoopDelay): object {
  const directives = directive(Timestamp, ['service'], { event_loop_delay: 'Milliseconds' });
  return { ...directives, event_loop_delay: delayToEmf(delay) };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html */
function directive(Timestamp: number, dimensions: string[], units: Record<string, string>): object {
  const Metrics = Object.entries(units).map(([Name, Unit]) => ({ Name, Unit }));
  return { _aws: { Timestamp, CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions: [dimensions], Metrics }] } };
}

/** Node measures from one look to the next: what is above the resolution was delay. */
function delayToEmf(delay: LoopDelay): EmfHistogram {
  const toMs = (nanoseconds: number): number => Math.max(0, rounded(nanoseconds / 1e6 - DELAY_RESOLUTION_MS));
  const Values: number[] = [];
  const Counts: number[] = [];
  let seen = 0;
  for (const [percent, nanoseconds] of delay.percentiles) {
    const upTo = Math.round((percent / 100) * delay.count);
    if (upTo > seen) {
      Values.push(toMs(nanoseconds));
      Counts.push(upTo - seen);
      seen = upTo;
    }
  }
  const Sum = rounded(toMs(delay.mean) * delay.count);
  return { Values, Counts, Min: toMs(delay.min), Max: toMs(delay.max), Sum, Count: delay.count };
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
