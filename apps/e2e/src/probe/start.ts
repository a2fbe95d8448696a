import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { type ServiceName, urlVariable } from '@throughline/contracts';
import { httpClient } from '@throughline/service';
import { until } from '@throughline/testing';
import { probeApi } from './api.ts';

export interface ProbeSettings {
  /** A name of services.ts, so that callers can name it. */
  readonly name: ServiceName;
  readonly tracing: 'otel' | 'xray';
  readonly queue?: string;
}

export interface Probe extends ProbeSettings {
  readonly url: string;
  readonly client: ReturnType<typeof httpClient<typeof probeApi>>;
  stop(): Promise<void>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts probes that know each other, each a process of its own with the telemetry of a service. */
export async function startProbes(
  probes: readonly ProbeSettings[],
  env: Readonly<Record<string, string>>,
): Promise<Probe[]> {
  const ports = await Promise.all(probes.map(freePort));
  const urls = Object.fromEntries(
    probes.map(({ name }, index) => [urlVariable(name), `http://127.0.0.1:${ports[index]}`]),
  );
  return Promise.all(
    probes.map(async (probe, index): Promise<Probe> => {
      const script = fileURLToPath(new URL('main.ts', import.meta.url));
      const child = spawn(process.execPath, ['--import', '@throughline/telemetry/preload', script], {
        env: {
          PATH: process.env['PATH'],
          ...env,
          ...urls,
          SERVICE: probe.name,
          TRACING: probe.tracing,
          TELEMETRY_FLUSH_MS: '50',
          PORT: String(ports[index]),
          ...(probe.queue && { QUEUE: probe.queue }),
        },
        stdio: ['pipe', 'ignore', 'inherit'],
      });
      const url = `http://127.0.0.1:${ports[index]}`;
      const answers = async (): Promise<boolean> =>
        fetch(`${url}/healthz`).then(
          ({ ok }) => ok,
          () => false,
        );
      await until(`the probe ${probe.name}`, answers);
      return {
        ...probe,
        url,
        client: httpClient(probeApi, { name: probe.name, baseUrl: url }),
        async stop() {
          const ended = once(child, 'exit');
          child.kill('SIGTERM');
          await ended;
        },
      };
    }),
  );
}
