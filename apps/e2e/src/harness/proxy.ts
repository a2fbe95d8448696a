import { once } from 'node:events';
import { Agent, createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A call on its way from one part to another. */
interface Call {
  /** Method and path; of an AWS call its operation, such as `SendMessage`. */
  readonly name: string;
  /** Headers, path and body, to tell whose call it is. */
  readonly text: string;
}

/** Passes a call on or does not, whatever else it does; the caller hears the answer, or (false) only a broken connection. */
type Intercept = (call: Call, pass: () => Promise<void>) => Promise<boolean>;

export interface Proxy {
  readonly url: string;
  intercept: Intercept | undefined;
  close(): void;
}

const passOn: Intercept = async (_call, pass) => {
  await pass();
  return true;
};

/** Stands between two parts of a fleet and passes every call on, headers and all. */
export async function startProxy(target: string): Promise<Proxy> {
  const agent = new Agent({ keepAlive: true });
  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  server.keepAliveTimeout = 65_000;

  async function handle(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { headers, method, url = '/' } = incoming;
    const body = await buffer(incoming);
    const operation = String(headers['x-amz-target'] ?? '')
      .split('.')
      .at(-1);
    const call = {
      name: operation || `${method} ${url}`,
      text: `${JSON.stringify(headers)} ${url} ${body.toString('latin1')}`,
    };
    let answer: { response: IncomingMessage; body: Buffer } | undefined;
    const pass = async (): Promise<void> => {
      const onward = request(new URL(url, target), { agent, method, headers });
      // A caller that gives up takes its call with it.
      outgoing.once('close', () => outgoing.writableFinished || onward.destroy());
      onward.end(body);
      const [response] = (await once(onward, 'response')) as [IncomingMessage];
      answer = { response, body: await buffer(response) };
    };
    const heard = await (proxy.intercept ?? passOn)(call, pass);
    if (!heard || !answer) return void outgoing.destroy();
    outgoing.writeHead(answer.response.statusCode ?? 502, answer.response.headers).end(answer.body);
  }

  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  const proxy: Proxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    intercept: undefined,
    close() {
      agent.destroy();
      server.close();
      server.closeAllConnections();
    },
  };
  return proxy;
}
