export { capturedSpans } from './capture.ts';
export { fakeClient, silentLog } from './fake.ts';
export { spansIn } from './spans-in.ts';
export { startApp, type Reply, type RunningApp } from './start-app.ts';
export { until } from './until.ts';
