import { backends } from '@throughline/contracts';
import { toTraceId, toXRayTraceId, type Trace } from '@throughline/traces';
import { Command, InvalidArgumentError } from 'commander';
import { parseOffset } from './fleet-flags.ts';
import { openObservatory, type Observatory } from './observatory.ts';
import { summarise, tell } from './story.ts';
import { isPurchase, judge } from './verdict.ts';
import { paintFor } from './view/paint.ts';
import { print, screenParts, screenWidth } from './view/screen.ts';
import { write } from './write.ts';

interface FollowFlags {
  readonly latest?: boolean;
  readonly json?: boolean;
  readonly observatory?: string;
  readonly portOffset: number;
}

const MINUTE_MS = 60_000;
/** X-Ray reads six hours at most in one GetTraceSummaries. */
const WINDOWS_MS = [10 * MINUTE_MS, 6 * 60 * MINUTE_MS];
/** Among so many of the newest purchases a complete one is looked for. */
const MOST_PURCHASES = 10;

export const followCommand = (): Command =>
  new Command('follow')
    .description('show one trace: its waterfall, its logs, its map')
    .argument('[trace id]', '32 hex digits, or 1-8-24 as X-Ray spells it', parseTraceId)
    .option('--latest', 'the newest complete purchase, or the newest trace where there is none')
    .option('--json', 'print one JSON object instead')
    .option('--observatory <url>', 'where the observatory listens', parseUrl)
    .option('--port-offset <n>', 'that of the fleet whose observatory it is', parseOffset, 0)
    .action(async (id: string | undefined, flags: FollowFlags, command: Command) => {
      if ((id === undefined) === (flags.latest !== true)) {
        command.error('error: follow takes either a trace id or --latest', { exitCode: 2 });
      }
      await follow(id, flags);
    });

async function follow(id: string | undefined, { json, observatory: url, portOffset }: FollowFlags): Promise<void> {
  const endpoint = url ?? `http://127.0.0.1:${backends.observatory.port + portOffset}`;
  const observatory = await openObservatory(endpoint);
  const trace = id === undefined ? await latest(observatory) : (await observatory.traces([id]))[0];
  if (!trace) throw new Error(id === undefined ? nothingYet(endpoint) : unknown(id, endpoint));
  const story = tell(trace, await observatory.logs(trace));
  const width = screenWidth(process.stdout, process.env);
  const text = json
    ? `${JSON.stringify(summarise(story))}\n`
    : print(screenParts(story, width), width, paintFor(process.stdout));
  await write(text);
}

async function latest(observatory: Observatory): Promise<Trace | undefined> {
  for (const window of WINDOWS_MS) {
    const purchases = await observatory.newest(window, 'annotation.shop.purchase_id');
    const traces = await observatory.traces(purchases.slice(0, MOST_PURCHASES));
    const whole = traces.find((trace) => isPurchase(trace) && judge(trace).complete);
    if (whole) return whole;
  }
  for (const window of WINDOWS_MS) {
    const [newest] = await observatory.newest(window);
    if (newest) return (await observatory.traces([newest]))[0];
  }
  return undefined;
}

const nothingYet = (endpoint: string): string =>
  `the observatory on ${endpoint} has no trace of the last six hours. Buy something (README, quick start), or run \`npm run demo\``;

const unknown = (id: string, endpoint: string): string =>
  `the observatory on ${endpoint} has no trace ${toXRayTraceId(id)}. It may not have come yet, or be another fleet's (--port-offset N); the newest: throughline follow --latest`;

function parseTraceId(text: string): string {
  const id = toTraceId(text);
  if (id) return id;
  throw new InvalidArgumentError('A trace id is 32 hex digits, or 1-8-24 hex digits as X-Ray spells it.');
}

function parseUrl(text: string): string {
  const url = URL.parse(text);
  if (url?.protocol === 'http:' || url?.protocol === 'https:') return text.replace(/\/+$/, '');
  throw new InvalidArgumentError('It is a URL such as http://127.0.0.1:4318.');
}
