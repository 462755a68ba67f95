import { expect, test } from 'vitest';
import type { OutgoingMail } from '../../core/ports/mailer.ts';
import { memoryMailer } from './memory-mailer.ts';

const mail: OutgoingMail = { to: 'ada@acme.example', subject: 's', text: 't', html: 'h', tags: {} };

test('what was sent is kept, also when only the reply was lost', async () => {
  const mailer = memoryMailer();
  mailer.failNext(new Error('never arrived'), 'before');
  mailer.failNext(new Error('reply lost'), 'after');
  await expect(mailer.send(mail)).rejects.toThrow('never arrived');
  expect(mailer.sent).toEqual([]);
  await expect(mailer.send(mail)).rejects.toThrow('reply lost');
  expect(await mailer.send({ ...mail, subject: 'again' })).toEqual({ messageId: 'message-2' });
  expect(mailer.sent).toEqual([
    { ...mail, messageId: 'message-1' },
    { ...mail, subject: 'again', messageId: 'message-2' },
  ]);
});
