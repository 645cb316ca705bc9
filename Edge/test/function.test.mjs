// The function as deployed: what CloudFront and njs demand of its text.
import { equal, ok } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { DEPLOYED, LIMIT, SOURCE, shrink } from '../build.mjs';

const deployed = readFileSync(DEPLOYED, 'utf8');
const source = readFileSync(SOURCE, 'utf8');

test('dist/portcullis.js is what build.mjs makes of portcullis.js', () => equal(deployed, shrink(source), 'run `node build.mjs` in Edge'));

test('The deployed function has at most 10,240 bytes', () => ok(Buffer.byteLength(deployed) <= LIMIT));

test('The deployed function holds ASCII only', () => ok(/^[\n -~]*$/.test(deployed)));

test('The deployed function imports only what CloudFront has, and exports nothing', () => {
  equal(deployed.match(/^import .*$/gm).join('\n'), "import cf from 'cloudfront';\nimport crypto from 'crypto';");
  ok(!/\bexport\b|\brequire\b/.test(deployed));
  ok(deployed.includes('async function handler('));
});

const bare = withoutTexts(source);
for (const [name, pattern] of [
  ['class', /\bclass\b/],
  ['for-of', /\bfor\s*\([^;)]*\bof\b/],
  ['destructuring', /\b(?:const|let|var)\s*[[{]|function\s*\w*\([^)]*[[{]|\(\s*[[{][\w\s,]*[\]}]\s*\)\s*=>/],
  ['spread', /\.\.\./],
  ['optional chaining', /\?\.(?!\d)/],
  ['nullish', /\?\?/],
  ['default arguments', /function\s*\w*\([^)]*=/],
  ['catch without binding', /\bcatch\s*\{/],
  ['await in argument position', /[\w$]\s*\([^()]*\bawait\b/],
  ['more than one await in a statement', /\bawait\b[^;]*\bawait\b[^;]*;/],
  ['await elsewhere than at the start of an expression', /(?<!(?:=|return)\s)\bawait\b/],
  ['eval, Function or timers', /\beval\b|\bFunction\b|\bsetTimeout\b/],
  ['Promise', /\bPromise\b/],
])
  test(`The function does without ${name}`, () => ok(!pattern.test(bare), String(bare.match(pattern)?.[0])));

// Texts, patterns and comments hold what code must not.
function withoutTexts(text) {
  return text.split('\n').filter(line => !line.trim().startsWith('//')).join('\n')
    .replace(/'(?:\\.|[^'\\\n])*'/g, "''")
    .replace(/(?<=[(,=?:!&|]\s*)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*/g, '0');
}
