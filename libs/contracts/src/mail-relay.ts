import { z } from 'zod';
import { Email } from './common.ts';
import { defineApi } from './endpoint.ts';

const Attachment = z.object({
  filename: z.string().regex(/^[\w.-]{1,100}$/),
  content_type: z.string().regex(/^[\w.+-]{1,60}\/[\w.+-]{1,60}$/, 'a content type is two words, such as text/plain'),
  content: z.base64(),
});

export const Mail = z.object({
  /** A message id that was delivered before is accepted and not delivered again. */
  message_id: z.string().regex(/^[\w.-]{1,100}$/),
  to: Email,
  subject: z.string().min(1).max(200),
  text: z.string().max(20_000),
  attachments: z.array(Attachment).max(20),
});
export type Mail = z.infer<typeof Mail>;

export const mailRelayApi = defineApi({
  send: {
    method: 'POST',
    path: '/messages',
    summary: 'Deliver a mail',
    body: Mail,
    status: 201,
    response: z.object({ message_id: z.string(), delivered: z.enum(['now', 'before']) }),
    errors: { 502: ['smtp_failed'] },
  },
});
