import { readFileSync } from 'node:fs';
import { setTracing } from '@throughline/telemetry';
import { captureOtel, captureXray } from './capture.ts';

/** Traces the project in whose folder the tests run; what it emits is caught in this process instead of being sent. */
export async function start(mode: 'otel' | 'xray'): Promise<void> {
  const { name } = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string };
  const service = name.replace('@throughline/', '');
  setTracing(mode === 'otel' ? captureOtel(service) : await captureXray(service));
}
