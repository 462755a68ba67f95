import { mkdir, writeFile } from 'node:fs/promises';
import { type Browser, type BrowserContext, type BrowserContextOptions, type Page, selectors } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, vi } from 'vitest';
import type { Template } from '../../local/template/template.ts';
import { startTestCloud, type TestCloud, type TestCloudOptions } from '../e2e/test-cloud.ts';
import { launchChromium } from './chromium.ts';
import { ConsoleGate, type ExpectedAnswer } from './console-gate.ts';
import { signIn } from './report-center.ts';

export interface OpenOptions {
  readonly viewport?: { readonly width: number; readonly height: number };
  /** A context that is there already: another tab of the same person, who is signed in. */
  readonly context?: BrowserContext;
}

/** What the tests of one file share: a local cloud, and a browser that looks at it. */
export interface BrowserTests {
  readonly cloud: TestCloud;
  /** Opens a page of the report center in a browser of its own, by way of the sign-in. @param path e.g. `/` */
  open(userName: string, path?: string, options?: OpenOptions): Promise<Page>;
  /** Opens a page that is somebody else's. What the browser complains of there is for the test to look at. */
  openElsewhere(url: string): Promise<Page>;
  /** Declares answers of the server that this test provokes. */
  expectAnswers(...answers: readonly ExpectedAnswer[]): void;
  /** Declares that this test leaves requests unanswered. @param error in Chromium's words @param url a part of it */
  expectNoAnswer(error: string, url: string): void;
}

// Far longer than anything takes, for machines that are busy with other things.
const STEP_TIMEOUT_MS = 60_000;
const TEST_TIMEOUT_MS = 300_000;

/**
 * Starts a local cloud and a browser for the tests of this file. After each of them its pages are closed, and it fails
 * if one of them had anything to complain of.
 */
export function browserTests(options: Omit<TestCloudOptions, 'changeTemplate'> = {}): BrowserTests {
  vi.setConfig({ testTimeout: TEST_TIMEOUT_MS });
  const gate = new ConsoleGate();
  const contexts: BrowserContext[] = [];
  let started: { readonly cloud: TestCloud; readonly browser: Browser } | undefined;

  beforeAll(async () => {
    selectors.setTestIdAttribute('data-test');
    const [cloud, browser] = await Promise.all([
      startTestCloud({ ...options, changeTemplate: allowSlowStarts, recordsPermissions: true }),
      launchChromium(),
    ]);
    started = { cloud, browser };
  }, 600_000);

  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail' || gate.undeclared().length > 0) {
      await keepEvidence(task.name, contexts, running().cloud.output);
    }
    await Promise.all(contexts.splice(0).map((context) => context.close()));
    // A test that failed may have left its own behind.
    await running().cloud.faults.set({ rules: [] });
    expect(gate.drain(), 'what the console said').toEqual([]);
  });

  afterAll(async () => {
    await started?.browser.close();
    await started?.cloud.stop();
  });

  function running() {
    if (started === undefined) throw new Error('The cloud and the browser start before the first test of a file.');
    return started;
  }

  async function newContext(options: BrowserContextOptions): Promise<BrowserContext> {
    const context = await running().browser.newContext(options);
    context.setDefaultTimeout(STEP_TIMEOUT_MS);
    contexts.push(context);
    return context;
  }

  async function newReader(viewport: OpenOptions['viewport'] = { width: 1280, height: 900 }): Promise<BrowserContext> {
    const context = await newContext({
      ...{ viewport, baseURL: running().cloud.origin, locale: 'en-US', timezoneId: 'UTC', reducedMotion: 'reduce' },
      permissions: ['clipboard-read', 'clipboard-write'],
    });
    context.on('page', (page) => gate.watch(page));
    return context;
  }

  return {
    get cloud() {
      return running().cloud;
    },
    async open(userName, path = '/', { viewport, context } = {}) {
      const page = await (context ?? (await newReader(viewport))).newPage();
      await page.goto(path);
      if (context === undefined) await signIn(page, userName);
      return page;
    },
    async openElsewhere(url) {
      const page = await (await newContext({})).newPage();
      await page.goto(url);
      return page;
    },
    expectAnswers: (...answers) => gate.expect(...answers),
    expectNoAnswer: (error, url) => gate.expect({ error, url }),
  };
}

/** What the pages of a test looked like when it failed, and what the cloud had printed by then, in .build/browser. */
async function keepEvidence(
  testName: string,
  contexts: readonly BrowserContext[],
  output: readonly string[],
): Promise<void> {
  const path = `.build/browser/${testName.replace(/[^a-z0-9]+/gi, '-').slice(0, 80)}`;
  await mkdir('.build/browser', { recursive: true });
  await writeFile(`${path}.log`, output.join('\n'));
  const pages = contexts.flatMap((context) => context.pages());
  await Promise.allSettled(pages.map((page, index) => page.screenshot({ path: `${path}-${index}.png` })));
}

/** A page starts many functions at once, each of which takes its time on a busy machine: that is no error of the page. */
function allowSlowStarts({ Resources }: Template): void {
  for (const { Type, Properties } of Object.values(Resources)) {
    if (Type === 'AWS::Lambda::Function') Properties.Timeout = Math.max(Number(Properties.Timeout ?? 0), 60);
  }
}
