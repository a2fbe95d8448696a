import { start } from './start.ts';

// Loaded with --import before tests: what they run is traced with OpenTelemetry.
await start('otel');
