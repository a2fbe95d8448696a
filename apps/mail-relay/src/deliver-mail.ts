import { setTimeout as pause } from 'node:timers/promises';
import type { Mail, mailRelayApi, Result } from '@throughline/contracts';
import { HttpError } from '@throughline/service';
import { composeMessage } from './compose-message.ts';
import type { Mailbox } from './mailbox.ts';
import type { Smtp } from './smtp.ts';

type Delivery = Result<typeof mailRelayApi.send>;

export interface Deps {
  readonly mailbox: Mailbox;
  /** The sender of every mail. */
  readonly from: string;
  /** Where mails go beside the mailbox. */
  readonly smtp?: Smtp | undefined;
  /** How long the next delivery takes, in ms. */
  readonly latency: () => number;
  readonly now: () => Date;
}

/** Delivers a mail once: one that comes twice at the same time waits for the first, and is then one that came before. */
export function deliverMail({ mailbox, from, smtp, latency, now }: Deps): (mail: Mail) => Promise<Delivery> {
  const underWay = new Map<string, Promise<Delivery>>();

  const deliver = async (mail: Mail): Promise<Delivery> => {
    const { message_id, to } = mail;
    if (await mailbox.has(message_id)) return { message_id, delivered: 'before' };
    const message = await composeMessage({ mail, from, date: now() });
    await smtp?.({ from, to, message }).catch((cause: unknown) => {
      throw new HttpError(502, 'smtp_failed', 'the mail server did not take the mail', { cause });
    });
    return { message_id, delivered: (await mailbox.add(message_id, message)) ? 'now' : 'before' };
  };

  return async (mail) => {
    const { message_id } = mail;
    await pause(latency());
    const other = underWay.get(message_id);
    if (other) return other.then(() => ({ message_id, delivered: 'before' }));
    const delivery = deliver(mail).finally(() => underWay.delete(message_id));
    underWay.set(message_id, delivery);
    return delivery;
  };
}
