#!/usr/bin/env node
// Makes dist/portcullis.js, the function as deployed, of portcullis.js: comments and spaces go, and declared names become short, one
// for one in the whole file; members and keys stay. A line holds a statement or two, so that an error's line is easy to find.
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
  const found = [...code.matchAll(TOKEN)].map(({ 0: text, groups }) => ({ text, kind: Object.keys(groups).find(kind => groups[kind] !== undefined) }));
  const tokens = found.filter(({ kind }) => kind !== 'space').map(token => ({ ...token, line: false, space: false }));
  let at = -1;
  for (const { text, kind } of found) {
    if (kind !== 'space')
      at++;
    else
      [tokens[at].line, tokens[at].space] = [text.includes('\n'), true];
  }
  const names = shorten(tokens);
  return tokens.map((token, i) => (isName(tokens, i) && names.get(token.text) || token.text) + between(token, tokens[i + 1])).join('');
}

// A line end behind each statement that another follows, and before each function; a space where two words meet.
function between(token, next) {
  if (next === undefined || token.line && (token.text === ';' && next.text !== '}' || next.text === 'async' || next.text === 'function'))
    return '\n';
  return token.space && (token.text === 'from' || /[\w$]/.test(token.text.at(-1)) && /[\w$]/.test(next.text[0])) ? ' ' : '';
}

// Whether a word names what the function itself declared, and is neither a member nor a key.
function isName(tokens, i) {
  const before = tokens[i - 1]?.text;
  return tokens[i].kind === 'word' && before !== '.' && !(tokens[i + 1]?.text === ':' && (before === '{' || before === ','));
}

// Declared names, the longest gain first, and their short forms.
function shorten(tokens) {
  const declared = new Set(), taken = new Set(), uses = new Map();
  for (const [i, { text, kind }] of tokens.entries()) {
    if (kind !== 'word')
      continue;
    taken.add(text);
    if (isName(tokens, i))
      uses.set(text, (uses.get(text) ?? 0) + 1);
    if (['function', 'const', 'let'].includes(tokens[i - 1]?.text))
      declared.add(text);
    if (text === 'function')
      parameters(tokens, i).forEach(name => declared.add(name));
  }
  for (const kept of ['handler', 'from', 'async'])
    declared.delete(kept);
  const gain = name => (name.length - 1) * uses.get(name);
  const names = [...declared].filter(name => name.length > 1).sort((a, b) => gain(b) - gain(a) || (a < b ? -1 : 1));
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
