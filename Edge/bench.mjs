#!/usr/bin/env node
// Time per call of the function as deployed, under node and njs, with a store in memory. Prints a table: `npm run bench`.
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { hasNjs, lay } from './test/judge.mjs';
import { NOW, SID, STORE, TAGGED, MEDIA, binding, tokenV1, tokenV2 } from './test/tokens.mjs';

const RUNS = 9, CALLS = { node: 5_000, njs: 500 };
const headers = { host: { value: 'media.example' }, 'user-agent': { value: 'Player/1.0' }, 'cloudfront-viewer-country': { value: 'DE' } };
const attributes = { attr: ['ip', 'co'], headers: ['user-agent'] };
const v2 = sid => tokenV2({ sid, ...attributes, bind: binding([['ip', '203.0.113.7'], ['co', 'DE'], ['h.user-agent', 'Player/1.0']], sid) });
const v1 = tokenV1({ ip: true, ip_ver: 4, co: true, headers: ['user-agent'] }, ['203.0.113.7', 'DE', SID, 'Player/1.0']);
const uris = {
  'v2, nothing bound': tokenV2(), 'v2, address, country and browser bound': v2(SID), 'v2, the same with an account tag': v2(TAGGED), 'v1, address, country and browser bound': v1,
  'v2, signature refused': tokenV2().slice(0, -1), 'no token': 'media',
};

const folder = mkdtempSync(join(tmpdir(), 'portcullis-bench-'));
try {
  lay(folder);
  copyFileSync(join(dirname(fileURLToPath(import.meta.url)), 'test', 'calls.js'), join(folder, 'calls.js'));
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  const rows = [];
  for (const [name, token] of Object.entries(uris)) {
    const row = { case: name };
    for (const engine of hasNjs ? ['njs', 'node'] : ['node']) {
      const times = Array.from({ length: RUNS }, () => measure(engine, token)).sort((a, b) => a - b);
      row[`${engine}, median µs`] = Math.round(times[RUNS >> 1]);
      row[`${engine}, best µs`] = Math.round(times[0]);
    }
    rows.push(row);
  }
  console.log(`${RUNS} runs, ${CALLS.njs} calls each under njs and ${CALLS.node} under node.`);
  console.table(rows);
} finally {
  rmSync(folder, { recursive: true });
}

function measure(engine, token) {
  const input = join(folder, 'input.json');
  const event = { viewer: { ip: '203.0.113.7' }, request: { method: 'GET', uri: `/${token}${MEDIA}`, querystring: {}, headers } };
  writeFileSync(input, JSON.stringify({ calls: CALLS[engine], now: NOW, store: STORE, event }));
  const script = join(folder, 'calls.js');
  const output = engine === 'njs' ? execFileSync('njs', ['-p', folder, script, input]) : execFileSync(process.execPath, ['--import', hook(), script, input]);
  return Number(output);
}

// Node finds `cloudfront` and the other modules by path where njs finds them by name.
function hook() {
  const names = { cloudfront: 'cloudfront.js', 'portcullis.js': 'portcullis.js' };
  const resolve = `const names=${JSON.stringify(names)};export const resolve=(name,context,next)=>next(names[name]?${JSON.stringify(`file://${folder}/`)}+names[name]:name,context);`;
  return `data:text/javascript,${encodeURIComponent(`import{register}from'node:module';register('data:text/javascript,'+encodeURIComponent(${JSON.stringify(resolve)}));`)}`;
}
