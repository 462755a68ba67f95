import { basename } from 'node:path';
import { type PartFilesWaybill, type Waybill, waybillSchema } from '../core/domain/waybill.ts';
import { type Comparison, type ListedFile, verifyFile } from './verify-file.ts';

export interface Verification extends Comparison {
  readonly waybill: Waybill;
}

/**
 * Compares copies of files with their waybill. The only file that it is of may have any name; several are matched by
 * name, and one that is missing, not listed, or there twice is a difference.
 * @param manifest the waybill's text
 * @throws Error when a file cannot be read, the manifest is none, or is of one file and more are given
 */
export async function verifyFiles(paths: readonly string[], manifest: string): Promise<Verification> {
  const waybill = parseManifest(manifest);
  if (waybill.schemaVersion === 2) return { waybill, ...(await verifyPartFiles(paths, waybill)) };
  const [path, ...others] = paths;
  if (path === undefined || others.length > 0) {
    throw new Error(`the waybill is of one file, and ${paths.length} are given`);
  }
  return { waybill, ...(await verifyFile(path, waybill.file, waybill)) };
}

async function verifyPartFiles(paths: readonly string[], waybill: PartFilesWaybill): Promise<Comparison> {
  const pathsByName = Map.groupBy(paths, (path) => basename(path));
  const differences = sumDifferences(waybill);
  let countsRows = true;
  for (const listed of waybill.files) {
    const [path, ...others] = pathsByName.get(listed.name) ?? [];
    pathsByName.delete(listed.name);
    if (path === undefined) {
      differences.push(`${listed.name}: missing`);
      continue;
    }
    if (others.length > 0) differences.push(`${listed.name}: given ${others.length + 1} times`);
    for (const each of [path, ...others]) {
      const compared = await verifyFile(each, listed, waybill);
      differences.push(...compared.differences.map((difference) => `${listed.name}: ${difference}`));
      countsRows &&= compared.countsRows;
    }
  }
  differences.push(...[...pathsByName.keys()].map((name) => `${name}: the waybill does not list it`));
  return { differences, countsRows };
}

/** A manifest that lists less than it says in all has been changed. */
function sumDifferences({ file, files }: PartFilesWaybill): string[] {
  const sum = (of: (listed: ListedFile) => number) => files.reduce((total, listed) => total + of(listed), 0);
  return (['bytes', 'rows'] as const).flatMap((what) => {
    const listed = sum((each) => each[what]);
    return listed === file[what] ? [] : [`${what}: the waybill says ${file[what]}, and lists files with ${listed}`];
  });
}

function parseManifest(text: string): Waybill {
  try {
    return waybillSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error('the manifest is not a waybill', { cause });
  }
}
