// @module-tag list

import { describe, expect, test } from 'vitest';
import {
  type CenterSearch,
  exportListQuery,
  lastPage,
  nextSort,
  readCenterSearch,
  sortDirection,
  writeCenterSearch,
} from '../../../web/src/center/center-search.ts';

const id = 'exp_01a2042e-ddce-7121-9f77-6b99093ca1a0';

const plain: CenterSearch = {
  page: 1,
  sort: '-createdAt',
  status: undefined,
  reportId: undefined,
  isMineOnly: false,
  olderThan: undefined,
};

function read(search: string): CenterSearch {
  return readCenterSearch(new URLSearchParams(search));
}

function write(search: string, change: Partial<CenterSearch>): string {
  return writeCenterSearch(new URLSearchParams(search), change).toString();
}

describe('what the address says', () => {
  test('nothing is the newest of everything', () => {
    expect(read('')).toEqual(plain);
  });

  test('every part can be named', () => {
    expect(read(`page=3&sort=report&status=failed&report=orders&mine=true&olderThan=${id}`)).toEqual({
      page: 3,
      sort: 'report',
      status: 'failed',
      reportId: 'orders',
      isMineOnly: true,
      olderThan: id,
    });
  });

  test.each([
    'page=0',
    'page=-1',
    'page=1.5',
    'page=x',
    'page=',
    'sort=size',
    'status=done',
    'report=../x',
    `report=${'a'.repeat(65)}`,
    'mine=yes',
    'olderThan=exp_1',
  ])('%s counts as not said', (search) => {
    expect(read(search)).toEqual(plain);
  });

  test('the API numbers forty pages', () => {
    expect(read('page=41').page).toBe(40);
    expect(read('page=99999999999999999999').page).toBe(40);
  });
});

describe('another part of the list', () => {
  test('what is usual is not written', () => {
    expect(write('page=2&sort=report', { page: 1, sort: '-createdAt' })).toBe('');
  });

  test.each<Partial<CenterSearch>>([
    { status: 'ready' },
    { reportId: 'orders' },
    { isMineOnly: true },
    { sort: 'status' },
    { status: undefined },
  ])('%o begins at the first page of the newest', (change) => {
    const next = readCenterSearch(writeCenterSearch(new URLSearchParams(`page=7&olderThan=${id}`), change));
    expect(next).toMatchObject({ page: 1, olderThan: undefined });
  });

  test('another page keeps filters, order and where the pages begin', () => {
    expect(read(write(`status=ready&sort=-createdAt&olderThan=${id}`, { page: 2 }))).toEqual({
      ...plain,
      page: 2,
      status: 'ready',
      olderThan: id,
    });
  });

  test('what is older begins at a first page, and keeps the filters', () => {
    expect(read(write('page=40&status=ready', { olderThan: id }))).toEqual({
      ...plain,
      status: 'ready',
      olderThan: id,
    });
  });

  test('parameters of others stay', () => {
    expect(write(`export=${id}&page=2`, { status: 'ready' })).toBe(`export=${id}&status=ready`);
  });

  test('a change of nothing mends what is wrong', () => {
    expect(write('page=abc&status=ready&sort=x&export=1', {})).toBe('status=ready&export=1');
    expect(write('page=2', {})).toBe('page=2');
  });
});

test('the query of the API', () => {
  expect(exportListQuery({ ...plain, page: 2, reportId: 'orders', isMineOnly: true, olderThan: id }, '1001')).toEqual({
    limit: 25,
    page: 2,
    sort: '-createdAt',
    status: undefined,
    report: 'orders',
    scope: '1001',
    mine: 'true',
    cursor: id,
  });
});

test.each([
  [0, 1],
  [25, 1],
  [26, 2],
  [1000, 40],
])('%i exports have %i pages', (total, pages) => {
  expect(lastPage({ total, limit: 25 })).toBe(pages);
});

describe('order', () => {
  test('time begins with the newest, words with A; pressed again it turns', () => {
    expect(nextSort('status', 'createdAt')).toBe('-createdAt');
    expect(nextSort('-createdAt', 'createdAt')).toBe('createdAt');
    expect(nextSort('createdAt', 'createdAt')).toBe('-createdAt');
    expect(nextSort('-createdAt', 'report')).toBe('report');
    expect(nextSort('report', 'report')).toBe('-report');
    expect(nextSort('-report', 'report')).toBe('report');
  });

  test('one column has it', () => {
    expect(sortDirection('-createdAt', 'createdAt')).toBe('descending');
    expect(sortDirection('status', 'status')).toBe('ascending');
    expect(sortDirection('status', 'report')).toBe('none');
  });
});
