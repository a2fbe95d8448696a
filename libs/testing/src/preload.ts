import { readFileSync } from 'node:fs';
import { isServiceName, service } from '@throughline/contracts';
import { start } from './start.ts';

// Loaded with --import before tests: a service is traced as in services.ts, or as TRACING says.
const { name } = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string };
const project = name.replace('@throughline/', '');
const mode = process.env['TRACING'] ?? (isServiceName(project) ? service(project).tracing : 'otel');
if (mode === 'otel' || mode === 'xray') await start(mode);
