import AWSXRay from 'aws-xray-sdk-core';
import xrayExpress from 'aws-xray-sdk-express';
import type { RequestHandler } from 'express';
import { resolveContext, toXrayHeader } from '../context.ts';
import { logGroup } from '../log-group.ts';

/** The SDK reads X-Amzn-Trace-Id alone: it is handed the context that both headers agree on, or none. */
const oneHeader: RequestHandler = (request, _response, next) => {
  const { traceparent, 'x-amzn-trace-id': xray } = request.headers;
  const remote = resolveContext({
    ...(typeof traceparent === 'string' && { traceparent }),
    ...(typeof xray === 'string' && { 'x-amzn-trace-id': xray }),
  });
  if (remote) request.headers['x-amzn-trace-id'] = toXrayHeader(remote);
  else delete request.headers['x-amzn-trace-id'];
  next();
};

const nameLogGroup =
  (service: string): RequestHandler =>
  (_request, _response, next) => {
    const segment = AWSXRay.getSegment();
    if (segment && 'addPluginData' in segment)
      segment.addPluginData({ cloudwatch_logs: [{ log_group: logGroup(service) }] });
    next();
  };

/** The SDK's own middleware closes the segment with the response, so nothing has to stand behind the routes. */
export const onRequest = (service: string): RequestHandler[] => [
  oneHeader,
  xrayExpress.openSegment(service),
  nameLogGroup(service),
];
