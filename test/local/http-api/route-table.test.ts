import { describe, expect, test } from 'vitest';
import { RouteTable } from '../../../local/http-api/route-table.ts';

const table = new RouteTable(
  [
    '$default',
    'ANY /{proxy+}',
    'GET /pets/{proxy+}',
    'GET /pets/dog/{id}',
    'ANY /pets/dog/1',
    'GET /pets/dog/1',
    'GET /{kind}/dog/all',
    'POST /',
  ].map((routeKey) => ({ routeKey })),
);

describe('the most specific route wins', () => {
  test.for([
    ['GET', '/pets/dog/1', 'GET /pets/dog/1', {}],
    ['POST', '/pets/dog/1', 'ANY /pets/dog/1', {}],
    ['GET', '/pets/dog/2', 'GET /pets/dog/{id}', { id: '2' }],
    ['GET', '/pets/dog/all', 'GET /pets/dog/{id}', { id: 'all' }],
    ['GET', '/birds/dog/all', 'GET /{kind}/dog/all', { kind: 'birds' }],
    ['GET', '/pets/cat/1', 'GET /pets/{proxy+}', { proxy: 'cat/1' }],
    ['GET', '/pets/dog/a%20b%2Fc', 'GET /pets/dog/{id}', { id: 'a b/c' }],
    ['GET', '/pets/dog/', 'GET /pets/{proxy+}', { proxy: 'dog/' }],
    ['POST', '/test/5', 'ANY /{proxy+}', { proxy: 'test/5' }],
    ['GET', '/', '$default', {}],
    ['POST', '/', 'POST /', {}],
  ] as const)('%s %s -> %s', ([method, path, routeKey, pathParameters]) => {
    expect(table.match(method, path)).toEqual({ route: { routeKey }, pathParameters });
  });
});

test('without $default nothing catches the rest', () => {
  const narrow = new RouteTable([{ routeKey: 'GET /v1/exports/{id}' }]);
  expect(narrow.match('GET', '/v1/exports')).toBeUndefined();
  expect(narrow.match('GET', '/v1/exports/a/b')).toBeUndefined();
  expect(narrow.match('POST', '/v1/exports/a')).toBeUndefined();
});

test.for(['/v1/exports', 'GET v1', 'GET /{all+}/tail'])('the route key %s is refused by its name', (routeKey) => {
  expect(() => new RouteTable([{ routeKey }])).toThrow(routeKey);
});
