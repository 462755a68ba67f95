import * as z from 'zod';
import type { S3Call } from './call.ts';
import { malformedXml, noSuchKey } from './errors.ts';
import { existingObject } from './get-object.ts';
import { validTags } from './object-headers.ts';
import { receiveDocument } from './request-body.ts';

const tagging = z.object({
  TagSet: z.union([
    z.object({ Tag: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]) }),
    z.string().transform(() => ({ Tag: [] })),
  ]),
});

/** Answers GetObjectTagging. */
export async function getObjectTagging(call: S3Call): Promise<void> {
  const { tags } = existingObject(call);
  call.replyXml('Tagging', { TagSet: { Tag: tags.map(({ key, value }) => ({ Key: key, Value: value })) } });
}

/** Replaces an object's tags. */
export async function putObjectTagging(call: S3Call): Promise<void> {
  const parsed = tagging.safeParse(await receiveDocument(call, { root: 'Tagging', repeated: ['Tag'] }));
  if (!parsed.success) throw malformedXml();
  const tags = validTags(parsed.data.TagSet.Tag.map(({ Key, Value }) => ({ key: Key, value: Value })));
  if (!call.bucket.replaceTags(call.key, tags)) throw noSuchKey(call.key);
  call.reply();
}
