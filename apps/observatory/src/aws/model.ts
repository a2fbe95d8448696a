import cloudwatch from './models/cloudwatch.json' with { type: 'json' };
import logs from './models/logs.json' with { type: 'json' };
import xray from './models/xray.json' with { type: 'json' };

/** One shape of an AWS model, as far as requests need it. */
export interface Shape {
  type: string;
  members?: Readonly<Record<string, string>>;
  required?: readonly string[];
  member?: string;
  key?: string;
  value?: string;
  enum?: readonly string[];
  min?: number;
  max?: number;
  pattern?: string;
}

/** An extract of an AWS service model (`extract-model.ts`): all operations, and the input shapes of those offered. */
export interface ServiceModel {
  serviceId: string;
  apiVersion: string;
  operations: Readonly<Record<string, { path: string; input?: string }>>;
  shapes: Readonly<Record<string, Shape>>;
}

export const xrayModel: ServiceModel = xray;
export const logsModel: ServiceModel = logs;
export const cloudWatchModel: ServiceModel = cloudwatch;
