#!/usr/bin/env node
// Processor time per call of the function as deployed, under node and njs, with a store in memory. Prints a table: `npm run bench`.
// `--rival FILE` measures another function for v1 tokens in the same run, under njs: docs/edge.md, "Measuring".
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { hasNjs, lay } from './test/judge.mjs';
import { NOW, SID, STORE, TAGGED, MEDIA, binding, tokenV1, tokenV2 } from './test/tokens.mjs';

const RUNS = 15, CALLS = { node: 5_000, njs: 3_000 };
const tests = join(dirname(fileURLToPath(import.meta.url)), 'test');
const { rival } = parseArgs({ options: { rival: { type: 'string' } } }).values;

const headers = { host: { value: 'media.example' }, 'user-agent': { value: 'Player/1.0' }, 'cloudfront-viewer-country': { value: 'DE' } };
const attributes = { attr: ['ip', 'co'], headers: ['user-agent'] };
const v2 = sid => tokenV2({ sid, ...attributes, bind: binding([['ip', '203.0.113.7'], ['co', 'DE'], ['h.user-agent', 'Player/1.0']], sid) });
const v1 = tokenV1({ ip: true, ip_ver: 4, co: true, headers: ['user-agent'] }, ['203.0.113.7', 'DE', SID, 'Player/1.0']);
const bound = 'v1, address, country and browser bound';
// Token, status, and what is read from the store.
const cases = {
  'v2, nothing bound': [tokenV2(), 200, ['k:k1', `s:${SID}`]],
  'v2, address, country and browser bound': [v2(SID), 200, ['k:k1', `s:${SID}`]],
  'v2, the same with an account tag': [v2(TAGGED), 200, ['k:k1', `s:${TAGGED}`, `a:${TAGGED.slice(0, 10)}`]],
  [bound]: [v1, 200, ['k:old', `s:${SID}`]],
  'v2, signature refused': [tokenV2().slice(0, -1), 401, ['k:k1']],
  'no token': ['media', 401, []],
};

const folder = mkdtempSync(join(tmpdir(), 'portcullis-bench-'));
try {
  prepare('ours');
  prepare('reads', readFileSync(join(tests, 'reads.js'), 'utf8'));
  if (rival !== undefined)
    prepare('rival', readFileSync(rival, 'utf8'));
  console.log(`Processor time a call in microseconds: median (best-worst) of ${RUNS} runs of ${CALLS.njs} calls under njs and ${CALLS.node} under node.`);
  for (const engine of hasNjs ? ['njs', 'node'] : ['node'])
    console.table(measureAll(engine));
} finally {
  rmSync(folder, { recursive: true });
}

function prepare(name, text) {
  const target = join(folder, name);
  mkdirSync(target);
  lay(target, text);
  copyFileSync(join(tests, 'calls.js'), join(target, 'calls.js'));
  writeFileSync(join(target, 'package.json'), '{"type":"module"}');
}

// All take turns, so that whatever else the machine does hits them alike.
function measureAll(engine) {
  const beside = rival !== undefined && engine === 'njs';
  const jobs = Object.entries(cases).map(([name, given]) => ({ name, given, ours: [], reads: [], nothing: [] }));
  const theirs = [];
  for (let run = 0; run < RUNS; run++) {
    for (const job of jobs) {
      job.ours.push(measure(engine, 'ours', job.given));
      job.reads.push(measure(engine, 'reads', [job.given[0], 200, job.given[2]]));
      job.nothing.push(measure(engine, 'reads', [job.given[0], 200, []]));
    }
    if (beside)
      theirs.push(measure(engine, 'rival', cases[bound]));
  }
  const rows = jobs.map(({ name, ours, reads, nothing }) => {
    const alone = median(ours) - median(reads) + median(nothing);
    return { [engine]: name, 'in all': spread(ours), 'without reads': Math.round(alone), ...beside ? { 'beside the rival': (alone / median(theirs)).toFixed(2) } : {} };
  });
  return beside ? [...rows, { [engine]: `the rival: ${bound}`, 'in all': spread(theirs), 'without reads': Math.round(median(theirs)), 'beside the rival': '1.00' }] : rows;
}

function median(times) {
  return times.toSorted((a, b) => a - b)[times.length >> 1];
}

function spread(times) {
  return `${Math.round(median(times))} (${Math.round(Math.min(...times))}-${Math.round(Math.max(...times))})`;
}

function measure(engine, name, [token, status, keys]) {
  const input = join(folder, 'input.json');
  const event = { keys, viewer: { ip: '203.0.113.7' }, request: { method: 'GET', uri: `/${token}${MEDIA}`, querystring: {}, headers } };
  writeFileSync(input, JSON.stringify({ calls: CALLS[engine], now: NOW, store: STORE, event, status }));
  const script = join(folder, name, 'calls.js');
  const command = engine === 'njs' ? ['njs', ['-p', join(folder, name), script, input]] : [process.execPath, ['--import', hook(name), script, input]];
  // In front of the number njs may warn of what is out of date in a rival.
  return Number(/[\d.]+\s*$/.exec(execFileSync(...command, { encoding: 'utf8' }))[0]);
}

// Node finds `cloudfront` and the other modules by path where njs finds them by name.
function hook(name) {
  const names = { cloudfront: 'cloudfront.js', 'portcullis.js': 'portcullis.js' };
  const resolve = `const names=${JSON.stringify(names)};export const resolve=(name,context,next)=>next(names[name]?${JSON.stringify(`file://${folder}/${name}/`)}+names[name]:name,context);`;
  return `data:text/javascript,${encodeURIComponent(`import{register}from'node:module';register('data:text/javascript,'+encodeURIComponent(${JSON.stringify(resolve)}));`)}`;
}
