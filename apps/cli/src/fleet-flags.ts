import { isServiceName, type ServiceName, serviceNames } from '@throughline/contracts';
import { type FleetTracing, repositoryRoot } from '@throughline/local';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { join } from 'node:path';

export interface FleetFlags {
  readonly portOffset: number;
  readonly state: string;
  readonly tracing: FleetTracing;
  readonly only?: ServiceName[];
  readonly sampling: 'all' | 'aws';
}

const maxOffset = 50_000;

export function parseOffset(text: string): number {
  const offset = /^\d{1,6}$/.test(text) ? Number(text) : NaN;
  if (offset <= maxOffset) return offset;
  throw new InvalidArgumentError(`It is a whole number from 0 to ${maxOffset}, added to every port.`);
}

function parseServices(text: string): ServiceName[] {
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !isServiceName(name));
  if (unknown.length === 0) return names.filter(isServiceName);
  throw new InvalidArgumentError(
    `No service is called ${unknown.map((name) => name || "''").join(' or ')}; there are ${serviceNames.join(', ')}.`,
  );
}

function parseState(text: string): string {
  if (text.trim() !== '') return text;
  throw new InvalidArgumentError('It is a directory.');
}

/** Adds the flags that every command which starts a fleet has. */
export function withFleetFlags(command: Command): Command {
  return command
    .option('--port-offset <n>', 'added to every port, so that fleets run side by side', parseOffset, 0)
    .addOption(
      new Option('--state <dir>', 'directory of what the fleet keeps')
        .argParser(parseState)
        .default(join(repositoryRoot, '.throughline'), '.throughline in the checkout'),
    )
    .addOption(
      new Option('--tracing <mode>', 'mixed, as services.ts says, or all services in one way')
        .choices(['mixed', 'otel', 'xray', 'off'])
        .default('mixed'),
    )
    .option('--only <services>', 'these services, comma-separated, and those they call', parseServices)
    .addOption(
      new Option('--sampling <rule>', 'trace all requests, or as AWS: one a second and 5 % of the rest')
        .choices(['all', 'aws'])
        .default('all'),
    );
}
