import type { FleetEvent, OnEvent } from '@throughline/local';

const seconds = (ms: number): string => `${(ms / 1000).toFixed(ms < 995 ? 2 : 1)} s`;

const endOf = ({ code, signal }: { code: number | null; signal: NodeJS.Signals | null }): string =>
  signal ? `by ${signal}` : code === null ? 'before it ran' : `with exit code ${code}`;

/** Output that shows progress: a terminal gets one line that changes, anything else a line for each step. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Renders what happens to a fleet, while it starts and after. */
export function createProgress(output: ProgressOutput = process.stderr): OnEvent {
  const live = output.isTTY === true;
  const up = new Set<string>();
  let lineIsOpen = false;
  let started = false;
  let total = 0;
  let death = '';

  const clear = (): void => {
    if (lineIsOpen) output.write('\r\u001b[K');
    lineIsOpen = false;
  };
  const line = (text: string): void => {
    clear();
    output.write(`${text}\n`);
  };
  const update = (text: string): void => {
    clear();
    output.write(text.slice(0, (output.columns ?? 80) - 1));
    lineIsOpen = true;
  };

  return (event: FleetEvent) => {
    switch (event.type) {
      case 'starting':
        if (!up.has(event.part)) total++;
        break;
      case 'awaited':
        if (live && !started) update(`${up.size} of ${total} up · waiting for ${event.parts.join(', ')}`);
        break;
      case 'up': {
        const again = up.has(event.part);
        up.add(event.part);
        if (!again && !live) line(`${event.part} is up after ${seconds(event.ms)} (${up.size} of ${total})`);
        break;
      }
      case 'died':
        death = `${event.part} ended ${endOf(event)}`;
        break;
      case 'restarting':
        line(`${death} and is started again in ${seconds(event.delayMs)}`);
        break;
      case 'changed':
        line(`${event.file} changed: ${event.part} is restarted`);
        break;
      case 'note':
        line(event.text);
        break;
      case 'listening':
        started = true;
        line(`All ${up.size} parts are up after ${seconds(event.ms)}.`);
        break;
    }
  };
}
