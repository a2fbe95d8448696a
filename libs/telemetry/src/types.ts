import type { Carrier, TracingMode } from '@throughline/contracts';
import type { RequestHandler } from 'express';
import type { AttributeName } from './attributes.ts';

/** What joins a log line, or an error a buyer reads, to its trace. */
export interface TraceIds {
  /** 32 hex digits, W3C's spelling. */
  readonly trace_id: string;
  /** The same id in X-Ray's spelling, 1-8-24. */
  readonly xray_trace_id: string;
  /** 16 hex digits. */
  readonly span_id: string;
}

export type AttributeValue = string | number | boolean;
export type Attributes = Partial<Record<AttributeName, AttributeValue>>;

export interface Queue {
  readonly name: string;
  readonly url: string;
}

export interface Statement {
  /** The database as a node of the map: `seats@postgres`. */
  readonly node: string;
  readonly text: string;
  readonly user: string;
}

/** What the shop's code knows of tracing, whichever SDK does it. */
export interface Tracing {
  readonly mode: TracingMode;
  /** The ids of the current span; nothing where none is open or tracing is off. */
  ids(): TraceIds | undefined;
  /** Middleware that goes before every traced route. */
  readonly onRequest: readonly RequestHandler[];
  /** Names the route that the current request matched: `/holds/:hold_id`. */
  route(route: string): void;
  /** Adds attributes (X-Ray: annotations) to the current span. */
  annotate(attributes: Attributes): void;
  /** Puts an error on the current span: the service failed, not its caller. */
  fail(error: Error): void;
  /** Runs work in an internal span (X-Ray: a local subsegment) of the current one. */
  span<T>(name: string, attributes: Attributes, work: () => Promise<T>): Promise<T>;
  /** Runs one SQL statement; with OpenTelemetry the driver's instrumentation makes the span. */
  statement<T>(statement: Statement, work: () => Promise<T>): Promise<T>;
  /** Runs work of which no span is made and no context is passed on: idle pollers, health checks, telemetry itself. */
  untraced<T>(work: () => T): T;
  /** The current context, to be stored beside a row and continued later; empty where there is none. */
  carrier(): Carrier;
  /** Runs work in a span that continues a stored context: the same trace goes on, also after a crash. */
  continued<T>(name: string, carrier: Carrier, work: () => Promise<T>): Promise<T>;
  /** Sends to a queue in a PRODUCER span; `send` puts the given context into the message. */
  send<T>(queue: Queue, send: (context: Carrier) => Promise<T>): Promise<T>;
  /** Handles a message in a CONSUMER span below the span that sent it. */
  consume<T>(queue: Queue, carrier: Carrier, work: () => Promise<T>): Promise<T>;
  /** Has an AWS SDK v3 client's calls traced. */
  captureAws<C extends object>(client: C): C;
  /** Sends what is still held; at most a few seconds. */
  shutdown(): Promise<void>;
}
