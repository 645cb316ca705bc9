// What holds for every token, and for both engines alike.
import { deepEqual, equal, ok } from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { SEED, caseOf, media, underEachEngine } from './engines.mjs';
import { judge, hasNjs } from './judge.mjs';
import { MEDIA, NOW, SID, STORE, TAGGED, binding, tokenV1, tokenV2 } from './tokens.mjs';

const TOKENS = { v2: tokenV2({ attr: ['ip'], bind: binding([['ip', '203.0.113.7']]) }), v1: tokenV1({ ip: true, ip_ver: 4 }, ['203.0.113.7', SID]) };

underEachEngine((engine, options) => {
  for (const [format, token] of Object.entries(TOKENS)) {
    test(`A ${format} token with any character changed is refused, and looks up no revocation`, options, async () => {
      const cases = [...token].flatMap((was, at) => changes(was, at).map(now => media(token.slice(0, at) + now + token.slice(at + 1))));
      const verdicts = await judge(engine, [media(token), ...cases], true);
      equal(verdicts.shift().log, `ok.${SID}`);
      deepEqual(verdicts.filter(({ log, keys }) => !log.startsWith('no.') || keys.length > 1), []);
    });
  }

  test('20,000 cases are judged in less than 60 s by judge.mjs, one verdict each and in order', options, () => {
    const folder = mkdtempSync(join(tmpdir(), 'portcullis-judge-'));
    try {
      const files = [join(folder, 'cases.ndjson'), join(folder, 'verdicts.ndjson')];
      const all = [media(TOKENS.v2), media(TOKENS.v1), media(TOKENS.v2.slice(0, -1)), caseOf({ uri: MEDIA, query: `pt=${TOKENS.v2}` })];
      writeFileSync(files[0], Array.from({ length: 20_000 }, (_, id) => JSON.stringify({ id, ...all[id % all.length] })).join('\n'));
      const started = Date.now();
      execFileSync(process.execPath, [join(import.meta.dirname, 'judge.mjs'), '--engine', engine, ...files]);
      ok(Date.now() - started < 60_000);
      const verdicts = readFileSync(files[1], 'utf8').trimEnd().split('\n').map(line => JSON.parse(line));
      deepEqual(verdicts.map(({ id }) => id), Array.from({ length: 20_000 }, (_, id) => id));
      deepEqual(verdicts[4], { id: 4, status: 200, reason: 'ok', log: `ok.${SID}`, uri: MEDIA, reads: 2 });
      deepEqual(verdicts[6], { id: 6, status: 401, reason: 'invalid', log: 'no.signature', uri: null, reads: 1 });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

test('node and njs agree on random requests', { skip: hasNjs ? false : 'njs is not installed (Debian: apt-get install njs)' }, async () => {
  const random = generator(SEED);
  const pick = values => values[Math.floor(random() * values.length)];
  const cases = Array.from({ length: 4_000 }, (_, id) => ({ id, ...randomCase(random, pick) }));
  const [byNode, byNjs] = [await judge('node', cases, true), await judge('njs', cases, true)];
  for (const [i, verdict] of byNode.entries()) {
    deepEqual(byNjs[i], verdict, JSON.stringify(cases[i]));
    ok(verdict.thrown === null && verdict.reads <= 3 && verdict.log !== null);
  }
  const logs = new Set(byNode.map(({ log }) => log.replace(/^ok\..*?(\.unchecked)?$/, 'ok$1')));
  for (const log of ['ok', 'ok.unchecked', 'no.missing', 'no.malformed', 'no.signature', 'no.session', 'no.path', 'no.viewer', 'no.expired', 'no.revoked', 'no.store'])
    ok(logs.has(log), `${log} never came`);
});

// Another character of the same alphabet, one beside it in ASCII, and one that no token has.
function changes(was, at) {
  return [was === 'A' ? 'B' : 'A', String.fromCharCode(was.charCodeAt(0) ^ 1), '%'].filter(now => now !== was && !(at === 0 && now === '/'));
}

function randomCase(random, pick) {
  const ips = ['203.0.113.7', '2001:db8::1', '::ffff:203.0.113.7', '::', 'x', ''];
  const change = { iat: NOW - 60, exp: NOW + Math.floor(random() * 3) - 1, sid: pick([SID, TAGGED]), exc: pick([undefined, ['/ads']]), nbf: pick([undefined, NOW + Math.floor(random() * 9)]), opt: pick([undefined, { co: 'x' }]) };
  let token = random() < 0.6 ? tokenV2({ ...change, ...pick([{}, { attr: ['ip'], bind: binding([['ip', '203.0.113.7']], change.sid) }]), exp: pick([NOW + 60, change.exp]) }) : tokenV1(pick([{}, { ip: true, ip_ver: 4 }, { exp: NOW - 1 }]), pick([[SID], ['203.0.113.7', SID]]));
  if (random() < 0.3) {
    const at = Math.floor(random() * token.length);
    token = token.slice(0, at) + pick([...'Aa0._-%/é\u0000', '']) + token.slice(at + (random() < 0.5 ? 1 : 0));
  }
  const path = pick(['/live/one', '/ads', '']) + Array.from({ length: Math.floor(random() * 4) }, () => pick(['/', '..', '.', '%2e', '%2f', '%', 'a', '/a', '%c3%a9', '%ff', '\\', '\n', '%0a', 'é'])).join('');
  const query = random() < 0.2 ? Array.from({ length: Math.floor(random() * 3) }, () => pick([`pt=${token}`, 'pt', 'a=1', '&', '=', '__proto__=1'])).join('&') : '';
  return caseOf({
    uri: pick([`/${token}${path}`, `/${token}${path}`, `/${token}${path}`, `/${token}/live/one/a`, path, `/${SID}${path}`]), query, ip: pick(ips), country: pick([null, 'DE']),
    store: { ...STORE, ...pick([{}, {}, { [`s:${change.sid}`]: String(NOW + 1) }, { 'a:Acc0untTag': String(NOW + 1) }, { 'c:signed': '1' }]) }, fail: pick([[], [], [], [], [], ['s:'], ['a:'], ['k:'], ['c:']]),
  });
}

// Mulberry32.
function generator(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
