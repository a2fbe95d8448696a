import type { Mail } from '@throughline/contracts';
import MailComposer from 'nodemailer/lib/mail-composer';

interface Parts {
  readonly mail: Mail;
  readonly from: string;
  readonly date: Date;
}

/** The mail as it travels (RFC 5322). */
export function composeMessage({ mail, from, date }: Parts): Promise<Buffer> {
  const domain = /@([\w.-]+)/.exec(from)?.[1] ?? 'localhost';
  const composer = new MailComposer({
    from,
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    date,
    messageId: `<${mail.message_id}@${domain}>`,
    attachments: mail.attachments.map(({ filename, content_type, content }) => ({
      filename,
      contentType: content_type,
      content: Buffer.from(content, 'base64'),
    })),
  });
  return composer.compile().build();
}
