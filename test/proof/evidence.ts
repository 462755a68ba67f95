import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListMultipartUploadsCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import {
  type ExecutionListItem,
  ListExecutionsCommand,
  paginateListExecutions,
  SFNClient,
  StopExecutionCommand,
} from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient, GetCommand, paginateScan, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { attemptOf, eventOf, recordOf } from '../../adapters/dynamodb/export-items.ts';
import { keys } from '../../adapters/dynamodb/keys.ts';
import type { Attempt, ExportEvent, ExportRecord } from '../../core/domain/export-record.ts';
import type { LocalCloud } from '../../local/cloud.ts';

/** One export as the table has it. */
export interface ExportEvidence {
  readonly record: ExportRecord;
  readonly attempt: Attempt | undefined;
  /** Oldest first. */
  readonly events: readonly ExportEvent[];
}

export interface StoredFile {
  readonly key: string;
  readonly bytes: number;
  readonly lastModified: number;
}

/** A mail about an export that the mail service has taken. */
export interface SentMail {
  readonly exportId: string;
  readonly notificationId: string;
  readonly sentAt: number;
}

/** All that can be seen from outside once everything has come to rest. */
export interface Evidence {
  readonly exports: readonly ExportEvidence[];
  readonly objects: readonly StoredFile[];
  /** Keys of multipart uploads that are open. */
  readonly uploads: readonly string[];
  readonly executions: readonly ExecutionListItem[];
  /** Oldest first. */
  readonly mails: readonly SentMail[];
  /** Ids in the pool's, the accounts' and the users' sets, and waiting items, each with the item it was found in. */
  readonly occupied: readonly { readonly item: string; readonly exportId: string }[];
}

type Item = Readonly<Record<string, unknown>>;

/** Looks at a local cloud, and arranges things in it, with the operator's credentials, which meet no faults. */
export class Witness {
  readonly #table: DynamoDBDocumentClient;
  readonly #s3: S3Client;
  readonly #sfn: SFNClient;
  readonly #tableName: string;
  readonly #bucket: string;
  readonly #stateMachineArn: string;
  readonly #mailbox: LocalCloud['mailbox'];

