// @module-tag too-large

import { describe, expect, test } from 'vitest';
import { exportRequest } from '../../../core/contract/export-schemas.ts';
import { SMALL_ROUTE_MAX_ROWS } from '../../../core/domain/export-record.ts';
import { createExport } from '../../../core/usecases/create-export.ts';
import { measureExport } from '../../../core/usecases/measure-export.ts';
import { createMemoryDeployment, type MemoryDeployment, refOf, val } from '../../support/memory-deployment.ts';
import { hundredByteRows, ScriptedSource } from '../../support/scripted-source.ts';

const deps = ({ deps: all }: MemoryDeployment, rows: number) => ({
  ...all,
  source: new ScriptedSource(rows, () => hundredByteRows(0)),
});

describe('the route', () => {
  test.each([
    [0, 'small'],
    [SMALL_ROUTE_MAX_ROWS, 'small'],
    [SMALL_ROUTE_MAX_ROWS + 1, 'large'],
    [9_000_000, 'large'],
  ] as const)('of %i rows is %s, and both are noted', async (rows, route) => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createQueued();
    expect(await measureExport(deps(deployment, rows), ref)).toEqual({ route });
    expect(await deployment.find(ref)).toMatchObject({ route, rowsTotal: { rows, exact: true } });
  });

  test('is counted exactly up to the first row that decides it', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createQueued();
    const bounds: number[] = [];
    const source = deps(deployment, 5).source;
    const counting = Object.assign(source, {
      measure: async (_plan: unknown, exactUpTo: number) => {
        bounds.push(exactUpTo);
        return { rows: 5, exact: true };
      },
    });
    await measureExport({ ...deployment.deps, source: counting }, ref);
    expect(bounds).toEqual([10_001]);
  });

  test('of an export that has ended asks no database', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createReady();
    const failing = deps(deployment, 0);
    failing.source.measure = async () => {
      throw new Error('asked');
    };
    expect(await measureExport(failing, ref)).toEqual({ route: 'small' });
  });

  test('fails, for good, when the report is not the one that was asked for', async () => {
    const deployment = createMemoryDeployment();
    const ref = await deployment.createQueued();
    const changed = { ...deps(deployment, 1), catalog: { reports: [] } };
    await expect(measureExport(changed, ref)).rejects.toMatchObject({ code: 'invalid_data', retryable: false });
    const unknown = { accountId: 'globex', exportId: ref.exportId };
    await expect(measureExport(deps(deployment, 1), unknown)).rejects.toMatchObject({ code: 'internal' });
  });

  test('of more rows than the format takes fails before anything runs', async () => {
    const deployment = createMemoryDeployment();
    const reports = deployment.deps.catalog.reports.map((report) => ({
      ...report,
      maxPdfRows: 100,
      formats: ['pdf'] as const,
    }));
    const catalog = { reports };
    const caller = { ...deployment.deps, catalog };
    const record = await createExport(caller, val, exportRequest.parse({ report: 'guests', format: 'pdf' }), undefined);
    const ref = refOf(record);
    expect(await measureExport({ ...deps(deployment, 100), catalog }, ref)).toEqual({ route: 'small' });
    await expect(measureExport({ ...deps(deployment, 101), catalog }, ref)).rejects.toMatchObject({
      code: 'too_large',
      retryable: false,
      userMessage: expect.stringMatching(/100 rows for PDF.*narrower date range/),
    });
  });
});
