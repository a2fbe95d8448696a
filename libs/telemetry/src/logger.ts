import { Writable } from 'node:stream';
import { pino, type Logger } from 'pino';
import { tracing } from './current.ts';
import { logGroup } from './log-group.ts';
import { LogBatches } from './log-batches.ts';
import { cloudWatchSink } from './cloudwatch-sink.ts';

export type { Logger } from 'pino';

const secrets = ['password', 'token', 'card', 'number', 'cvc', 'email', 'to', 'authorization'];
/** What the stores' errors quote of a row: `Key (email)=(…) already exists`. */
const quotedRows = ['err.detail', 'err.where', 'err.Item'];

/** Whoever reads stdout may go away; the service goes on. */
const ignoreBrokenPipe = (): void => undefined;

/** Where log lines go beside stdout. */
export interface LogSettings {
  readonly service: string;
  /** CloudWatch Logs is written to unless this is false. */
  readonly cloudwatch: boolean;
  readonly level?: string;
  readonly flushMs?: number;
}

export interface ServiceLogger {
  readonly log: Logger;
  /** Writes an event of metrics, whatever the level: to CloudWatch Logs, or to stdout where that is off. Never to both, or a driver that ships stdout would have them count twice. */
  readonly emit: (event: object) => void;
  /** Sends what is still held; at most a few seconds. */
  close(): Promise<void>;
}

/**
 * pino to stdout and, in batches, to CloudWatch Logs, group `/throughline/<service>`. Each line carries `service` and, inside
 * a span, `trace_id`, `xray_trace_id` and `span_id`. Values under the names of secrets are left out at any of two depths,
 * and so is what a store's error quotes of a row. No sink that is away costs a request, nor does a stdout that nobody reads.
 */
export function createLogger({ service, cloudwatch, level = 'info', flushMs = 250 }: LogSettings): ServiceLogger {
  const droppedLine = (count: number): string =>
    JSON.stringify({ level: 'warn', time: new Date().toISOString(), service, event: 'log_lines_dropped', count });
  const batches = cloudwatch
    ? new LogBatches({ sink: cloudWatchSink(logGroup(service)), flushMs, droppedLine })
    : undefined;
  process.stdout.off('error', ignoreBrokenPipe).on('error', ignoreBrokenPipe);
  const out = new Writable({
    decodeStrings: false,
    write(line: string | Buffer, _encoding, done) {
      process.stdout.write(line);
      batches?.add(String(line).trimEnd(), Date.now());
      done();
    },
  });
  const log = pino(
    {
      level,
      base: { service },
      timestamp: () => `,"time":"${new Date().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
      mixin: () => ({ ...tracing.ids() }),
      mixinMergeStrategy: (own, ids) => ({ ...ids, ...own }),
      redact: { paths: [...secrets.flatMap((name) => [name, `*.${name}`]), ...quotedRows], remove: true },
    },
    out,
  );
  const emit = (event: object): void => {
    const now = new Date();
    const line = JSON.stringify({ level: 'info', time: now.toISOString(), event: 'metrics', ...event });
    if (batches) batches.add(line, now.getTime());
    else process.stdout.write(`${line}\n`);
  };
  return { log, emit, close: async () => batches?.close() };
}