  constructor(cloud: Pick<LocalCloud, 'info' | 'operatorEnvironment' | 'mailbox'>) {
    const { awsEndpoint, tableName, bucketName, stateMachineArn } = cloud.info();
    const { AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = cloud.operatorEnvironment;
    const config = {
      endpoint: awsEndpoint,
      region: AWS_REGION,
      credentials: { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY },
    };
    this.#table = DynamoDBDocumentClient.from(new DynamoDBClient(config));
    this.#s3 = new S3Client({ ...config, forcePathStyle: true });
    this.#sfn = new SFNClient(config);
    this.#tableName = tableName;
    this.#bucket = bucketName;
    this.#stateMachineArn = stateMachineArn;
    this.#mailbox = cloud.mailbox;
  }

  stop(): void {
    for (const client of [this.#table, this.#s3, this.#sfn]) client.destroy();
  }

  /** The exports alone, which is what a wait looks at. */
  async exports(): Promise<readonly ExportEvidence[]> {
    return exportsIn(await this.#items());
  }

  async collect(): Promise<Evidence> {
    const items = await this.#items();
    const [objects, uploads, executions] = await Promise.all([this.#objects(), this.#uploads(), this.#executions()]);
    const [mails, occupied] = [this.#mails(), items.flatMap(occupiedIn)];
    return { exports: exportsIn(items), objects, uploads, executions, mails, occupied };
  }

  /** How many exports hold a slot, by the pool's item. */
  async poolSize(): Promise<number> {
    const { Item: pool } = await this.#table.send(
      new GetCommand({ TableName: this.#tableName, Key: keys.pool, ConsistentRead: true }),
    );
    return pool?.running instanceof Set ? pool.running.size : 0;
  }

  /** Whether an execution is under way. */
  async isExecuting(): Promise<boolean> {
    const { executions } = await this.#sfn.send(
      new ListExecutionsCommand({ stateMachineArn: this.#stateMachineArn, statusFilter: 'RUNNING', maxResults: 1 }),
    );
    return (executions ?? []).length > 0;
  }

  /** Takes slots for nobody: exports wait in the queue until the sweeper has found that out. */
  async occupyPool(slots: number): Promise<void> {
    await this.#changePool('ADD', slots);
  }

  /** Gives such slots back, of which nobody is told. */
  async releasePool(slots: number): Promise<void> {
    await this.#changePool('DELETE', slots);
  }

  /** As somebody with the console does. */
  async stopExecution(exportId: string): Promise<void> {
    const { executions = [] } = await this.#sfn.send(
      new ListExecutionsCommand({ stateMachineArn: this.#stateMachineArn, statusFilter: 'RUNNING' }),
    );
    const own = executions.filter(({ name }) => name?.startsWith(`${exportId}-`));
    for (const { executionArn } of own) await this.#sfn.send(new StopExecutionCommand({ executionArn }));
  }

  async read(key: string): Promise<Uint8Array> {
    const { Body } = await this.#s3.send(new GetObjectCommand({ Bucket: this.#bucket, Key: key }));
    if (Body === undefined) throw new Error(`${key} has no body`);
    return Body.transformToByteArray();
  }

  async #changePool(action: 'ADD' | 'DELETE', slots: number): Promise<void> {
    await this.#table.send(
      new UpdateCommand({
        TableName: this.#tableName,
        Key: keys.pool,
        UpdateExpression: `${action} running :nobody`,
        ExpressionAttributeValues: { ':nobody': new Set(Array.from({ length: slots }, (_, slot) => `nobody-${slot}`)) },
      }),
    );
  }

  #mails(): SentMail[] {
    return this.#mailbox
      .list()
      .filter(({ tags }) => tags.exportId !== undefined)
      .map(({ tags: { exportId = '', notificationId = '' }, sentAt }) => {
        return { exportId, notificationId, sentAt: Date.parse(sentAt) };
      })
      .reverse();
  }

  async #items(): Promise<Item[]> {
    const items: Item[] = [];
    const scan = { TableName: this.#tableName, ConsistentRead: true };
    for await (const page of paginateScan({ client: this.#table }, scan)) items.push(...(page.Items ?? []));
    return items;
  }

  async #objects(): Promise<StoredFile[]> {
    const objects: StoredFile[] = [];
    for await (const { Contents } of paginateListObjectsV2({ client: this.#s3 }, { Bucket: this.#bucket })) {
      for (const { Key = '', Size = 0, LastModified } of Contents ?? []) {
        objects.push({ key: Key, bytes: Size, lastModified: LastModified?.getTime() ?? 0 });
      }
    }
    return objects;
  }

  async #uploads(): Promise<string[]> {
    const { Uploads } = await this.#s3.send(new ListMultipartUploadsCommand({ Bucket: this.#bucket }));
    return (Uploads ?? []).map(({ Key = '' }) => Key);
  }

  async #executions(): Promise<ExecutionListItem[]> {
    const executions: ExecutionListItem[] = [];
    const list = { stateMachineArn: this.#stateMachineArn };
    for await (const page of paginateListExecutions({ client: this.#sfn }, list)) {
      executions.push(...(page.executions ?? []));
    }
    return executions;
  }
}

/** What concerns some of the exports only. */
export function evidenceOf(evidence: Evidence, isMeant: (exportId: string) => boolean): Evidence {
  const idIn = (key: string) => key.split('/')[2] ?? '';
  return {
    exports: evidence.exports.filter(({ record }) => isMeant(record.id)),
    objects: evidence.objects.filter(({ key }) => isMeant(idIn(key))),
    uploads: evidence.uploads.filter((key) => isMeant(idIn(key))),
    executions: evidence.executions.filter(({ name = '' }) => isMeant(name.slice(0, name.lastIndexOf('-')))),
    mails: evidence.mails.filter(({ exportId }) => isMeant(exportId)),
    occupied: evidence.occupied.filter(({ exportId }) => isMeant(exportId)),
  };
}

function exportsIn(items: readonly Item[]): ExportEvidence[] {
  const isExport = ({ pk, sk }: Item) => String(pk).startsWith('ACCOUNT#') && String(sk).startsWith('EXPORT#');
  const attempts = items.filter(({ sk }) => sk === 'ATTEMPT').map(attemptOf);
  const attemptOfExport = new Map(attempts.map((attempt) => [attempt.exportId, attempt]));
  const events = Map.groupBy(
    items.filter(({ sk }) => String(sk).startsWith('EVENT#')),
    ({ pk }) => String(pk),
  );
  return items.filter(isExport).map((item) => {
    const record = recordOf(item);
    const own = (events.get(`EXPORT#${record.id}`) ?? []).map(eventOf);
    return {
      record,
      attempt: attemptOfExport.get(record.id),
      events: own.sort((a, b) => a.version - b.version),
    };
  });
}

function occupiedIn({ pk, sk, running, exports }: Item): { item: string; exportId: string }[] {
  const item = `${pk} / ${sk}`;
  if (String(pk).startsWith('WAIT#')) return [{ item, exportId: String(sk) }];
  const ids = [running, exports].flatMap((set) => (set instanceof Set ? [...(set as Set<string>)] : []));
  return ids.map((exportId) => ({ item, exportId }));
}
