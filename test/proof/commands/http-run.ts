import { type ExportView, exportView } from '../../../core/contract/export-schemas.ts';
import { isTerminal, type Status } from '../../../core/domain/lifecycle.ts';
import type { SampleRole, SampleUser } from '../../../local/sample-users.ts';
import { sha256, type TestCloud } from '../../e2e/test-cloud.ts';

/** What is known of an export from the answers so far: it may have gone on since. */
export interface Known {
  readonly id: string;
  readonly ownerId: string;
  status: Status;
  /** The file's checksum, from the first look at it as ready. */
  sha256?: string | undefined;
  erased: boolean;
}

export interface Person {
  readonly user: SampleUser;
  role: SampleRole;
  readonly token: string;
}

export interface Answered<Body> {
  readonly status: number;
  readonly body: Body;
  readonly headers: Headers;
}

/** Longer than any file is kept: tokens must outlive every move of the clock. */
const TEN_YEARS_SECONDS = 10 * 365 * 86_400;

/** Statuses that may be seen after each; an export may go several steps between two looks. */
const onward: Readonly<Record<Status, readonly Status[]>> = {
  queued: ['queued', 'running', 'ready', 'failed', 'cancelled', 'expired'],
  running: ['running', 'ready', 'failed', 'cancelled', 'expired'],
  ready: ['ready', 'expired'],
  failed: ['failed'],
  cancelled: ['cancelled'],
  expired: ['expired'],
};

/** One run of commands over HTTP: an account and people of its own on a cloud that all runs share. */
export class HttpRun {
  readonly cloud: TestCloud;
  readonly people: readonly Person[];
  readonly known: Known[] = [];
  readonly keys = new Map<string, { readonly body: string; readonly id: string }>();

  private constructor(cloud: TestCloud, people: readonly Person[]) {
    this.cloud = cloud;
    this.people = people;
  }

  static async begin(cloud: TestCloud, number: number): Promise<HttpRun> {
    const accountId = `run-${number}`;
    const people = await Promise.all(
      (['admin', 'admin', 'member'] as const).map(async (role, index) => {
        const userName = `person-${number}-${index}`;
        const id = `usr_${userName}`;
        const user = { id, userName, name: userName, email: `${userName}@run.example`, accountId, role };
        await cloud.members.set(user, role);
        return { user, role, token: await cloud.issueToken(user, { expiresInSeconds: TEN_YEARS_SECONDS }) };
      }),
    );
    return new HttpRun(cloud, people);
  }

  call<Body>(
    person: Person,
    method: string,
    path: string,
    options: { body?: object; headers?: Record<string, string> } = {},
  ): Promise<Answered<Body>> {
    return this.cloud.call<Body>(person.user.userName, method, path, { ...options, token: person.token });
  }

  /** Takes up what an answer tells of an export. @throws Error when that can never follow what was told before */
  learn(view: ExportView): Known {
    exportView.parse(view);
    const before = this.known.find(({ id }) => id === view.id);
    const known: Known = before ?? {
      id: view.id,
      ownerId: view.requestedBy.userId,
      status: view.status,
      erased: false,
    };
    if (before === undefined) this.known.push(known);
    const allowed = known.erased ? ['expired'] : onward[known.status];
    must('I2', allowed.includes(view.status), `${view.id} was ${known.status} and is ${view.status}`);
    must('I2', known.sha256 === undefined || view.file === undefined || view.file.sha256 === known.sha256, 'new file');
    must('I3', view.status !== 'ready' || view.file !== undefined, `${view.id} is ready without a file`);
    known.status = view.status;
    known.sha256 ??= view.file?.sha256;
    return known;
  }

  mayRead(person: Person, { ownerId }: Known): number {
    if (person.role !== 'member') return 200;
    // What was one's own has become unreadable, and says so; what never was does not exist.
    return person.user.id === ownerId ? 403 : 404;
  }

  /** I12 and I3: whatever was asked for ends, and what is ready can be had, whole. */
  async settle(): Promise<void> {
    const [admin] = this.people;
    if (!admin) throw new Error('nobody');
    await this.setRole(admin, 'admin');
    for (const known of this.known) {
      const deadline = performance.now() + 30_000;
      while (!isTerminal(known.status)) {
        if (performance.now() > deadline) throw new Error(`I12: ${known.id} is still ${known.status}`);
        this.learn((await this.call<ExportView>(admin, 'GET', `/v1/exports/${known.id}`)).body);
        if (!isTerminal(known.status)) await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
    for (const known of this.known) {
      const { body } = await this.call<ExportView>(admin, 'GET', `/v1/exports/${known.id}`);
      this.learn(body);
      if (known.status === 'ready') await this.readFile(admin, known);
    }
  }

  /** @throws Error unless the file is there and is what the record says */
  async readFile(person: Person, known: Known): Promise<void> {
    const { status, headers } = await this.call(person, 'GET', `/v1/exports/${known.id}/download`);
    must('I3', status === 302, `the download of ${known.id} answers ${status}`);
    const response = await fetch(headers.get('location') ?? '');
    const bytes = new Uint8Array(await response.arrayBuffer());
    must('I3', response.ok && sha256(bytes) === known.sha256, `${known.id}: ${response.status}, ${bytes.length} bytes`);
  }

  async setRole(person: Person, role: SampleRole): Promise<void> {
    await this.cloud.members.set(person.user, role);
    person.role = role;
  }
}

export function must(guarantee: string, holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(`${guarantee}: ${otherwise}`);
}
