import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { service, type ServiceName } from '@throughline/contracts';
import {
  awsEndpoints,
  backendPorts,
  baseUrl,
  commonEnvironment,
  serviceEnvironment,
  type Settings,
} from './environment.ts';
import { initAwsApart } from './init-aws-apart.ts';
import { initDatabases } from './init-databases.ts';
import { storesOf } from './needs.ts';
import type { Part } from './part.ts';
import { repositoryRoot } from './paths.ts';
import { postgresCommand, preparePostgres, rolePassword, superuserUrl } from './postgres.ts';
import { acceptsConnections, answers } from './probes.ts';

const guard = fileURLToPath(new URL('die-with-parent.ts', import.meta.url));
const emulators = fileURLToPath(new URL('emulators.ts', import.meta.url));
/**
 * A small young generation keeps idle processes small: with 2 MB, services take 50 to 80 MB (PSS) instead of 55 to 100, with
 * 1 MB hardly less, and the emulators 50 instead of 60.
 */
const nodeFlags = ['--import', guard, '--max-semi-space-size=2'];

const node = (...args: string[]) => ({
  command: process.execPath,
  args: [...nodeFlags, ...args],
  cwd: repositoryRoot,
});

export function servicePart(name: ServiceName, settings: Settings, extra: Readonly<Record<string, string>> = {}): Part {
  const port = service(name).port + settings.offset;
  return {
    ...node('--import', '@throughline/telemetry/preload', join('apps', name, 'src/main.ts')),
    name,
    kind: 'service',
    env: { ...serviceEnvironment(name, settings), ...extra },
    ports: [{ port, protocol: 'tcp' }],
    isReady: () => answers(`${baseUrl(port)}/healthz`),
  };
}

export function observatoryPart({ offset, state, sampling }: Settings): Part {
  const { observatory, daemon } = backendPorts(offset);
  return {
    ...node(join('apps', 'observatory', 'src/main.ts')),
    name: 'observatory',
    kind: 'backend',
    env: {
      ...commonEnvironment(),
      HOST: '127.0.0.1',
      PORT: String(observatory),
      DAEMON_PORT: String(daemon),
      STATE_DIR: join(state, 'observatory'),
      SAMPLING: sampling,
    },
    ports: [
      { port: observatory, protocol: 'tcp' },
      { port: daemon, protocol: 'tcp', purpose: 'X-Ray sampling rules' },
      { port: daemon, protocol: 'udp', purpose: 'X-Ray segments' },
    ],
    isReady: () => answers(`${baseUrl(observatory)}/healthz`),
  };
}

/** PostgreSQL with the databases of the services, and DynamoDB with SQS, as far as the services need them. */
export function storeParts(names: readonly ServiceName[], settings: Settings, dataDir: string): Part[] {
  const { databases, tables, queues } = storesOf(names);
  const { offset, state, secret } = settings;
  const ports = backendPorts(offset);
  const postgres = (): Part => {
    const { command, args, options } = postgresCommand(dataDir, ports.postgres);
    const url = superuserUrl(ports.postgres, secret);
    return {
      ...options,
      name: 'postgres',
      kind: 'backend',
      command,
      args,
      env: { PATH: process.env['PATH'] },
      ports: [{ port: ports.postgres, protocol: 'tcp' }],
      stopSignal: 'SIGINT',
      // After a kill, PostgreSQL refuses to start for as long as the last backend takes to notice.
      retries: 5,
      needsWatchdog: true,
      prepare: () => preparePostgres(dataDir, secret),
      isReady: () => acceptsConnections(url),
      initialise: () => initDatabases(url, databases, (name) => rolePassword(secret, name)),
    };
  };
  const aws = (): Part => ({
    ...node(emulators),
    name: 'emulators',
    kind: 'backend',
    env: {
      ...commonEnvironment(),
      DYNAMODB_PORT: String(ports.dynamodb),
      SQS_PORT: String(ports.sqs),
      STATE_DIR: join(state, 'emulators'),
    },
    ports: [
      { port: ports.dynamodb, protocol: 'tcp', purpose: 'DynamoDB' },
      { port: ports.sqs, protocol: 'tcp', purpose: 'SQS' },
    ],
    isReady: async () => (await answers(baseUrl(ports.dynamodb))) && answers(`${baseUrl(ports.sqs)}/health`),
    initialise: () => initAwsApart({ env: awsEndpoints(offset), tables, queues }, commonEnvironment()),
  });
  return [...(databases.length > 0 ? [postgres()] : []), ...(tables.length + queues.length > 0 ? [aws()] : [])];
}
