import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MultipartUpload, UploadedPart } from './stored-object.ts';

const JOURNAL_SUFFIX = '.jsonl';

type UploadHeader = Omit<MultipartUpload, 'parts'>;

interface OpenUpload extends UploadHeader {
  readonly parts: Map<number, UploadedPart>;
}

/**
 * A bucket's multipart uploads, in memory and as one journal each: a line for the upload, then a line for every part.
 * A line that a crash cut off is a part whose uploader never got an answer, and is dropped.
 */
export class UploadIndex {
  readonly #directory: string;
  readonly #uploads = new Map<string, OpenUpload>();

  constructor(directory: string) {
    this.#directory = directory;
    mkdirSync(directory, { recursive: true });
    for (const name of readdirSync(directory)) {
      const upload = readJournal(readFileSync(join(directory, name), 'utf8'));
      if (!upload) rmSync(join(directory, name));
      else {
        this.#uploads.set(upload.id, upload);
        this.#writeJournal(upload);
      }
    }
  }

  get(id: string): MultipartUpload | undefined {
    return this.#uploads.get(id);
  }

  values(): IterableIterator<MultipartUpload> {
    return this.#uploads.values();
  }

  create(header: UploadHeader): void {
    const upload = { ...header, parts: new Map<number, UploadedPart>() };
    this.#writeJournal(upload);
    this.#uploads.set(header.id, upload);
  }

  /**
   * Records a part, in place of an earlier one of the same number.
   * @returns false when the upload has ended meanwhile
   */
  putPart(id: string, part: UploadedPart): boolean {
    const upload = this.#uploads.get(id);
    if (!upload) return false;
    appendFileSync(this.#path(id), `${JSON.stringify(part)}\n`);
    upload.parts.set(part.partNumber, part);
    return true;
  }

  delete(id: string): void {
    rmSync(this.#path(id), { force: true });
    this.#uploads.delete(id);
  }

  /** Also drops a cut-off last line, to which the next part would otherwise be appended. */
  #writeJournal({ parts, ...header }: OpenUpload): void {
    const lines = [header, ...parts.values()].map((line) => `${JSON.stringify(line)}\n`);
    writeFileSync(this.#path(header.id), lines.join(''));
  }

  #path(id: string): string {
    return join(this.#directory, `${id}${JOURNAL_SUFFIX}`);
  }
}

function readJournal(text: string): OpenUpload | undefined {
  const [headerLine, ...partLines] = text.split('\n').slice(0, -1);
  if (headerLine === undefined) return undefined;
  const header = JSON.parse(headerLine) as UploadHeader;
  const parts = partLines.map((line) => JSON.parse(line) as UploadedPart);
  return { ...header, parts: new Map(parts.map((part) => [part.partNumber, part])) };
}
