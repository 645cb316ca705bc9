import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { score } from '../score.mjs';
import { lineOf, traffic } from './traffic.mjs';

const folder = mkdtempSync(join(tmpdir(), 'portcullis-rivals-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const written = (name, lines) => {
  const file = join(folder, name);
  writeFileSync(file, lines.map(line => `${line}\n`).join(''));
  return file;
};

test("DuckDB, straightforward C# and Core's baseline flag the same sessions", () => {
  const { lines, unlike } = traffic(Number(process.env.PORTCULLIS_SEED ?? 1));

  const bench = spawnSync('dotnet', ['run', '--project', join(import.meta.dirname, '../..'), '--', 'rivals', written('traffic.log', lines), '--json'], { encoding: 'utf8' });

  assert.equal(bench.status, 0, bench.stderr + bench.stdout);
  const scores = Object.entries(JSON.parse(bench.stdout.trim().split('\n').at(-1)));
  assert.equal(scores.length, 4);
  const [[, { flagged }]] = scores;
  // Sure ones are among them, and by far not everybody: agreement on nothing would prove nothing.
  assert.ok(unlike.length > 10 && unlike.every(sid => flagged.includes(sid)), `expected ${unlike} among ${flagged}`);
  assert.ok(flagged.length < 100, `${flagged.length} flagged`);
  for (const [name, result] of scores) {
    assert.equal(result.lines, lines.length, name);
    assert.deepEqual(result.flagged, flagged, name);
  }
});

const viewer = (sid, { from = 0, every = 4, count = 15, ...other } = {}) =>
  Array.from({ length: count }, (_, i) => lineOf({ sid, second: from + i * every, path: `/live/seg-${i}.ts`, ...other }));
const honest = () => ['b', 'c', 'd'].flatMap(sid => viewer(sid.repeat(16)));
const pirate = 'a'.repeat(16);

for (const [name, lines, expected] of [
  ['twice the rate and a second address', [...viewer(pirate), ...viewer(pirate, { from: 1, ip: '203.0.113.9' }), ...honest()], [pirate]],
  ['a second address alone', [...viewer(pirate), ...viewer(pirate, { count: 1, from: 1, ip: '203.0.113.9' }), ...honest()], []],
  ['two sessions only', [...viewer(pirate, { every: 0.5, count: 100 }), ...viewer('b'.repeat(16))], []],
  ['29 seconds', [...viewer(pirate, { every: 1, count: 30 }), ...honest()], []],
  ['30 seconds', [...viewer(pirate, { every: 1, count: 31 }), ...honest()], [pirate]],
  ['small, refused and cached answers', [...['sent', 'status'].flatMap(what => viewer(pirate, { every: 0.5, count: 100, [what]: what === 'sent' ? '1024' : '304' })), ...honest()], []],
  ['damaged lines', [...viewer(pirate, { every: 1, count: 60 }), 'nonsense', 'a\tb', ...honest()], [pirate]],
]) {
  test(`DuckDB on ${name}: ${expected.length} flagged`, async () => {
    const file = written('case.log', lines);

    for (const form of ['query', 'hashed'])
      assert.deepEqual((await score(file, form)).flagged, expected, form);
  });
}
