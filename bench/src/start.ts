import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import { startFleet } from '@throughline/local';
import { pssOf } from './memory.ts';

const usage = `Usage: npm run bench -- [--runs N] [--rest SECONDS] [--tracing mixed|otel|xray|off] [--port-offset N] [--json]

Measures how long \`throughline demo\` takes to its first complete trace (N runs, 5 unless given, after one that warms
the caches), and how much memory a fleet takes after some seconds at rest (10 unless given), process by process.`;

const tracings = ['mixed', 'otel', 'xray', 'off'] as const;

function readOptions(): {
  runs: number;
  rest: number;
  offset: number;
  tracing: (typeof tracings)[number];
  json: boolean;
} {
  const { values } = parseArgs({
    options: {
      runs: { type: 'string', default: '5' },
      rest: { type: 'string', default: '10' },
      'port-offset': { type: 'string', default: '0' },
      tracing: { type: 'string', default: 'mixed' },
      json: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const [runs, rest, offset] = [values.runs, values.rest, values['port-offset']].map(Number) as [
    number,
    number,
    number,
  ];
  const tracing = tracings.find((known) => known === values.tracing);
  const usable = Number.isInteger(runs) && runs >= 0 && rest >= 0 && Number.isInteger(offset) && offset >= 0 && tracing;
  if (values.help || !usable) {
    process[values.help ? 'stdout' : 'stderr'].write(`${usage}\n`);
    process.exit(values.help ? 0 : 2);
  }
  return { runs, rest, offset, tracing, json: values.json };
}

interface Start {
  readonly ready_ms: number;
  readonly first_trace_ms: number;
  readonly purchase_ms: number;
}

async function demo(offset: number): Promise<Start> {
  const args = ['apps/cli/bin/throughline.js', 'demo', '--json', '--port-offset', String(offset)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 64 * 1024 * 1024 });
  const { ready_ms, first_trace_ms, purchase_ms } = JSON.parse(stdout) as Start;
  return { ready_ms, first_trace_ms, purchase_ms };
}

const spread = (values: number[]): { min: number; median: number; max: number } => {
  const sorted = values.toSorted((a, b) => a - b).map(Math.round);
  return { min: sorted[0] ?? 0, median: sorted[Math.floor(sorted.length / 2)] ?? 0, max: sorted.at(-1) ?? 0 };
};

async function memory(
  offset: number,
  tracing: (typeof tracings)[number],
  rest: number,
): Promise<Record<string, number>> {
  const state = await mkdtemp(join(tmpdir(), 'throughline-bench-'));
  const fleet = await startFleet({ state, offset, tracing });
  try {
    await sleep(rest * 1_000);
    const sizes: Record<string, number> = {};
    for (const { name, pid } of fleet.processes()) if (pid) sizes[name] = Math.round((await pssOf(pid)) * 10) / 10;
    return sizes;
  } finally {
    await fleet.stop();
    await rm(state, { recursive: true, force: true });
  }
}

const { runs, rest, offset, tracing, json } = readOptions();
const say = (line: string): void => void process.stderr.write(`${line}\n`);
const starts: Start[] = [];
if (runs > 0) say(`warm-up: first complete trace after ${Math.round((await demo(offset)).first_trace_ms)} ms`);
while (starts.length < runs) {
  const start = await demo(offset);
  starts.push(start);
  say(`run ${starts.length}: first complete trace after ${Math.round(start.first_trace_ms)} ms`);
}
say(`memory: a fleet (${tracing}), ${rest} s at rest`);
const pss_mb = process.platform === 'linux' ? await memory(offset, tracing, rest) : {};
const total = Object.values(pss_mb).reduce((sum, size) => sum + size, 0);
const result = {
  cores: availableParallelism(),
  runs,
  ready_ms: spread(starts.map(({ ready_ms }) => ready_ms)),
  first_trace_ms: spread(starts.map(({ first_trace_ms }) => first_trace_ms)),
  purchase_ms: spread(starts.map(({ purchase_ms }) => purchase_ms)),
  pss_mb,
  pss_total_mb: Math.round(total),
};
if (json) {
  process.stdout.write(`${JSON.stringify(result)}\n`);
} else {
  for (const name of ['ready_ms', 'first_trace_ms', 'purchase_ms'] as const) {
    const { min, median, max } = result[name];
    process.stdout.write(`${name.padEnd(16)} min ${min}  median ${median}  max ${max}\n`);
  }
  for (const [name, size] of Object.entries(pss_mb))
    process.stdout.write(`${name.padEnd(16)} ${size.toFixed(1).padStart(7)} MB\n`);
  process.stdout.write(`${'together'.padEnd(16)} ${total.toFixed(1).padStart(7)} MB\n`);
}
