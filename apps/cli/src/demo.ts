import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { backends } from '@throughline/contracts';
import {
  freeOffset,
  PartFailed,
  repositoryRoot,
  startFleet,
  type Fleet,
  type FleetEvent,
  type FleetTracing,
} from '@throughline/local';
import { Command, Option } from 'commander';
import { exitCodes } from './exit.ts';
import { parseOffset } from './fleet-flags.ts';
import { openObservatory, type Observatory } from './observatory.ts';
import { createProgress } from './progress.ts';
import { awaitStory, buyTwoTickets } from './purchase.ts';
import { stopSignal } from './stop-signal.ts';
import { summarise } from './story.ts';
import { bought, next } from './view/demo-lines.ts';
import { paintFor } from './view/paint.ts';
import { print, screenParts, screenWidth } from './view/screen.ts';
import { write } from './write.ts';

interface DemoFlags {
  readonly json?: boolean;
  readonly portOffset?: number;
  readonly state?: string;
  readonly tracing: FleetTracing;
}

/** From the purchase's answer to its complete trace, at most. */
const TRACE_WAIT_MS = 20_000;

export const demoCommand = (): Command =>
  new Command('demo')
    .description('start everything, buy two tickets, show the trace of it, stop everything')
    .option('--json', 'print one JSON object instead')
    .option('--port-offset <n>', 'added to every port; unless given, the first that is free', parseOffset)
    .option(
      '--state <dir>',
      'directory of what the fleet keeps; unless given, .throughline/demo, or a temporary one on other ports',
    )
    .addOption(
      new Option('--tracing <mode>', 'mixed, as services.ts says, or all services in one way')
        .choices(['mixed', 'otel', 'xray'])
        .default('mixed'),
    )
    .action(demo);

async function demo(flags: DemoFlags): Promise<void> {
  const stop = stopSignal();
  const offset = flags.portOffset ?? (await freeOffset());
  if (flags.portOffset === undefined && offset > 0) say(`The usual ports are taken: everything is moved by ${offset}.`);
  // On the usual ports only one demo can run: it keeps its state, so that the next one starts on stores that are there.
  const kept = flags.state ?? (offset === 0 ? join(repositoryRoot, '.throughline', 'demo') : undefined);
  const state = kept ?? (await mkdtemp(join(tmpdir(), 'throughline-demo-')));
  try {
    await tellAll({ ...flags, offset, state }, stop);
  } finally {
    if (kept === undefined) await rm(state, { recursive: true, force: true });
  }
}

async function tellAll(
  { json = false, offset, state, tracing }: DemoFlags & { offset: number; state: string },
  stop: AbortSignal,
): Promise<void> {
  const died = new AbortController();
  const signal = AbortSignal.any([stop, died.signal]);
  const progress = createProgress();
  const up = new Set<string>();
  const onEvent = (event: FleetEvent): void => {
    progress(event);
    if (event.type === 'up') up.add(event.part);
    // A part that dies before it was up is the start's own matter: some are tried again.
    if (event.type === 'died' && up.has(event.part)) died.abort(new PartFailed(event.part, 'died', event.log));
  };
  // The AWS clients load while the fleet starts.
  const opening = openObservatory(`http://127.0.0.1:${backends.observatory.port + offset}`);
  const fleet = await startFleet({ state, offset, tracing, restart: false, signal, onEvent });
  try {
    await unlessAborted(shop(fleet, await opening, json, signal), signal);
  } finally {
    await fleet.stop();
  }
}

/** The purchase, its trace, and all that is printed of them. */
async function shop(fleet: Fleet, observatory: Observatory, json: boolean, signal: AbortSignal): Promise<void> {
  say('Buying two tickets.');
  const purchase = await buyTwoTickets(fleet.urls['gateway'] ?? '');
  say('Waiting for the mail, and for the whole trace.');
  let firstTraceMs: number | undefined;
  const story = await awaitStory(observatory, purchase.receipt.purchase_id, {
    deadlineMs: TRACE_WAIT_MS,
    signal,
    onTrace: () => (firstTraceMs = performance.now()),
  });
  if (!story) throw new Error(`the observatory has no trace of purchase ${purchase.receipt.purchase_id}`);
  const times = {
    ready_ms: fleet.readyMs,
    // Counted from the start of this process.
    first_trace_ms: firstTraceMs === undefined ? null : Math.round(firstTraceMs),
    purchase_ms: Math.round(purchase.checkoutMs),
  };
  const width = screenWidth(process.stdout, process.env);
  const paint = paintFor(process.stdout);
  await write(
    json
      ? `${JSON.stringify({ ...summarise(story), ...times })}\n`
      : print([bought(purchase), ...screenParts(story, width), next(times, width)], width, paint),
  );
  if (!story.verdict.complete) process.exitCode = exitCodes.no;
}

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** The work's result, unless the signal comes first: then its reason is thrown. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  return Promise.race([work, aborted]);
}
