import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type ServiceName, serviceNames } from '@throughline/contracts';

import { awsEnvironment } from './aws.ts';
import { initAws } from './init-aws.ts';
import { initDatabases } from './init-databases.ts';
import { storesOf } from './needs.ts';
import { cacheFolder } from './paths.ts';
import { postgresVersion } from './postgres-binaries.ts';
import {
  databaseUrl,
  postgresCommand,
  postgresSecret,
  preparePostgres,
  rolePassword,
  superuserUrl,
} from './postgres.ts';
import { acceptsConnections } from './probes.ts';
import { poll } from './processes.ts';
import { giveTo, unprivileged } from './unprivileged.ts';
import { interruptWhenWeEnd } from './watchdog.ts';

/** Real stores in a temporary folder, on free ports, with the databases, tables and queues of some services made. */
export interface Stores {
  /** URL of the service's own database. Throws when no PostgreSQL was asked for. */
  databaseUrl(service: ServiceName): string;
  /** Environment for AWS clients: endpoints of DynamoDB and SQS, region, credentials. */
  readonly env: Readonly<Record<string, string>>;
  /** Ends the stores and removes their folder. */
  stop(): Promise<void>;
}

/**
 * Starts what the named services keep (all services unless named): PostgreSQL if one of them owns a database, DynamoDB and SQS
 * if one owns a table or uses a queue. For tests; call `stop` after them. They end with the process in any case.
 */
export async function startStores(names: readonly ServiceName[] = serviceNames): Promise<Stores> {
  const { databases, tables, queues } = storesOf(names);
  const folder = mkdtempSync(join(tmpdir(), 'throughline-stores-'));
  chmodSync(folder, 0o711);
  const started = await Promise.allSettled([
    databases.length > 0 ? startPostgres(folder, databases) : undefined,
    tables.length + queues.length > 0 ? startEmulators(folder, tables, queues) : undefined,
  ]);
  const [postgres, emulators] = started.map((each) => (each.status === 'fulfilled' ? each.value : undefined)) as [
    RunningPostgres | undefined,
    RunningEmulators | undefined,
  ];
  const stop = async (): Promise<void> => {
    await Promise.all([postgres?.stop(), emulators?.stop()]);
    rmSync(folder, { recursive: true, force: true });
  };
  const failed = started.find((each) => each.status === 'rejected');
  if (failed) {
    await stop();
    throw failed.reason;
  }
  return {
    databaseUrl(service) {
      if (!postgres || !databases.includes(service)) throw new Error(`No database was started for ${service}.`);
      return databaseUrl(postgres.port, postgres.secret, service);
    },
    env: emulators?.env ?? {},
    stop,
  };
}

interface RunningPostgres {
  readonly port: number;
  readonly secret: string;
  stop(): Promise<void>;
}

async function startPostgres(folder: string, databases: readonly string[]): Promise<RunningPostgres> {
  const { dataDir, secret } = await copyOfTemplate(folder);
  const port = await freePort();
  const { command, args, options } = postgresCommand(dataDir, port);
  const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
  const log = collect(child);
  const watchdog = child.pid && interruptWhenWeEnd(child.pid, folder);
  const stop = async (): Promise<void> => {
    await end(child, 'SIGINT');
    if (watchdog) watchdog.kill('SIGKILL');
  };
  const url = superuserUrl(port, secret);
  const answers = async (): Promise<boolean> => child.exitCode !== null || (await acceptsConnections(url));
  if (!(await poll(answers, 10_000, 10)) || child.exitCode !== null) {
    await stop();
    throw new Error(`PostgreSQL did not start:\n${log().join('\n')}`);
  }
  await initDatabases(url, databases, (service) => rolePassword(secret, service));
  return { port, secret, stop };
}

/** An initialised data directory is made once a machine and copied, which takes a tenth of the time. */
async function copyOfTemplate(folder: string): Promise<{ dataDir: string; secret: string }> {
  const template = join(cacheFolder('postgres'), `template-${postgresVersion()}`);
  if (!existsSync(template)) {
    const making = mkdtempSync(join(tmpdir(), 'throughline-template-'));
    chmodSync(making, 0o711);
    await preparePostgres(join(making, 'postgres'), postgresSecret(making, join(making, 'postgres')));
    const copy = mkdtempSync(`${template}-`);
    cpSync(making, copy, { recursive: true });
    rmSync(making, { recursive: true });
    try {
      renameSync(copy, template);
    } catch {
      rmSync(copy, { recursive: true });
    }
  }
  const dataDir = join(folder, 'postgres');
  cpSync(join(template, 'postgres'), dataDir, { recursive: true });
  chmodSync(dataDir, 0o700);
  const identity = unprivileged();
  if (identity) giveTo(identity, dataDir);
  return { dataDir, secret: readFileSync(join(template, 'postgres.secret'), 'utf8') };
}

interface RunningEmulators {
  readonly env: Record<string, string>;
  stop(): Promise<void>;
}

async function startEmulators(
  folder: string,
  tables: readonly string[],
  queues: readonly string[],
): Promise<RunningEmulators> {
  const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
  const child = spawn(process.execPath, ['--import', script('die-with-parent.ts'), script('emulators.ts')], {
    env: { ...process.env, STATE_DIR: join(folder, 'emulators'), DYNAMODB_PORT: '0', SQS_PORT: '0' },
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const log = collect(child);
  const stop = (): Promise<void> => end(child, 'SIGTERM');
  const [line] = await Promise.race([
    once(createInterface({ input: child.stdout }), 'line') as Promise<[string]>,
    once(child, 'exit').then(() => Promise.reject(new Error(`The emulators did not start:\n${log().join('\n')}`))),
  ]);
  const ports = JSON.parse(line) as { dynamodb: number; sqs: number };
  for (const pipe of [child.stdin, child.stdout]) (pipe as unknown as { unref(): void }).unref();
  const endpoints = { DYNAMODB: `http://127.0.0.1:${ports.dynamodb}`, SQS: `http://127.0.0.1:${ports.sqs}` };
  const env = awsEnvironment(endpoints);
  await initAws(env, tables, queues);
  return { env, stop };
}

/** Keeps the last lines of a child's standard error, and does not keep us alive for it. */
function collect(child: ChildProcess): () => string[] {
  const lines: string[] = [];
  if (child.stderr) {
    createInterface({ input: child.stderr }).on('line', (line) => {
      lines.push(line);
      if (lines.length > 50) lines.shift();
    });
    (child.stderr as unknown as { unref(): void }).unref();
  }
  child.unref();
  return () => lines;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const exited = once(child, 'exit');
  child.kill(signal);
  const force = setTimeout(() => child.kill('SIGKILL'), 3000);
  await exited;
  clearTimeout(force);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}
