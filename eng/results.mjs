#!/usr/bin/env node
// Sums what all test runners wrote to files, for test.sh. Nothing is read off a console: its words change with versions.
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ENTITIES = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** Reads a TRX file of `dotnet test`. */
export function readTrx(text) {
  const result = empty();
  for (const [, attributes, , body = ''] of text.matchAll(/<UnitTestResult\s([^>]*?)(\/>|>([\s\S]*?)<\/UnitTestResult>)/g)) {
    const name = attribute(attributes, 'testName');
    const outcome = attribute(attributes, 'outcome');
    if (outcome === 'Passed')
      result.passed++;
    else if (outcome === 'NotExecuted')
      result.skipped.push({ name, reason: xml(body.match(/<Message>([\s\S]*?)<\/Message>/)?.[1] ?? '').trim() });
    else
      result.failed.push(name);
  }
  // A host that crashed or hung leaves the results so far, and this.
  const aborted = text.match(/<RunInfo\s[^>]*outcome="Error"[^>]*>\s*<Text>(The active test run was aborted[^\n<]*)/);
  if (aborted !== null)
    result.problems.push(xml(aborted[1]).trim());
  else if (!/<ResultSummary\s/.test(text))
    result.problems.push('the results file ends early');
  return result;
}

/** Reads the TAP that `node --test --test-reporter=tap` writes. */
export function readTap(text) {
  const result = empty();
  const totals = Object.fromEntries([...text.matchAll(/^# (tests|pass|fail|cancelled|skipped|todo) (\d+)$/gm)].map(match => [match[1], Number(match[2])]));
  for (const [, not, name, directive, reason] of text.matchAll(/^ *(not )?ok \d+ - (.*?)(?: # (SKIP|TODO)(?: (.*))?)?$/gm)) {
    if (directive !== undefined)
      result.skipped.push({ name: name.replace(/\\(.)/g, '$1'), reason: reason ?? (directive === 'TODO' ? 'to do' : '') });
    else if (not !== undefined)
      result.failed.push(name.replace(/\\(.)/g, '$1'));
  }
  if (totals.tests === undefined) {
    result.problems.push('the results file ends early');
    return result;
  }
  // A suite that holds a failed test is `not ok` as well, but no test: node's own totals count.
  const failed = totals.fail + totals.cancelled;
  result.passed = totals.pass;
  result.failed = failed === 0 ? [] : [...result.failed, ...Array(failed).fill('(unnamed)')].slice(0, failed);
  return result;
}

/** Adds up runners: `{ name, exit, files }` each. A runner that failed without a failed test counts as one failure. */
export function sum(runners) {
  const total = empty();
  for (const { name, exit, results } of runners) {
    const failedBefore = total.failed.length + total.problems.length;
    for (const result of results) {
      total.passed += result.passed;
      total.failed.push(...result.failed);
      total.skipped.push(...result.skipped);
      total.problems.push(...result.problems.map(problem => `${name}: ${problem}`));
    }
    if (exit !== 0 && total.failed.length + total.problems.length === failedBefore)
      total.problems.push(`${name}: ended with exit code ${exit}, but names no failed test`);
    else if (exit === 0 && results.length === 0)
      total.problems.push(`${name}: wrote no results`);
  }
  return total;
}

/** What is printed: skipped tests with their reasons, failed ones, problems, and the counts. */
export function report(total) {
  const failed = total.failed.length + total.problems.length;
  const lines = [
    ...total.skipped.map(({ name, reason }) => `skipped: ${name}: ${reason || 'no reason given'}`),
    ...total.failed.map(name => `FAILED: ${name}`),
    ...total.problems.map(problem => `FAILED: ${problem}`),
  ];
  if (total.passed + failed === 0)
    lines.push('No test ran.');
  return { lines, counts: `${total.passed} passed, ${failed} failed, ${total.skipped.length} skipped`, ok: failed === 0 && total.passed > 0 };
}

/**
 * Reads one line of the list that test.sh writes: name, exit code and the folder of its results, separated by tabs. Without a
 * folder it is a step, such as the build, that has no tests: only its exit code counts.
 */
export function readRunner(line) {
  const [name, exit, folder] = line.split('\t');
  const files = folder && existsSync(folder) ? readdirSync(folder).filter(file => /\.(trx|tap)$/.test(file)).sort() : [];
  const results = files.map(file => {
    const text = readFileSync(join(folder, file), 'utf8');
    return file.endsWith('.trx') ? readTrx(text) : readTap(text);
  });
  return { name, exit: Number(exit), results: folder ? results : [empty()] };
}

function empty() {
  return { passed: 0, failed: [], skipped: [], problems: [] };
}

function attribute(attributes, name) {
  return xml(attributes.match(new RegExp(`(?:^|\\s)${name}="([^"]*)"`))?.[1] ?? '');
}

function xml(text) {
  return text.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (whole, hex, decimal, name) =>
    hex ? String.fromCodePoint(parseInt(hex, 16)) : decimal ? String.fromCodePoint(Number(decimal)) : ENTITIES[name] ?? whole);
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const [list, started] = process.argv.slice(2);
  const { lines, counts, ok } = report(sum(readFileSync(list, 'utf8').split('\n').filter(Boolean).map(readRunner)));
  lines.forEach(line => console.log(line));
  console.log(`Total time: ${Math.round(Date.now() / 1000) - Number(started)} s`);
  console.log(counts);
  process.exitCode = ok ? 0 : 1;
}
