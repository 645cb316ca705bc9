#!/usr/bin/env node
// Judges cases by the function as deployed, under node or njs: docs/edge.md, "Judging cases".
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DEPLOYED } from '../build.mjs';

const folder = dirname(fileURLToPath(import.meta.url));

// njs frees nothing before it ends: so many cases go to one process.
const CASES_PER_NJS = 1_000;

/** Whether the machine has njs. */
export const hasNjs = spawnSync('njs', ['-v']).status === 0;

/** Puts the function as deployed, with its handler exported, beside the double and what drives it. */
export function lay(target, text = readFileSync(DEPLOYED, 'utf8')) {
  writeFileSync(join(target, 'portcullis.js'), text + 'export default { handler: handler };\n');
  copyFileSync(join(folder, 'cloudfront.js'), join(target, 'cloudfront'));
  for (const name of ['cloudfront.js', 'replay.js', 'judge.njs.js'])
    copyFileSync(join(folder, name), join(target, name));
}

/** Judges cases (objects) and returns the verdicts; with `all` also the keys read and the whole answer. */
export async function judge(engine, cases, all = false) {
  const target = mkdtempSync(join(tmpdir(), 'portcullis-edge-'));
  try {
    lay(target);
    return engine === 'njs' ? judgeByNjs(target, cases, all) : await judgeByNode(target, cases, all);
  } finally {
    rmSync(target, { recursive: true });
  }
}

async function judgeByNode(target, cases, all) {
  // Node finds the double by its path; njs by its name.
  writeFileSync(join(target, 'package.json'), '{"type":"module"}');
  for (const name of ['portcullis.js', 'replay.js']) {
    const file = join(target, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace("from 'cloudfront'", "from './cloudfront.js'"));
  }
  const { default: edge } = await import(pathToFileURL(join(target, 'portcullis.js')));
  const { default: { replay } } = await import(pathToFileURL(join(target, 'replay.js')));
  const verdicts = [];
  for (const one of cases)
    verdicts.push(structuredClone(await replay(edge.handler, one, all)));
  return verdicts;
}

function judgeByNjs(target, cases, all) {
  const verdicts = join(target, 'verdicts.ndjson');
  for (let first = 0; first < cases.length; first += CASES_PER_NJS) {
    const part = join(target, 'cases.ndjson');
    writeFileSync(part, ndjson(cases.slice(first, first + CASES_PER_NJS)));
    execFileSync('njs', ['-p', target, join(target, 'judge.njs.js'), part, verdicts, all ? 'all' : 'brief'], { stdio: ['ignore', 'inherit', 'inherit'] });
  }
  return cases.length === 0 ? [] : read(verdicts);
}

function ndjson(values) {
  return values.map(value => JSON.stringify(value) + '\n').join('');
}

function read(file) {
  return readFileSync(file, 'utf8').split('\n').filter(line => line !== '').map(line => JSON.parse(line));
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const options = process.argv.slice(2);
  const engine = options[0] === '--engine' ? options.splice(0, 2)[1] : 'node';
  if (options.length !== 2 || !['node', 'njs'].includes(engine)) {
    console.error('Usage: node judge.mjs [--engine node|njs] CASES VERDICTS');
    process.exit(2);
  }
  writeFileSync(options[1], ndjson(await judge(engine, read(options[0]))));
}
