import type { TracingMode } from '@throughline/contracts';

export interface TelemetrySettings {
  readonly service: string;
  readonly tracing: TracingMode;
  /** `all`: every request is sampled; `aws`: one a second and 5 % of the rest. */
  readonly sampling: 'all' | 'aws';
  /** Base URL that takes OTLP/HTTP. */
  readonly otlpEndpoint: string;
  /** host:port of the X-Ray daemon, UDP and TCP. */
  readonly daemonAddress: string;
  /** Longest time that spans and log lines wait for company before they are sent, in ms. */
  readonly flushMs: number;
}

function oneOf<T extends string>(env: NodeJS.ProcessEnv, name: string, choices: readonly T[], otherwise: T): T {
  const value = env[name] || otherwise;
  const choice = choices.find((known) => known === value);
  if (!choice) throw new Error(`${name}=${value} is not known; set it to one of ${choices.join(', ')}`);
  return choice;
}

function milliseconds(env: NodeJS.ProcessEnv, name: string, otherwise: number): number {
  const value = Number(env[name] || otherwise);
  if (!Number.isFinite(value) || value < 0) throw new Error(`${name}=${env[name]} is not a time in milliseconds`);
  return value;
}

/** `host:port`, or the daemon's two addresses as in `tcp:host:port udp:host:port`. */
const DAEMON_ADDRESS = /^([^\s:]+:\d{1,5}|(tcp:[^\s:]+:\d{1,5} udp|udp:[^\s:]+:\d{1,5} tcp):[^\s:]+:\d{1,5})$/;

function daemonAddressOf(env: NodeJS.ProcessEnv): string {
  const address = env['AWS_XRAY_DAEMON_ADDRESS'] || '127.0.0.1:2000';
  if (DAEMON_ADDRESS.test(address)) return address;
  throw new Error(`AWS_XRAY_DAEMON_ADDRESS=${address} is not an address; set it to host:port, such as 127.0.0.1:2000`);
}

/** Reads the settings of telemetry; an unknown value is an error that names the variable and what it may be. */
export function readTelemetrySettings(env: NodeJS.ProcessEnv): TelemetrySettings {
  const service = env['SERVICE'];
  if (!service) throw new Error('SERVICE is not set; set it to the name of the service, such as SERVICE=seats');
  const otlpEndpoint = env['OTEL_EXPORTER_OTLP_ENDPOINT'] || 'http://127.0.0.1:4318';
  if (!/^https?:\/\//.test(otlpEndpoint) || !URL.canParse(otlpEndpoint)) {
    throw new Error(`OTEL_EXPORTER_OTLP_ENDPOINT=${otlpEndpoint} is not a URL; set it as in http://127.0.0.1:4318`);
  }
  return {
    service,
    tracing: oneOf(env, 'TRACING', ['otel', 'xray', 'off'], 'otel'),
    sampling: oneOf(env, 'SAMPLING', ['all', 'aws'], 'all'),
    otlpEndpoint,
    daemonAddress: daemonAddressOf(env),
    flushMs: milliseconds(env, 'TELEMETRY_FLUSH_MS', 250),
  };
}
