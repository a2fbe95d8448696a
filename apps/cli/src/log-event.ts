import type { LogLine } from './story.ts';

/** One event of a service's log group: a line of pino's JSON, or any text. */
export function readLogEvent(service: string, time_ms: number, text: string): LogLine {
  const line = parse(text);
  if (!line) return { time_ms, level: '', service, message: text };
  const { level, msg, span_id, service: own } = line;
  return {
    time_ms,
    level: typeof level === 'string' ? level : '',
    service: typeof own === 'string' ? own : service,
    message: typeof msg === 'string' ? msg : text,
    ...(typeof span_id === 'string' && { span_id }),
  };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}
