import { startFleet } from '@throughline/local';
import { Command } from 'commander';
import { type FleetFlags, withFleetFlags } from './fleet-flags.ts';
import { print, tell } from './output.ts';
import { createProgress } from './progress.ts';
import { showPurchases } from './purchases.ts';
import { stopSignal } from './stop-signal.ts';

interface UpFlags extends FleetFlags {
  readonly watch?: boolean;
}

export const upCommand = (): Command =>
  withFleetFlags(new Command('up'))
    .description('start the whole fleet on this machine and stay; Ctrl-C stops it')
    .option('--watch', 'restart a service when its files or its libs change')
    .action(up);

async function up({ portOffset, ...flags }: UpFlags): Promise<void> {
  const signal = stopSignal();
  try {
    const fleet = await startFleet({ ...flags, offset: portOffset, signal, onEvent: createProgress() });
    print(table(fleet.urls));
    print('Ctrl-C stops it all.\n');
    await showPurchases(fleet.urls['observatory'] ?? '', print, signal);
    tell('stopping');
    await fleet.stop();
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}

function table(urls: Readonly<Record<string, string>>): string {
  const width = Math.max(...Object.keys(urls).map((name) => name.length));
  return Object.entries(urls)
    .map(([name, url]) => `  ${name.padEnd(width)}  ${url}`)
    .join('\n');
}
