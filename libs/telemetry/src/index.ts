export { shopAttributes, sharedAttributes, instrumentationAttributes, type AttributeName } from './attributes.ts';
export { parseTraceparent, parseXrayHeader, resolveContext, toCarrier } from './context.ts';
export { setTracing, tracing } from './current.ts';
export { logGroup } from './log-group.ts';
export { createLogger, type Logger, type LogSettings, type ServiceLogger } from './logger.ts';
export { measure, startMetrics } from './metrics.ts';
export { readTelemetrySettings, type TelemetrySettings } from './settings.ts';
export type { AttributeValue, Attributes, Queue, Statement, TraceIds, Tracing } from './types.ts';
