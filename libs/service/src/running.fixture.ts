import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { until } from '@throughline/testing';

type Line = Record<string, unknown> & { event?: string; port?: number; msg: string };

/** The service of run-service.fixture.ts as a process of its own, and what it said. */
export class Running implements AsyncDisposable {
  readonly lines: Line[] = [];
  readonly errors: string[] = [];
  readonly child: ChildProcess;

  constructor(env: Record<string, string>) {
    const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
    const preload = import.meta.resolve('@throughline/telemetry/preload');
    this.child = spawn(process.execPath, ['--import', preload, file('run-service.fixture.ts')], {
      env: { PATH: process.env['PATH'], SERVICE: 'catalog', TRACING: 'off', PORT: '0', CLOUDWATCH_LOGS: 'off', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    createInterface({ input: this.child.stdout! }).on('line', (line) => this.lines.push(JSON.parse(line) as Line));
    createInterface({ input: this.child.stderr! }).on('line', (line) => this.errors.push(line));
  }

  said(event: string): Promise<Line> {
    return until(`the line ${event}`, () => this.lines.find((line) => line.event === event));
  }

  /** Exit code and signal, and how long it took from now on, in ms. */
  async ended(): Promise<{ code: number | null; ms: number }> {
    const start = performance.now();
    if (this.child.exitCode === null && this.child.signalCode === null) await once(this.child, 'close');
    return { code: this.child.exitCode, ms: performance.now() - start };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended();
  }
}
