import AWSXRay from 'aws-xray-sdk-core';
import { enableCapture } from 'aws-xray-sdk-fetch';
import { peersByOrigin } from '../peers.ts';
import type { TelemetrySettings } from '../settings.ts';
import type { Tracing } from '../types.ts';
import { keepSignals } from './fetch.ts';
import { mendRuleTimes } from './rule-times.ts';
import { xrayTracing } from './tracing.ts';

const ignore = (): void => undefined;

/** Rules until the daemon has given its own: without them the SDK samples one request a second and 5 % of the rest. */
const everyRequest = { version: 2, default: { fixed_target: 1, rate: 1 }, rules: [] };

/**
 * aws-xray-sdk-fetch runs each call by the namespace's `runPromise`, which leaves the call's context only when its promise has
 * settled: what follows the call would become its child, such as a second call. `runAndReturn` leaves it at once.
 */
function leaveContextAtOnce(): void {
  const namespace = AWSXRay.getNamespace();
  Object.assign(namespace, { runPromise: <T>(work: () => Promise<T>) => namespace.runAndReturn(work) });
}

/** Starts the AWS X-Ray SDK. Callers and callees are named as in services.ts; `fetch` is captured, AWS clients on request. */
export function startXray(settings: TelemetrySettings): Tracing {
  const warn = (message: string): void => {
    process.stderr.write(
      `${JSON.stringify({ level: 'warn', service: settings.service, event: 'xray_sdk', message })}\n`,
    );
  };
  AWSXRay.setLogger({ error: warn, warn: ignore, info: ignore, debug: ignore });
  AWSXRay.setContextMissingStrategy('IGNORE_ERROR');
  AWSXRay.setDaemonAddress(settings.daemonAddress);
  mendRuleTimes();
  if (settings.sampling === 'all') AWSXRay.middleware.setSamplingRules(everyRequest);
  const peer = peersByOrigin(process.env);
  leaveContextAtOnce();
  globalThis.fetch = keepSignals(globalThis.fetch, (fetch) =>
    // Its type takes the class and what it makes for the same.
    enableCapture<typeof fetch, Request>(fetch, Request as never, true, (subsegment, request) => {
      subsegment.name = peer(request.url) ?? subsegment.name;
    }),
  );
  return xrayTracing(settings.service);
}
