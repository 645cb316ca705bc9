import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readTap, readTrx, report, sum } from './results.mjs';

const folder = mkdtempSync(join(tmpdir(), 'results-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const SUMMARY = '<ResultSummary outcome="Completed"><RunInfos><RunInfo outcome="Error"><Text>[xUnit.net 00:00:00.22]     T.D [FAIL]</Text></RunInfo></RunInfos></ResultSummary>';
const trx = (results, summary = SUMMARY) => `<?xml version="1.0"?>\n<TestRun>\n<Results>\n${results}\n</Results>\n${summary}\n</TestRun>`;
const passed = '<UnitTestResult testName="T.E(o: &quot;a]]&gt;&quot;)" outcome="Passed" />';
const failed = '<UnitTestResult testName="T.D" outcome="Failed"><Output><ErrorInfo><Message>boom</Message></ErrorInfo></Output></UnitTestResult>';
const skipped = '<UnitTestResult testName="T.B" outcome="NotExecuted"><Output><ErrorInfo><Message>no &lt;chromium&gt;</Message></ErrorInfo></Output></UnitTestResult>';
const runner = (results, exit = 0) => ({ name: 'dotnet', exit, results });

test('readTrx_MixedOutcomes_AreCountedApart', () => {
  const result = readTrx(trx([passed, failed, passed, skipped].join('\n')));
  assert.equal(result.passed, 2);
  assert.deepEqual(result.failed, ['T.D']);
  assert.deepEqual(result.skipped, [{ name: 'T.B', reason: 'no <chromium>' }]);
  assert.deepEqual(result.problems, []);
});

test('readTrx_CrashedHost_IsAProblem', () => {
  const summary = '<ResultSummary outcome="Failed"><RunInfos><RunInfo computerName="vm" outcome="Error" timestamp="t">\n<Text>The active test run was aborted. Reason: Test host process crashed : x\n at y</Text></RunInfo></RunInfos></ResultSummary>';
  assert.match(readTrx(trx(passed, summary)).problems[0], /crashed/);
});

test('readTrx_TruncatedFile_IsAProblem', () => {
  assert.equal(readTrx('<TestRun><Results>').problems.length, 1);
});

test('readTap_RealRunner_CountsAsNodeDoes', () => {
  const file = join(folder, 'fixture.mjs');
  writeFileSync(file, `import { test, describe } from 'node:test';
    test('a', () => {});
    test('without', { skip: true }, () => {});
    test('s # 1', { skip: 'no chromium' }, () => {});
    test('t', { todo: 'later' }, () => { throw new Error('x'); });
    describe('d', () => { test('b', () => {}); test('e', t => t.skip('inner')); test('f', () => { throw new Error('x'); }); });`);
  const { NODE_TEST_CONTEXT: _, ...env } = process.env;
  const { stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', file], { encoding: 'utf8', env: { ...env, NODE_OPTIONS: '' } });
  const result = readTap(stdout);
  assert.equal(result.passed, 2);
  assert.deepEqual(result.failed, ['f']);
  assert.deepEqual(result.skipped.map(entry => `${entry.name}: ${entry.reason}`), ['without: ', 's # 1: no chromium', 't: later', 'e: inner']);
});

test('readTap_NoTotals_IsAProblem', () => {
  assert.equal(readTap('TAP version 13\nok 1 - a\n').problems.length, 1);
});

test('sum_FailedRunnerWithoutFailedTest_IsOneFailure', () => {
  const { counts, ok } = report(sum([runner([readTrx(trx(passed))], 134)]));
  assert.equal(counts, '1 passed, 1 failed, 0 skipped');
  assert.equal(ok, false);
});

test('sum_FailedRunnerWithFailedTest_CountsOnce', () => {
  assert.equal(report(sum([runner([readTrx(trx(failed))], 1)])).counts, '0 passed, 1 failed, 0 skipped');
});

test('sum_RunnerWithoutResults_IsOneFailure', () => {
  assert.equal(report(sum([runner([], 0), runner([readTrx(trx(passed))])])).counts, '1 passed, 1 failed, 0 skipped');
});

test('report_NothingRan_IsNotOk', () => {
  const { lines, ok } = report(sum([runner([readTrx(trx(skipped))])]));
  assert.deepEqual(lines, ['skipped: T.B: no <chromium>', 'No test ran.']);
  assert.equal(ok, false);
});

test('commandLine_RunnersAndSteps_EndsWithTheCounts', () => {
  mkdirSync(join(folder, 'dotnet'));
  writeFileSync(join(folder, 'dotnet', 'a.trx'), trx([passed, skipped].join('\n')));
  writeFileSync(join(folder, 'dotnet', 'b.trx'), trx(passed));
  writeFileSync(join(folder, 'runners.tsv'), `dotnet\t0\t${join(folder, 'dotnet')}\nbuild\t1\t\n`);
  const done = spawnSync(process.execPath, [join(dirname(fileURLToPath(import.meta.url)), 'results.mjs'), join(folder, 'runners.tsv'), '0'], { encoding: 'utf8' });
  assert.equal(done.status, 1);
  assert.equal(done.stdout.trimEnd().split('\n').at(-1), '2 passed, 1 failed, 1 skipped');
});
