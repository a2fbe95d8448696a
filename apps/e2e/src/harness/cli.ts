import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { repositoryRoot } from '@throughline/local';
import { until } from '@throughline/testing';

export interface RunningCommand {
  readonly child: ChildProcess;
  readonly stdout: () => string;
  readonly stderr: () => string;
  /** The exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;
}

/** Starts a command in the checkout, as a user does. */
export function run(command: string, ...args: string[]): RunningCommand {
  const child = spawn(command, args, { cwd: repositoryRoot, stdio: ['ignore', 'pipe', 'pipe'] });
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (part: string) => (text[name] += part));
  }
  const ended = once(child, 'close').then(([code, signal]) => (code ?? signal) as number | string);
  return { child, stdout: () => text.stdout, stderr: () => text.stderr, ended };
}

export const throughline = (...args: string[]): RunningCommand =>
  run(process.execPath, join('apps', 'cli', 'bin', 'throughline.js'), ...args);

/** Waits until a command has said something. */
export async function said({ stdout, stderr, child }: RunningCommand, what: string | RegExp): Promise<void> {
  const heard = (): boolean => {
    const all = `${stdout()}\n${stderr()}`;
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}:\n${all}`);
    return typeof what === 'string' ? all.includes(what) : what.test(all);
  };
  await until(`${what} in the output of the command`, heard, 40_000);
}

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly command: string;
}

function processes(): Process[] {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,stat=,args='], { encoding: 'utf8' }).trim().split('\n');
  return lines.flatMap((line) => {
    const [, pid, parent, state = '', command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return state.startsWith('Z') ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

/** A process and all that it has started, those that they have started included. */
export function treeOf({ child }: RunningCommand): Process[] {
  const all = processes();
  const tree = all.filter(({ pid }) => pid === child.pid);
  for (const { pid } of tree) tree.push(...all.filter(({ parent }) => parent === pid));
  return tree;
}

/** Which of the processes still run, when they have had a moment to end. */
export async function leftOf(tree: readonly Process[], ms = 2_000): Promise<string[]> {
  const left = (): string[] => {
    const now = processes();
    return tree
      .filter(({ pid, command }) => now.some((each) => each.pid === pid && each.command === command))
      .map(({ command }) => command);
  };
  for (const deadline = Date.now() + ms; left().length > 0 && Date.now() < deadline;) await sleep(50);
  return left();
}

export const isLocked = (state: string): boolean => existsSync(join(state, 'fleet.lock'));
