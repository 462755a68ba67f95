// @module-tag one-origin

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { answerFromBucket } from '../../../local/cloudfront/bucket-origin.ts';
import { deployFiles } from '../../../local/cloudfront/deploy-files.ts';
import { Bucket } from '../../../local/s3/bucket.ts';
import { temporaryDirectory } from '../temp-dir.ts';

test('files get their place, their type and their values; a later deployment replaces and removes nothing', async () => {
  const directory = await temporaryDirectory();
  const write = (path: string, content: string) => {
    mkdirSync(join(directory, path, '..'), { recursive: true });
    writeFileSync(join(directory, path), content);
  };
  write('app/deep/a.js', 'a("<<marker:0>>")');
  write('app/index.html', 'old');
  write('config/config.json', '{"issuer":"<<marker:0>>"}');
  write('config/index.html', 'new');
  const bucket = new Bucket({ name: 'site', arn: 'arn:aws:s3:::site', lifecycleRules: [] }, join(directory, 'site'));
  const app = { directory: join(directory, 'app'), markers: {}, escapeJson: false };
  const config = { directory: join(directory, 'config'), markers: { '<<marker:0>>': 'a "b" $&' }, escapeJson: true };
  const deployment = { logicalId: 'Deploy', bucketName: 'site', cacheControl: 'no-cache' };
  await deployFiles({ ...deployment, keyPrefix: 'v/', sources: [app, config] }, bucket, 0);
  await deployFiles({ ...deployment, keyPrefix: '', sources: [app] }, bucket, 0);

  const get = async (key: string) => {
    const { headers, body } = await answerFromBucket(bucket, key, ['s3:GetObject']);
    return [headers['content-type'], headers['cache-control'], body.toString()];
  };
  expect(await get('v/deep/a.js')).toEqual(['text/javascript', 'no-cache', 'a("<<marker:0>>")']);
  expect(await get('v/index.html')).toEqual(['text/html', 'no-cache', 'new']);
  expect(await get('v/config.json')).toEqual(['application/json', 'no-cache', '{"issuer":"a \\"b\\" $&"}']);
  expect(await get('index.html')).toEqual(['text/html', 'no-cache', 'old']);
});
