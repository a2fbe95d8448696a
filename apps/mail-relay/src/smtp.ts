import { createTransport } from 'nodemailer';

interface Envelope {
  readonly from: string;
  readonly to: string;
  readonly message: Buffer;
}

/** Hands a mail to a mail server; fails where it does not take it. */
export type Smtp = (envelope: Envelope) => Promise<void>;

/** `smtp://user:password@host:port`, or `smtps://` for TLS from the start. */
export function openSmtp(url: string, timeoutMs = 5_000): Smtp {
  const timeouts = { connectionTimeout: timeoutMs, greetingTimeout: timeoutMs, socketTimeout: timeoutMs };
  const transport = createTransport({ url, ...timeouts });
  return async ({ from, to, message }) => {
    await transport.sendMail({ envelope: { from, to }, raw: message });
  };
}
