import { resolve } from 'node:path';
import { service, type ServiceName } from '@throughline/contracts';
import { awsEndpoints, backendPorts, baseUrl, type FleetTracing, type Settings } from './environment.ts';
import type { OnEvent } from './events.ts';
import { observatoryPart, servicePart, storeParts } from './fleet-parts.ts';
import { storesOf, withWhatTheyCall } from './needs.ts';
import { databaseUrl, postgresDataDir, postgresSecret } from './postgres.ts';
import { type RunningParts, runParts } from './run-parts.ts';
import { watchSources } from './watch.ts';

export interface FleetOptions {
  /** Directory of all that the fleet keeps. */
  readonly state: string;
  /** Added to every port, so that fleets run side by side; 0 unless given. */
  readonly offset?: number;
  readonly tracing?: FleetTracing;
  /** `all` traces every request, `aws` as AWS does by default: one a second and 5 % of the rest. */
  readonly sampling?: 'all' | 'aws';
  /** Only these services, those they call, and the stores of all of them. */
  readonly only?: readonly ServiceName[];
  /** Restarts a service when its sources or those of its libs change. */
  readonly watch?: boolean;
  /** More environment for a service, over what the fleet gives it: to put a proxy between two of them, for one. */
  readonly env?: (service: ServiceName) => Readonly<Record<string, string>>;
  /** Restarts what dies; true unless given. */
  readonly restart?: boolean;
  readonly onEvent?: OnEvent;
  /** Gives up starting. */
  readonly signal?: AbortSignal;
}

export interface Fleet extends RunningParts {
  /** Base URLs of the services and of the observatory. */
  readonly urls: Readonly<Record<string, string>>;
  /** What AWS clients need to reach the fleet's DynamoDB, SQS, X-Ray and CloudWatch Logs. */
  readonly awsEnv: Readonly<Record<string, string>>;
  /** URL of a service's database, with its role and password. */
  databaseUrl(service: ServiceName): string;
}

/** Starts the fleet on this machine and resolves when every part answers. Throws as `runParts` does. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const { offset = 0, tracing = 'mixed', sampling = 'all', only, watch = false, env, onEvent = () => {} } = options;
  const state = resolve(options.state);
  const names = withWhatTheyCall(only);
  const postgres = storesOf(names).databases.length > 0 ? placeOfPostgres(state, onEvent) : undefined;
  const settings: Settings = { offset, state, tracing, sampling, secret: postgres?.secret ?? '' };
  const parts = [
    ...storeParts(names, settings, postgres?.dataDir ?? ''),
    observatoryPart(settings),
    ...names.map((name) => servicePart(name, settings, env?.(name))),
  ];
  const running = await runParts(parts, { ...options, state, otherOffset: offset + 100 });
  const urls = {
    ...Object.fromEntries(names.map((name) => [name, baseUrl(service(name).port + offset)])),
    observatory: baseUrl(backendPorts(offset).observatory),
  };
  const watching = new AbortController();
  if (watch) {
    const restart = (name: string, file: string): void => {
      onEvent({ type: 'changed', part: name, file });
      // Should it not start, its death has been told already, and its restart is under way.
      running.restart(name).catch(() => {});
    };
    watchSources(names, restart, watching.signal);
  }
  onEvent({ type: 'listening', urls, ms: running.readyMs });
  return {
    ...running,
    urls,
    awsEnv: awsEndpoints(offset),
    databaseUrl: (name) => databaseUrl(backendPorts(offset).postgres, settings.secret, name),
    stop() {
      watching.abort();
      return running.stop();
    },
  };
}

function placeOfPostgres(state: string, onEvent: OnEvent): { dataDir: string; secret: string } {
  const dataDir = postgresDataDir(state);
  if (!dataDir.startsWith(state)) {
    const text = `PostgreSQL does not run as root and its user cannot reach ${state}: its data are in ${dataDir}.`;
    onEvent({ type: 'note', text });
  }
  return { dataDir, secret: postgresSecret(state, dataDir) };
}
