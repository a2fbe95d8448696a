import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { backends, isServiceName, service, serviceNames, type TracingMode } from '@throughline/contracts';
import { template } from './service-template.ts';

const usage = `Usage: npm run new-service -- NAME [--tracing otel|xray] [--does TEXT] [--no-install]

Makes apps/NAME from the skeleton that every service has, its contract, and its entry in libs/contracts/src/services.ts.
NAME is one or more lower-case words joined by hyphens. The package is linked by npm install unless told not to.`;

const root = process.cwd();

function fail(message: string): never {
  process.stderr.write(`new-service: ${message}\n\n${usage}\n`);
  process.exit(2);
}

function readOptions(): { name: string; tracing: TracingMode; does: string; install: boolean } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        tracing: { type: 'string', default: 'otel' },
        does: { type: 'string', default: 'says what it is for' },
        'no-install': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h' },
      },
    });
    if (values.help) {
      process.stdout.write(`${usage}\n`);
      process.exit(0);
    }
    const [name, ...more] = positionals;
    if (!name || more.length > 0) return fail('give the name of one service');
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name))
      return fail(`"${name}" is not a name of lower-case words joined by hyphens`);
    if (isServiceName(name) || existsSync(join(root, 'apps', name))) return fail(`there is a service ${name} already`);
    if (values.tracing !== 'otel' && values.tracing !== 'xray')
      return fail(`--tracing ${values.tracing} is neither otel nor xray`);
    return { name, tracing: values.tracing, does: values.does.replaceAll("'", '’'), install: !values['no-install'] };
  } catch (error) {
    return fail(error instanceof Error ? error.message : String(error));
  }
}

function nextPort(): number {
  const taken = [...serviceNames.map((name) => service(name).port), ...Object.values(backends).map(({ port }) => port)];
  return Math.max(...taken.filter((port) => port >= 8080)) + 1;
}

async function addBefore(file: string, mark: string, text: string): Promise<void> {
  const path = join(root, file);
  const source = await readFile(path, 'utf8');
  const at = source.indexOf(mark);
  if (at < 0) throw new Error(`${file} has no line "${mark.trim()}" any more: mend tools/src/new-service.ts`);
  await writeFile(path, source.slice(0, at) + text + source.slice(at));
}

const { name, tracing, does, install } = readOptions();
const port = nextPort();
for (const [file, text] of Object.entries(template(name))) {
  const path = join(root, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
const key = name.includes('-') ? `'${name}'` : name;
const entry = `  ${key}: { ...alone, port: ${port}, tracing: '${tracing}', does: '${does}' },\n`;
await addBefore('libs/contracts/src/services.ts', '} as const satisfies Record<string, Service>', entry);
await addBefore('libs/contracts/src/index.ts', `export * from './services.ts'`, `export * from './${name}.ts';\n`);

/** Runs one of the workspace's programs; where it fails, says what to run by hand. */
function run(program: string, ...args: string[]): void {
  const { status } = spawnSync(program, args, { cwd: root, stdio: ['ignore', 'ignore', 'inherit'] });
  if (status !== 0) process.stderr.write(`new-service: this failed, run it again: ${[program, ...args].join(' ')}\n`);
}

run('oxfmt', `apps/${name}`, 'libs/contracts/src');
if (install) run('npm', 'install', '--ignore-scripts', '--no-audit');
process.stdout.write(`apps/${name} is there, on port ${port}.

  npx nx test @throughline/${name}      its tests, under both SDKs
  npx throughline up --only ${name}     runs it
  curl localhost:${port}/greetings/you

Next: say in libs/contracts/src/services.ts what it calls and keeps, and replace the greeting by its use case.
`);
