import { readConfig, type Config } from './config.ts';
import { dropReport } from './daemon/drop-report.ts';
import { createObservatory } from './observatory.ts';

const config = orExit(() => readConfig(process.env), 2);

const observatory = await createObservatory({
  host: config.HOST,
  port: config.PORT,
  daemonPort: config.DAEMON_PORT === 0 ? undefined : config.DAEMON_PORT,
  stateDirectory: config.STATE_DIR,
  sampling: config.SAMPLING,
  identity: { account: config.ACCOUNT, region: config.REGION },
  onDropped: dropReport(Date.now, (count, reason) => say('datagrams_dropped', { count, last_reason: reason })),
}).catch((error: unknown) => fail(explain(error, config), 1));

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => void observatory.close().then(() => process.exit(0)));
}
say('listening', { host: observatory.host, port: observatory.port, daemon_port: observatory.daemonPort ?? 0 });

function say(event: string, details: object): void {
  process.stdout.write(`${JSON.stringify({ event, ...details })}\n`);
}

function explain(error: unknown, { PORT, DAEMON_PORT }: Config): string {
  const { code, port, message } = error as NodeJS.ErrnoException & { port?: number };
  if (code !== 'EADDRINUSE') return message;
  const setting = port === DAEMON_PORT && port !== PORT ? 'DAEMON_PORT' : 'PORT';
  return `Port ${port} is in use: stop what listens there, or set ${setting} to another port.`;
}

function orExit<T>(run: () => T, code: number): T {
  try {
    return run();
  } catch (error) {
    return fail((error as Error).message, code);
  }
}

function fail(message: string, code: number): never {
  process.stderr.write(`${message}\n`);
  process.exit(code);
}
