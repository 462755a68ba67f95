import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { forgetPermissionUse } from '../e2e/permission-use.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** For what several files share, and nobody needs when all have run. */
    temporaryDirectory: string;
  }
}

/** Before a run what earlier ones have recorded is forgotten, as it says nothing about this one. */
export default function setUp(project: TestProject): () => void {
  forgetPermissionUse();
  const directory = mkdtempSync(path.join(tmpdir(), 'waybill-test-'));
  project.provide('temporaryDirectory', directory);
  return () => rmSync(directory, { recursive: true, force: true });
}
