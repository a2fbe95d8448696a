import { join } from 'node:path';
import { backends, service, type ServiceName, services, type TracingMode, urlVariable } from '@throughline/contracts';
import { awsEnvironment } from './aws.ts';
import { cacheFolder } from './paths.ts';
import { databaseUrl } from './postgres.ts';

/** How the fleet is traced: each service as services.ts says, or all in one way. */
export type FleetTracing = 'mixed' | TracingMode;

export interface Settings {
  readonly offset: number;
  readonly state: string;
  readonly tracing: FleetTracing;
  readonly sampling: 'all' | 'aws';
  /** The secret of the fleet's PostgreSQL. */
  readonly secret: string;
}

export const baseUrl = (port: number): string => `http://127.0.0.1:${port}`;

/** What of the user's environment concerns a child: none of the AWS_* or OTEL_* that would lead it elsewhere. */
const passed =
  /^(PATH|HOME|USER|TMPDIR|TMP|TEMP|SYSTEMROOT|LANG|LC_\w+|TZ|LOG_LEVEL|NODE_OPTIONS|NODE_EXTRA_CA_CERTS)$/i;

/** Environment that every Node process of the fleet starts with. */
export function commonEnvironment(): Record<string, string> {
  const inherited = Object.entries(process.env).filter(([name, value]) => passed.test(name) && value !== undefined);
  return {
    ...(Object.fromEntries(inherited) as Record<string, string>),
    NODE_ENV: 'production',
    NODE_COMPILE_CACHE: cacheFolder('compile'),
  };
}

/** Ports of what the services stand on, in a fleet with that offset. */
export const backendPorts = (offset: number) => ({
  postgres: backends.postgres.port + offset,
  dynamodb: backends.dynamodb.port + offset,
  sqs: backends.sqs.port + offset,
  observatory: backends.observatory.port + offset,
  daemon: backends.observatory.daemonPort + offset,
});

/** Endpoints of the emulators and the observatory, and credentials, as AWS clients read them. */
export function awsEndpoints(offset: number): Record<string, string> {
  const ports = backendPorts(offset);
  return awsEnvironment({
    DYNAMODB: baseUrl(ports.dynamodb),
    SQS: baseUrl(ports.sqs),
    CLOUDWATCH_LOGS: baseUrl(ports.observatory),
    XRAY: baseUrl(ports.observatory),
  });
}

/** All that a service is told of where it runs. */
export function serviceEnvironment(name: ServiceName, settings: Settings): Record<string, string> {
  const { offset, state, tracing, sampling, secret } = settings;
  const { port, calls, database, thirdParty, tracing: own } = service(name);
  const ports = backendPorts(offset);
  const urls = Object.keys(calls).map((callee) => [
    urlVariable(callee),
    baseUrl(services[callee as ServiceName].port + offset),
  ]);
  const smtp = name === 'mail-relay' ? process.env['SMTP_URL'] : undefined;
  return {
    ...commonEnvironment(),
    ...awsEndpoints(offset),
    ...(Object.fromEntries(urls) as Record<string, string>),
    ...(database && { DATABASE_URL: databaseUrl(ports.postgres, secret, name) }),
    ...(smtp && { SMTP_URL: smtp }),
    SERVICE: name,
    HOST: '127.0.0.1',
    PORT: String(port + offset),
    TRACING: thirdParty ? 'off' : tracing === 'mixed' ? own : tracing,
    SAMPLING: sampling,
    STATE_DIR: join(state, name),
    OTEL_EXPORTER_OTLP_ENDPOINT: baseUrl(ports.observatory),
    AWS_XRAY_DAEMON_ADDRESS: `127.0.0.1:${ports.daemon}`,
  };
}
