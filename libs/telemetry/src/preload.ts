import { setTracing } from './current.ts';
import { readTelemetrySettings, type TelemetrySettings } from './settings.ts';

// Loaded with --import, before anything that an SDK instruments. Only the SDK that is asked for is loaded, never both.
function settingsOrExit(): TelemetrySettings {
  try {
    return readTelemetrySettings(process.env);
  } catch (error) {
    process.stderr.write(`${process.env['SERVICE'] ?? 'telemetry'}: ${(error as Error).message}\n`);
    process.exit(2);
  }
}

const settings = settingsOrExit();
if (settings.tracing === 'otel') setTracing((await import('./otel/start.ts')).startOtel(settings));
if (settings.tracing === 'xray') setTracing((await import('./xray/start.ts')).startXray(settings));
