import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLogger, startMetrics, tracing, type Logger } from '@throughline/telemetry';
import type { Express } from 'express';
import { ConfigError } from './config.ts';

export interface Runtime {
  readonly log: Logger;
  /** Runs when the service stops, the last registered first, after the last request was answered. */
  readonly onClose: (close: () => Promise<unknown>) => void;
}

export interface RunConfig {
  readonly PORT: number;
  readonly HOST: string;
  readonly LOG_LEVEL: string;
  readonly CLOUDWATCH_LOGS: 'on' | 'off';
}

/** Time for the requests and messages under way, in ms; ECS gives 30 s, people who press Ctrl-C less. */
const DRAIN_MS = 3_000;
/** Time for the stores to close, on top of what draining left, and then for telemetry, in ms. */
const CLOSE_MS = 750;

async function drain(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearInterval(idle);
  clearTimeout(timer);
}

async function listen(app: Express, { PORT, HOST }: RunConfig): Promise<Server> {
  const server = app.listen(PORT, HOST);
  try {
    await once(server, 'listening');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`port ${PORT} of ${HOST} is in use; set PORT to a free one, or end what holds it`, {
      cause: error,
    });
  }
  server.keepAliveTimeout = 65_000;
  return server;
}

/** Reads the settings, builds the app, listens, and stops cleanly, within 5 s, on SIGTERM and SIGINT. */
export async function runService<C extends RunConfig>(
  service: string,
  settings: () => C,
  build: (config: C, runtime: Runtime) => Promise<Express>,
): Promise<void> {
  const config = orExit(service, settings);
  const logger = createLogger({ service, cloudwatch: config.CLOUDWATCH_LOGS === 'on', level: config.LOG_LEVEL });
  const { log } = logger;
  const metrics = startMetrics({ service, emit: logger.emit });
  const closeLog = (): Promise<void> => {
    metrics.close();
    return logger.close();
  };
  const closers: (() => Promise<unknown>)[] = [];
  let server: Server | undefined;
  let stopping = false;

  const warn = (error: unknown): void => log.warn({ event: 'close_failed', err: error }, 'a part did not close');
  const close = async (): Promise<void> => {
    if (server) await drain(server);
    for (const closer of closers.toReversed()) await closer().catch(warn);
  };
  const stop = async (): Promise<void> => {
    if (stopping) return;
    stopping = true;
    const tooLate = (ms: number): Promise<void> => sleep(ms).then(() => warn(new Error(`not closed within ${ms} ms`)));
    await Promise.race([close(), tooLate(DRAIN_MS + CLOSE_MS)]);
    await Promise.race([Promise.allSettled([tracing.shutdown(), closeLog()]), sleep(CLOSE_MS)]);
    process.exit(0);
  };
  const fatal = (error: unknown): void => {
    log.fatal({ event: 'fatal', err: error }, error instanceof Error ? error.message : String(error));
    void closeLog().finally(() => process.exit(1));
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop());
  process.on('uncaughtException', fatal).on('unhandledRejection', fatal);

  try {
    const app = await build(config, { log, onClose: (closer) => void closers.push(closer) });
    if (stopping) return;
    server = await listen(app, config);
    const { port } = server.address() as AddressInfo;
    log.info({ event: 'listening', port }, `${service} listens on ${config.HOST}:${port}`);
  } catch (error) {
    if (!stopping) fatal(error);
  }
}

function orExit<C>(service: string, settings: () => C): C {
  try {
    return settings();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${service}: ${error.message}\n`);
    process.exit(2);
  }
}
