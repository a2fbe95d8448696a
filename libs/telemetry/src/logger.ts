import { Writable } from 'node:stream';
import { pino, type Logger } from 'pino';
import { tracing } from './current.ts';
import { logGroup } from './log-group.ts';
import { LogBatches } from './log-batches.ts';
import { cloudWatchSink } from './cloudwatch-sink.ts';

export type { Logger } from 'pino';

const secrets = ['password', 'token', 'card', 'number', 'cvc', 'email', 'to', 'authorization'];

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
  /** Sends what is still held; at most a few seconds. */
  close(): Promise<void>;
}

/**
 * pino to stdout and, in batches, to CloudWatch Logs, group `/throughline/<service>`. Each line carries `service` and, inside
 * a span, `trace_id`, `xray_trace_id` and `span_id`. Values under the names of secrets are left out at any of two depths.
 */
export function createLogger({ service, cloudwatch, level = 'info', flushMs = 250 }: LogSettings): ServiceLogger {
  const batches = cloudwatch ? new LogBatches({ sink: cloudWatchSink(logGroup(service)), flushMs }) : undefined;
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
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`]), remove: true },
    },
    out,
  );
  return { log, close: async () => batches?.close() };
}
