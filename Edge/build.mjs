#!/usr/bin/env node
// Makes dist/portcullis.js, the function as deployed, of portcullis.js: comments and spaces go, and names that occur neither as
// a member nor as a key become short, one for one in the whole file. Lines stay, so an error's line is easy to find.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(fileURLToPath(import.meta.url));

/** Largest function that CloudFront takes, in bytes. */
export const LIMIT = 10_240;

export const SOURCE = join(folder, 'portcullis.js');
export const DEPLOYED = join(folder, 'dist', 'portcullis.js');

const TOKEN = /(?<text>'(?:\\.|[^'\\\n])*')|(?<regex>(?<=[(,=?:!&|]\s*|return\s+)\/(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\/[a-z]*)|(?<word>[A-Za-z_$][\w$]*)|(?<number>\d\w*)|(?<space>[ \n]+)|(?<sign>.)/gy;

/** The function as deployed. */
export function shrink(source) {
  const code = source.split('\n').map(line => line.trim()).filter(line => line !== '' && !line.startsWith('//')).join('\n') + '\n';
  const tokens = [...code.matchAll(TOKEN)].map(({ 0: text, groups }) => ({ text, kind: Object.keys(groups).find(kind => groups[kind] !== undefined) }));
  const names = shorten(tokens.filter(token => token.kind !== 'space'));
  let output = '';
  for (const [i, { text, kind }] of tokens.entries()) {
    if (kind !== 'space')
      output += kind === 'word' && names.has(text) && tokens[i - 1]?.text !== '.' ? names.get(text) : text;
    else if (text.includes('\n'))
      output += '\n';
    else if (tokens[i - 1]?.text === 'from' || /[\w$]/.test(tokens[i - 1]?.text.at(-1)) && /[\w$]/.test(tokens[i + 1]?.text[0]))
      output += ' ';
  }
  return output;
}

// Declared names that are nowhere a member or a key, the longest gain first, and their short forms.
function shorten(tokens) {
  const declared = new Set(), fixed = new Set(['handler', 'cf', 'crypto']), taken = new Set(), uses = new Map();
  for (const [i, { text, kind }] of tokens.entries()) {
    if (kind !== 'word')
      continue;
    const before = tokens[i - 1]?.text, after = tokens[i + 1]?.text;
    taken.add(text);
    uses.set(text, (uses.get(text) ?? 0) + 1);
    if (before === '.' || after === ':')
      fixed.add(text);
    if (['function', 'const', 'let', 'import'].includes(before))
      declared.add(text);
    if (text === 'function')
      parameters(tokens, i).forEach(name => declared.add(name));
  }
  const gain = name => (name.length - 1) * uses.get(name);
  const names = [...declared].filter(name => !fixed.has(name) && name.length > 1).sort((a, b) => gain(b) - gain(a) || (a < b ? -1 : 1));
  const short = shortNames(taken);
  return new Map(names.map(name => [name, short.next().value]).filter(([name, brief]) => brief.length < name.length));
}

function parameters(tokens, i) {
  const open = tokens.findIndex((token, at) => at > i && token.text === '(');
  const close = tokens.findIndex((token, at) => at > open && token.text === ')');
  return tokens.slice(open + 1, close).filter(token => token.kind === 'word').map(token => token.text);
}

function* shortNames(taken) {
  const letters = [...'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  const pairs = letters.flatMap(first => letters.map(second => first + second)).filter(name => !['as', 'do', 'if', 'in', 'is', 'of'].includes(name));
  yield* [...letters, ...pairs].filter(name => !taken.has(name));
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const text = shrink(readFileSync(SOURCE, 'utf8'));
  const size = Buffer.byteLength(text);
  if (size > LIMIT) {
    console.error(`dist/portcullis.js would have ${size} bytes; CloudFront takes ${LIMIT}.`);
    process.exitCode = 1;
  }
  mkdirSync(dirname(DEPLOYED), { recursive: true });
  writeFileSync(DEPLOYED, text);
  console.log(`dist/portcullis.js: ${size} of ${LIMIT} bytes.`);
}
