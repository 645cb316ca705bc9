// Runs a table of cases under each engine: one test per case.
import { deepEqual, ok } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { hasNjs, judge } from './judge.mjs';
import { MEDIA, NOW, STORE } from './tokens.mjs';

export const SEED = Number(process.env.PORTCULLIS_SEED ?? 1);

const SKIP = { node: false, njs: hasNjs ? false : 'njs is not installed (Debian: apt-get install njs)' };

/** Calls `body(engine)` in a suite for node, and in one for njs that is skipped where there is none. */
export function underEachEngine(body) {
  for (const engine of ['node', 'njs'])
    describe(engine, () => body(engine, { skip: SKIP[engine] }));
}

/** Fills in what most cases share. */
export function caseOf(more) {
  return { method: 'GET', ip: '203.0.113.7', now: NOW, store: STORE, headers: { host: ['media.example'] }, ...more };
}

export function media(token, more = {}) {
  return caseOf({ uri: `/${token}${MEDIA}`, ...more });
}

/**
 * Judges all cases of a table at once per engine, then makes a test of each. A row is `{ name, given, log, uri?, keys?, also? }`;
 * status and public reason follow from the log data.
 */
export function table(rows) {
  underEachEngine((engine, options) => {
    let verdicts;
    for (const [i, row] of rows.entries()) {
      test(row.name, options, async () => {
        verdicts ??= judge(engine, rows.map(({ given }, id) => ({ id, ...given })), true);
        check((await verdicts)[i], row);
      });
    }
  });
}

const STATUS = { path: 403, viewer: 403, revoked: 403, store: 503 };
const TOLD = { missing: 'missing', expired: 'expired', path: 'path', viewer: 'viewer', revoked: 'revoked', store: 'unavailable' };

function check(verdict, { log, uri, keys, also }) {
  deepEqual(verdict.thrown, null);
  deepEqual(verdict.log, log);
  ok(verdict.reads <= 3, `${verdict.reads} reads`);
  if (log !== null) {
    const no = log.startsWith('no.') ? log.slice(3) : null;
    deepEqual(verdict.status, no === null ? 200 : STATUS[no] ?? 401);
    deepEqual(verdict.reason, no === null ? 'ok' : TOLD[no] ?? 'invalid');
    if (no !== null)
      deepEqual(verdict.uri, null);
  }
  if (uri !== undefined)
    deepEqual(verdict.uri, uri);
  if (keys !== undefined)
    deepEqual(verdict.keys, keys);
  also?.(verdict);
}
