import { readdir, readFile } from 'node:fs/promises';

/** Proportional set size of a process and all its descendants, in MB; Linux only. */
export async function pssOf(pid: number): Promise<number> {
  const children = await parents();
  const family = [pid];
  for (const member of family) family.push(...(children.get(member) ?? []));
  const sizes = await Promise.all(family.map(pssOfOne));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function pssOfOne(pid: number): Promise<number> {
  const rollup = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
  return Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) / 1024;
}

async function parents(): Promise<Map<number, number[]>> {
  const children = new Map<number, number[]>();
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const parent = Number(stat.slice(stat.lastIndexOf(')') + 1).split(' ')[2]);
    if (parent > 0) children.set(parent, [...(children.get(parent) ?? []), Number(pid)]);
  }
  return children;
}
