import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { OnEvent } from './events.ts';
import type { Logs } from './logs.ts';
import { type Part, PartFailed } from './part.ts';
import { interruptWhenWeEnd } from './watchdog.ts';

const readyDeadlineMs = 30_000;
const pollMs = 40;
const backOff = { firstMs: 250, mostMs: 10_000, resetAfterMs: 10_000 };

export interface Surroundings {
  readonly logs: Logs;
  readonly onEvent: OnEvent;
  /** Whether a process that dies is started again. */
  readonly restart: boolean;
  /** The set of processes changed. */
  onProcesses(): void;
}

interface Running {
  readonly child: ChildProcess;
  readonly watchdog: ChildProcess | undefined;
  /** Settles when the process has ended. */
  readonly ended: Promise<void>;
  /** The ending is wanted: it is neither told nor answered by a restart. */
  expected: boolean;
  hasEnded: boolean;
}

/** One process that is kept running, from its first start to its stop. */
export function supervise(part: Part, { logs, onEvent, restart, onProcesses }: Surroundings) {
  let running: Running | undefined;
  let restarts = 0;
  let delayMs = backOff.firstMs;
  let upSince: number | undefined;
  let stopped = false;
  let retry: NodeJS.Timeout | undefined;
  let starting: Promise<void> = Promise.resolve();

  async function launch(): Promise<Running> {
    await part.prepare?.();
    if (stopped) throw new PartFailed(part.name, 'was stopped while it started', []);
    const log = logs.open(part.name);
    const { command, args, env, cwd, uid, gid } = part;
    // In a process group of its own, so that Ctrl-C reaches only us and the parts are stopped in their order.
    const options = { env, cwd, detached: true, ...(uid !== undefined && { uid }), ...(gid !== undefined && { gid }) };
    const child = spawn(command, args, { ...options, stdio: ['pipe', log, log] });
    closeSync(log);
    child.stdin?.on('error', () => {});
    const watchdog = part.needsWatchdog && child.pid ? interruptWhenWeEnd(child.pid) : undefined;
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    const launched: Running = { child, watchdog, ended, expected: false, hasEnded: false };
    const onEnd = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (launched.hasEnded) return;
      launched.hasEnded = true;
      watchdog?.kill('SIGKILL');
      resolve();
      onProcesses();
      if (!launched.expected && !stopped) died(launched, code, signal);
    };
    child.once('exit', onEnd).once('error', () => onEnd(null, null));
    running = launched;
    onProcesses();
    return launched;
  }

  function died({ child }: Running, code: number | null, signal: NodeJS.Signals | null): void {
    const wasUp = upSince !== undefined;
    if (upSince !== undefined && performance.now() - upSince > backOff.resetAfterMs) delayMs = backOff.firstMs;
    upSince = undefined;
    const log = child.pid ? logs.tail(part.name) : [`${part.command} could not be started`];
    onEvent({ type: 'died', part: part.name, code, signal, log });
    if (!restart || (restarts === 0 && !wasUp)) return;
    scheduleRestart();
  }

  function scheduleRestart(): void {
    onEvent({ type: 'restarting', part: part.name, delayMs });
    retry = setTimeout(() => {
      restarts++;
      starting = bringUp().catch((error: unknown) => {
        // A process that ended has been told, and its next start is under way.
        if (stopped || error instanceof PartFailed) return;
        onEvent({ type: 'note', text: error instanceof Error ? error.message : String(error) });
        scheduleRestart();
      });
    }, delayMs);
    delayMs = Math.min(delayMs * 2, backOff.mostMs);
  }

  /** Starts the process and waits until it answers. Throws PartFailed when it ends or stays silent instead. */
  async function bringUp(): Promise<void> {
    if (stopped) return;
    const began = performance.now();
    onEvent({ type: 'starting', part: part.name });
    const launched = await launch();
    while (!(await part.isReady())) {
      if (stopped || launched.expected) return;
      if (launched.hasEnded) throw new PartFailed(part.name, 'died while it started', logs.tail(part.name));
      if (performance.now() - began > readyDeadlineMs) {
        await end(launched, 'SIGKILL', 0);
        throw new PartFailed(part.name, `did not answer within ${readyDeadlineMs / 1000} s`, logs.tail(part.name));
      }
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
    try {
      await part.initialise?.();
    } catch (cause) {
      if (stopped || launched.expected) return;
      return giveUp(
        launched,
        `could not be initialised: ${cause instanceof Error ? cause.message : String(cause)}`,
        cause,
      );
    }
    if (stopped || launched.expected) return;
    if (launched.hasEnded) throw new PartFailed(part.name, 'died while it started', logs.tail(part.name));
    upSince = performance.now();
    onEvent({ type: 'up', part: part.name, ms: Math.round(upSince - began) });
  }

  async function giveUp(launched: Running, what: string, cause?: unknown): Promise<never> {
    launched.child.kill('SIGKILL');
    await launched.ended;
    throw new PartFailed(part.name, what, logs.tail(part.name), { cause });
  }

  async function end(target: Running, signal: NodeJS.Signals, graceMs: number): Promise<void> {
    target.expected = true;
    if (target.hasEnded) return;
    target.child.kill(signal);
    const force = setTimeout(() => target.child.kill('SIGKILL'), graceMs);
    await target.ended;
    clearTimeout(force);
  }

  return {
    part,
    get pid(): number | undefined {
      return running && !running.hasEnded ? running.child.pid : undefined;
    },
    get restarts(): number {
      return restarts;
    },
    async start(): Promise<void> {
      for (let left = part.retries ?? 0; ; left--) {
        try {
          return await (starting = bringUp());
        } catch (error) {
          if (left <= 0 || stopped) throw error;
          await new Promise((resolve) => setTimeout(resolve, backOff.firstMs));
        }
      }
    },
    signal(signal: NodeJS.Signals): void {
      running?.child.kill(signal);
    },
    /** Ends the process in good order and starts it again; resolves when it answers. */
    async restart(graceMs: number): Promise<void> {
      clearTimeout(retry);
      if (running) await end(running, part.stopSignal ?? 'SIGTERM', graceMs);
      await starting.catch(() => {});
      if (stopped) return;
      restarts++;
      await (starting = bringUp());
    },
    async stop(graceMs: number): Promise<void> {
      stopped = true;
      clearTimeout(retry);
      if (running) await end(running, part.stopSignal ?? 'SIGTERM', graceMs);
      // It may have been on its way to be started.
      await starting.catch(() => {});
      if (running) await end(running, 'SIGKILL', 0);
    },
  };
}

export type Supervised = ReturnType<typeof supervise>;
