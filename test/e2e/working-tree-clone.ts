import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const untouched = ['node_modules', '.git', '.build', '.waybill', 'cdk.out', 'test', 'docs'];

/** A clone of the working tree, so that what a test changes does not come to lie in this one. */
export class WorkingTreeClone {
  readonly directory = mkdtempSync(join(tmpdir(), 'waybill-clone-'));

  constructor() {
    chmodSync(this.directory, 0o755);
    for (const entry of readdirSync('.').filter((name) => !untouched.includes(name))) {
      cpSync(entry, join(this.directory, entry), { recursive: true });
    }
    symlinkSync(resolve('node_modules'), join(this.directory, 'node_modules'));
  }

  /** @param file from the root of the repository */
  write(file: string, content: string): void {
    writeFileSync(join(this.directory, file), content);
  }

  /** Gives keys of stage `local` other values than those in cdk.json. */
  configure(config: Readonly<Record<string, unknown>>): void {
    const cdk = JSON.parse(readFileSync('cdk.json', 'utf8')) as { context: { stages: { local: object } } };
    Object.assign(cdk.context.stages.local, config);
    this.write('cdk.json', JSON.stringify(cdk));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}
