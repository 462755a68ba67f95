import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { type Browser, chromium } from 'playwright-core';

const PACKAGE = 'node_modules/@sparticuz/chromium';

/** The package unpacks itself into the folder for temporary files, and the libraries and fonts only on Lambda. */
const UNPACK = `
  import chromium, { inflate } from '@sparticuz/chromium';
  await chromium.executablePath();
  await inflate('${PACKAGE}/bin/al2023.tar.br');`;

/**
 * A Chromium that comes from npm, with the libraries and fonts it needs, so that tests need nothing of their machine.
 * It stays unpacked from one run to the next.
 */
export async function launchChromium(): Promise<Browser> {
  const directory = await unpackedChromium();
  return chromium.launch({
    executablePath: join(directory, 'chromium'),
    // The package's own arguments switch off what the tests are to see at work, such as the rules about origins.
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
    env: {
      ...process.env,
      LD_LIBRARY_PATH: [join(directory, 'al2023/lib'), process.env.LD_LIBRARY_PATH].filter(Boolean).join(':'),
      FONTCONFIG_FILE: await fontConfiguration(directory),
    },
  });
}

/** The package's own names folders of Lambda and of /tmp alone: where there is no font at all, no text has any size. */
async function fontConfiguration(directory: string): Promise<string> {
  const file = `${directory}-fonts.conf`;
  const content = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>${join(directory, 'fonts/fonts')}</dir><cachedir>${directory}-fonts-cache</cachedir></fontconfig>
`;
  // Several processes start at once; each puts the same in its place.
  const own = `${file}-${process.pid}`;
  await writeFile(own, content);
  await rename(own, file);
  return file;
}

async function unpackedChromium(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8')) as { version: string };
  const directory = resolve('.build/chromium', version);
  if (existsSync(directory)) return directory;
  await mkdir(resolve('.build/chromium'), { recursive: true });
  const unfinished = await mkdtemp(`${directory}-unfinished-`);
  const env = { ...process.env, TMPDIR: unfinished };
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', UNPACK], { env });
  // Another process may have been faster; what it has put there is the same.
  await rename(unfinished, directory).catch(() => rm(unfinished, { recursive: true, force: true }));
  return directory;
}
