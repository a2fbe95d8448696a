import { readFileSync } from 'node:fs';
import { isServiceName, service } from '@throughline/contracts';
import { setTracing } from '@throughline/telemetry';
import { captureOtel, captureXray } from './capture.ts';

// Loaded with --import before a project's tests: its services are traced as in services.ts (or as TRACING says), and what
// they emit is caught in this process instead of being sent.
const { name } = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string };
const project = name.replace('@throughline/', '');
const mode = process.env['TRACING'] ?? (isServiceName(project) ? service(project).tracing : 'otel');
if (mode === 'otel') setTracing(captureOtel(project));
if (mode === 'xray') setTracing(await captureXray(project));
