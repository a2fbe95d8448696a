const camel = (name: string): string => name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** The files of a new service, by their paths: the skeleton of every service around one small use case. */
export function template(name: string): Record<string, string> {
  const api = `${camel(name)}Api`;
  return {
    [`libs/contracts/src/${name}.ts`]: `import { z } from 'zod';
import { defineApi } from './endpoint.ts';

export const ${api} = defineApi({
  greet: {
    method: 'GET',
    path: '/greetings/:name',
    summary: 'Greet somebody',
    params: z.object({ name: z.string().min(1).max(40) }),
    status: 200,
    response: z.object({ greeting: z.string() }),
  },
});
`,
    [`apps/${name}/package.json`]: `${JSON.stringify(
      {
        name: `@throughline/${name}`,
        version: '0.1.0',
        private: true,
        license: 'Apache-2.0',
        type: 'module',
        dependencies: {
          '@throughline/contracts': '0.1.0',
          '@throughline/service': '0.1.0',
          '@throughline/telemetry': '0.1.0',
        },
        devDependencies: { '@throughline/testing': '0.1.0' },
        nx: { tags: ['app', 'traced:otel', 'traced:xray'] },
      },
      null,
      2,
    )}\n`,
    [`apps/${name}/tsconfig.json`]: '{ "extends": "../../tsconfig.base.json", "include": ["src"] }\n',
    [`apps/${name}/README.md`]: `# ${name}

Greets.

| route | does |
|---|---|
| \`GET /greetings/:name\` | greets somebody |

Keeps: nothing. Calls: nothing. It has no settings of its own.
`,
    [`apps/${name}/src/main.ts`]: `import { readConfig, runService } from '@throughline/service';
import { createApp } from './app.ts';

await runService('${name}', () => readConfig({}), async (_config, { log }) => createApp({ log }));
`,
    [`apps/${name}/src/app.ts`]: `import { ${api} } from '@throughline/contracts';
import { createService, type Express } from '@throughline/service';
import type { Logger } from '@throughline/telemetry';
import { routes } from './routes.ts';

export const createApp = ({ log }: { log: Logger }): Express => createService({ api: ${api}, handlers: routes(), log });
`,
    [`apps/${name}/src/routes.ts`]: `import type { ${api} } from '@throughline/contracts';
import type { Handlers } from '@throughline/service';
import { greet } from './greet.ts';

export const routes = (): Handlers<typeof ${api}> => ({
  greet: async ({ params }) => greet(params.name),
});
`,
    [`apps/${name}/src/greet.ts`]: `export const greet = (name: string): { greeting: string } => ({ greeting: \`Hello, \${name}\` });
`,
    [`apps/${name}/src/app.test.ts`]: `import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { silentLog, startApp } from '@throughline/testing';
import { createApp } from './app.ts';

describe('${name}', () => {
  it('greets by name, in a span of its route', async () => {
    await using app = await startApp(createApp({ log: silentLog }));
    const reply = await app.request('GET', '/greetings/you');
    assert.deepEqual([reply.status, reply.body], [200, { greeting: 'Hello, you' }]);
    const [server] = await reply.spans();
    assert.deepEqual([server.service, server.name], ['${name}', 'GET /greetings/:name']);
  });

  it('says what is wrong with a name', async () => {
    await using app = await startApp(createApp({ log: silentLog }));
    assert.equal((await app.request('GET', \`/greetings/\${'x'.repeat(41)}\`)).status, 400);
  });
});
`,
  };
}
