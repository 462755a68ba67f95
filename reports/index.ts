import { readdirSync } from 'node:fs';
import { reportFilesIn } from '../core/contract/report-files.ts';
import { catalogOf } from '../core/domain/catalog.ts';

/**
 * Every report of this deployment: one for each file of this folder. What is deployed holds a list of them in place of
 * this search, made when it is bundled.
 */
const files = reportFilesIn(readdirSync(import.meta.dirname));
const modules = await Promise.all(
  files.map(async (file) => [file, await import(/* @vite-ignore */ `./${file}`)] as const),
);

export const catalog = catalogOf(modules);
