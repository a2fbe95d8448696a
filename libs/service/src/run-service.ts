import { once } from 'node:events';
import type { Server } from 'node:http';
import { createLogger, tracing, type Logger } from '@throughline/telemetry';
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

/** Time for the requests under way, in ms; ECS gives 30 s, people who press Ctrl-C less. */
const DRAIN_MS = 3_000;

async function drain(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await closed;
  clearTimeout(timer);
}

/** Reads the settings, builds the app, listens, and stops cleanly on SIGTERM and SIGINT. */
export async function runService<C extends RunConfig>(
  service: string,
  settings: () => C,
  build: (config: C, runtime: Runtime) => Promise<Express>,
): Promise<void> {
  const config = orExit(service, settings);
  const { log, close: closeLog } = createLogger({
    service,
    cloudwatch: config.CLOUDWATCH_LOGS === 'on',
    level: config.LOG_LEVEL,
  });
  const closers: (() => Promise<unknown>)[] = [() => closeLog(), () => tracing.shutdown()];
  const fatal = (error: unknown): void => {
    log.fatal({ event: 'fatal', err: error }, error instanceof Error ? error.message : String(error));
    void closeLog().finally(() => process.exit(1));
  };
  process.on('uncaughtException', fatal).on('unhandledRejection', fatal);
  try {
    const app = await build(config, { log, onClose: (close) => void closers.push(close) });
    const server = app.listen(config.PORT, config.HOST);
    await once(server, 'listening');
    server.keepAliveTimeout = 65_000;
    const stop = async (): Promise<void> => {
      await drain(server);
      for (const close of closers.toReversed())
        await close().catch((error: unknown) => log.warn({ err: error }, 'close failed'));
      process.exit(0);
    };
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void stop());
    log.info({ event: 'listening', port: config.PORT }, `${service} listens on ${config.HOST}:${config.PORT}`);
  } catch (error) {
    fatal(error);
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
