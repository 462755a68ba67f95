import { exportRequest } from '../../../core/contract/export-schemas.ts';
import type { ExportId } from '../../../core/domain/export-id.ts';
import { holds } from '../../../core/domain/permissions.ts';
import type { Caller } from '../../../core/usecases/caller.ts';
import { cancelExport } from '../../../core/usecases/cancel-export.ts';
import { createExport } from '../../../core/usecases/create-export.ts';
import { deleteExport } from '../../../core/usecases/delete-export.ts';
import { downloadExport } from '../../../core/usecases/download-export.ts';
import { getExport } from '../../../core/usecases/get-export.ts';
import { listExports } from '../../../core/usecases/list-exports.ts';
import { rerunExport, retryExport } from '../../../core/usecases/run-again.ts';
import { DAY } from '../../support/exports.ts';
import { refOf } from '../../support/memory-deployment.ts';
import { people } from './environment.ts';
import type { Model, ModelExport } from './model.ts';
import { actual, predicted, type Step, verify } from './step.ts';

/** A request's body, of which there are two kinds, and its key, of which there are three, or none. */
const create: Step = async ({ env, model, who, arg }) => {
  const body = arg % 2;
  const key = arg % 8 < 3 ? `key-${arg % 8}` : undefined;
  const requestKey = JSON.stringify([who.accountId, who.userId, key]);
  const used = key === undefined ? undefined : model.requests.get(requestKey);
  const isUsed = used !== undefined && used.until > model.now;
  const expected = (() => {
    if (isUsed) return used.body === body ? used.id : 'idempotency_conflict';
    if (!model.flags.acceptExports) return 'exports_disabled';
    return model.hasTooMany(who.accountId, who.userId) ? 'too_many_active_exports' : 'created';
  })();

  const request = exportRequest.parse({ report: 'guests', columns: body === 0 ? ['id'] : ['guest'] });
  const known = new Set(env.refs.map(({ exportId }) => exportId));
  const happened = await actual(async () => {
    const record = await createExport(env.deps, who, request, key);
    if (known.has(record.id)) return record.id;
    env.refs.push(refOf(record));
    model.add(refOf(record), who.userId);
    if (key !== undefined) model.requests.set(requestKey, { body, id: record.id, until: model.now + DAY });
    return 'created';
  });
  verify(happened, expected);
  return happened.startsWith('exp_') ? 'replayed' : happened;
};

const cancel: Step = async ({ env, model, who, each }) => {
  if (!each) return undefined;
  const expected =
    unreadable(each, who) ??
    predicted(() => {
      if (model.isOver(each)) return 'already_terminal';
      if (model.isLive(each)) {
        each.cancelRequested = true;
        return 'asked';
      }
      model.endFromOutside(each, 'cancelled');
      return 'cancelled';
    });
  const happened = await actual(async () => {
    const { record } = await cancelExport(env.deps, who, each.ref.exportId);
    return record.status === 'cancelled' ? 'cancelled' : 'asked';
  });
  return verify(happened, expected);
};

const retry: Step = ({ env, model, who, each }) =>
  runAgain(model, who, each, {
    refuse: (old) => (model.statusOf(old) === 'failed' ? undefined : 'already_terminal'),
    run: async (id) => {
      const record = await retryExport(env.deps, who, id);
      env.refs.push(refOf(record));
      model.add(refOf(record), who.userId, { retryOf: id });
      model.get(id).retriedBy = record.id;
    },
  });

const rerun: Step = ({ env, model, who, each }) =>
  runAgain(model, who, each, {
    refuse: (old) => (model.isOver(old) ? undefined : 'not_ready'),
    run: async (id) => {
      const record = await rerunExport(env.deps, who, id);
      env.refs.push(refOf(record));
      model.add(refOf(record), who.userId, { rerunOf: id });
    },
  });

async function runAgain(
  model: Model,
  who: Caller,
  old: ModelExport | undefined,
  way: { refuse(old: ModelExport): string | undefined; run(id: ExportId): Promise<void> },
): Promise<string | undefined> {
  if (!old) return undefined;
  const expected = (() => {
    if (!model.flags.acceptExports) return 'exports_disabled';
    const problem = unreadable(old, who);
    if (problem) return problem;
    if (old.erasedAt !== undefined) return 'file_expired';
    const refused = way.refuse(old);
    if (refused) return refused;
    return model.hasTooMany(who.accountId, who.userId) ? 'too_many_active_exports' : 'created';
  })();
  const happened = await actual(async () => {
    await way.run(old.ref.exportId);
    return 'created';
  });
  return verify(happened, expected);
}

const remove: Step = async ({ env, model, who, each }) => {
  if (!each) return undefined;
  const expected = unreadable(each, who) ?? (model.isOver(each) ? 'deleted' : 'not_ready');
  if (expected === 'deleted' && each.erasedAt === undefined) {
    each.erasedAt = model.now;
    each.cleaned = false;
  }
  const happened = await actual(async () => {
    await deleteExport(env.deps, who, each.ref.exportId);
    return 'deleted';
  });
  return verify(happened, expected);
};

const download: Step = async ({ env, model, who, each }) => {
  if (!each) return undefined;
  const expected = (() => {
    const problem = unreadable(each, who);
    if (problem) return problem;
    if (!model.flags.allowDownloads) return 'downloads_disabled';
    const status = model.statusOf(each);
    if (status === 'ready') return 'downloaded';
    return status === 'expired' ? 'file_expired' : 'not_ready';
  })();
  const happened = await actual(async () => {
    const { url } = (await downloadExport(env.deps, who, each.ref.exportId)).download;
    if (!env.files.objects.has(url.slice('memory:'.length))) throw new Error(`${url} leads to nothing`);
    return 'downloaded';
  });
  return verify(happened, expected);
};

const get: Step = async ({ env, model, who, each }) => {
  if (!each) return undefined;
  const position = model.line(each.ref.accountId).indexOf(each) + 1;
  const expected = unreadable(each, who) ?? `${model.statusOf(each)} ${position === 0 ? undefined : position}`;
  const happened = await actual(async () => {
    const { view } = await getExport(env.deps, who, each.ref.exportId);
    return `${view.status} ${view.queuePosition}`;
  });
  verify(happened, expected);
  return expected === 'not_found' ? expected : 'seen';
};

const list: Step = async ({ env, model, who }) => {
  const visible = model.exports.filter((each) => unreadable(each, who) === undefined);
  const expected = visible.map((each) => `${each.ref.exportId} ${model.statusOf(each)}`).sort();
  const { data, total } = await listExports(env.deps, who, { limit: 100 });
  verify(
    data
      .map(({ id, status }) => `${id} ${status}`)
      .reverse()
      .join(),
    expected.join(),
  );
  verify(String(total), String(visible.length));
  return 'seen';
};

/** An export of another account, or of somebody else while one reads only one's own, does not exist. */
function unreadable(each: ModelExport, who: Caller): 'not_found' | undefined {
  const isParty = each.userId === who.userId || holds(who, 'exports:read-all');
  return each.ref.accountId === who.accountId && isParty ? undefined : 'not_found';
}

export const requestSteps = { create, cancel, retry, rerun, remove, download, get, list } satisfies Record<
  string,
  Step
>;

/** Whoever asks: anybody, and most often the one who asked for the export. */
export function personOf(index: number, each: ModelExport | undefined): Caller {
  const requester = people.find(({ userId }) => userId === each?.userId);
  return (index >= people.length ? requester : undefined) ?? (people[index % people.length] as Caller);
}
