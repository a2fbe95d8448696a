import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { createInterface } from 'node:readline';

export interface MailServer extends AsyncDisposable {
  readonly url: string;
  readonly received: { from: string; to: string[]; message: string }[];
  /** Answers each mail with a refusal. */
  refuses: boolean;
}

/** As much of SMTP (RFC 5321) as takes a mail. */
export async function startMailServer(): Promise<MailServer> {
  const received: MailServer['received'] = [];
  const server = createServer((socket) => {
    let from = '';
    let to: string[] = [];
    let message: string[] | undefined;
    const say = (line: string): void => void socket.write(`${line}\r\n`);
    socket.on('error', () => undefined);
    say('220 mail server');
    createInterface({ input: socket }).on('line', (line) => {
      if (message && line === '.') {
        if (!result.refuses) received.push({ from, to, message: message.join('\n') });
        [to, message] = [[], undefined];
        return say(result.refuses ? '554 refused' : '250 taken');
      }
      if (message) return void message.push(line.replace(/^\.\./, '.'));
      if (line === 'QUIT') return void socket.end('221 bye\r\n');
      from = /^MAIL FROM:<(.*)>/.exec(line)?.[1] ?? from;
      if (line.startsWith('RCPT TO:')) to.push(/<(.*)>/.exec(line)?.[1] ?? '');
      if (line === 'DATA') {
        message = [];
        return say('354 go on');
      }
      say('250 mail server');
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const result: MailServer = {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received,
    refuses: false,
    async [Symbol.asyncDispose]() {
      server.close();
      await once(server, 'close');
    },
  };
  return result;
}
