import { setTracing } from './current.ts';
import { readTelemetrySettings } from './settings.ts';

// Loaded with --import, before anything that an SDK instruments. Only the SDK that is asked for is loaded, never both.
const settings = readTelemetrySettings(process.env);
if (settings.tracing === 'otel') setTracing((await import('./otel/start.ts')).startOtel(settings));
if (settings.tracing === 'xray') setTracing((await import('./xray/start.ts')).startXray(settings));
