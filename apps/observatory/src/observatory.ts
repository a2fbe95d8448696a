import type { IncomingMessage } from 'node:http';
import { DEFAULT_IDENTITY, type Identity } from './aws/identity.ts';
import { listenUdp, type UdpListener } from './daemon/udp.ts';
import { listen, type Handler, type Listener } from './http/listener.ts';
import { json, type Reply } from './http/reply.ts';
import { logsOperations } from './logs/operations.ts';
import { answerLogs } from './logs/protocol.ts';
import { metricsOperations } from './metrics/operations.ts';
import { answerMetrics, metricsProtocol } from './metrics/protocol.ts';
import { logsSignal } from './otlp/logs.ts';
import { answerExport } from './otlp/protocol.ts';
import { tracesSignal } from './otlp/traces.ts';
import { openStore, type Store } from './store/store.ts';
import { startSweeper } from './store/sweeper.ts';
import { xrayOperations } from './xray/operations.ts';
import { answerXRay, type Operations } from './xray/protocol.ts';
import type { SamplingSetting } from './xray/sampling/rules.ts';

export interface ObservatoryOptions {
  host?: string;
  /** HTTP: OTLP and the AWS APIs. 0 takes a free port. */
  port?: number;
  /** The X-Ray daemon's port, UDP and TCP. 0 takes a free one, undefined switches it off. */
  daemonPort?: number | undefined;
  /** Directory of the one file; undefined keeps everything in memory. */
  stateDirectory?: string | undefined;
  sampling?: SamplingSetting;
  /** The account and region that ARNs tell. */
  identity?: Identity;
  /** Epoch milliseconds. */
  now?: () => number;
  /** Hears why a datagram was not kept; nobody else can be told. */
  onDropped?: (reason: string) => void;
}

export interface Observatory {
  host: string;
  port: number;
  daemonPort: number | undefined;
  /** Stops listening, commits what waits, closes the file. */
  close(): Promise<void>;
}

/** Starts a local X-Ray and CloudWatch Logs. Rejects with EADDRINUSE when a port is taken. */
export async function createObservatory(options: ObservatoryOptions = {}): Promise<Observatory> {
  const {
    host = '127.0.0.1',
    port = 0,
    daemonPort,
    stateDirectory,
    sampling = 'all',
    identity = DEFAULT_IDENTITY,
    now = Date.now,
  } = options;
  const store = openStore(stateDirectory);
  const open: { close(): Promise<void> }[] = [];
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= closeAll());
  const closeAll = async () => {
    await Promise.all(open.map((listener) => listener.close()));
    store.close();
  };
  open.push(startSweeper(store, now));
  try {
    const { write, read } = xrayOperations(store, sampling, identity, now);
    const main = await listen(host, port, handlerOf(store, { ...write, ...read }, identity, now));
    open.push(main);
    if (daemonPort === undefined) return { host, port: main.port, daemonPort, close };
    const daemon = await listenDaemon(
      host,
      daemonPort,
      (request) => answerXRay(request, pathOf(request), write),
      store,
      options,
    );
    open.push(daemon.tcp, daemon.udp);
    return { host, port: main.port, daemonPort: daemon.tcp.port, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function handlerOf(store: Store, xray: Operations, identity: Identity, now: () => number): Handler {
  const traces = tracesSignal(store.traces);
  const logs = logsSignal(store.logs, now);
  const cloudWatchLogs = logsOperations(store.logs, identity, now);
  const cloudWatch = metricsOperations(store.metrics, identity, now);
  return async (request): Promise<Reply> => {
    const path = pathOf(request);
    const target = request.headers['x-amz-target'];
    if (path === '/healthz') return json(200, { status: 'ok' });
    if (path === '/v1/traces') return answerExport(request, traces);
    if (path === '/v1/logs') return answerExport(request, logs);
    const metrics = metricsProtocol(request);
    if (metrics) return answerMetrics(request, metrics, { ...cloudWatch.write, ...cloudWatch.read });
    if (typeof target === 'string')
      return answerLogs(request, target, { ...cloudWatchLogs.write, ...cloudWatchLogs.read });
    return answerXRay(request, path, xray);
  };
}

const pathOf = (request: IncomingMessage) => (request.url ?? '/').replace(/[?].*$/s, '');

const ATTEMPTS = 10;

/** The daemon has TCP and UDP on one port; a free TCP port whose UDP twin is taken is given back for another. */
async function listenDaemon(
  host: string,
  port: number,
  handler: Handler,
  store: Store,
  { onDropped = () => {} }: ObservatoryOptions,
): Promise<{ tcp: Listener; udp: UdpListener }> {
  for (let attempt = 1; ; attempt += 1) {
    const tcp = await listen(host, port, handler);
    try {
      return { tcp, udp: await listenUdp(host, tcp.port, store.traces, onDropped) };
    } catch (error) {
      await tcp.close();
      if (port !== 0 || attempt === ATTEMPTS) throw error;
    }
  }
}
