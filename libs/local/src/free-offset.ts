import { serviceNames, services } from '@throughline/contracts';
import { backendPorts } from './environment.ts';
import { refusedPorts } from './ports.ts';

const STEP = 100;
const TRIED = 50;

/** The first offset, in steps of 100 from `first`, at which every port of a fleet can be listened on. */
export async function freeOffset(first = 0): Promise<number> {
  for (let offset = first; offset <= first + TRIED * STEP; offset += STEP) {
    if ((await refusedPorts([{ name: 'fleet', ports: portsAt(offset) }])).length === 0) return offset;
  }
  throw new Error(`No port offset from ${first} on is free; choose one with --port-offset.`);
}

function portsAt(offset: number): { port: number; protocol: 'tcp' | 'udp' }[] {
  const { daemon, ...backends } = backendPorts(offset);
  const tcp = [...serviceNames.map((name) => services[name].port + offset), ...Object.values(backends), daemon];
  return [...tcp.map((port) => ({ port, protocol: 'tcp' as const })), { port: daemon, protocol: 'udp' }];
}
