#!/usr/bin/env node
// Writes Orleans.sln from the tree, so that no one edits it by hand. `dotnet sln add` would add x86 and x64 and give the
// projects that need Orleans a Build.0 line under Debug and Release: docs/design/solution-configurations.md.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const SOLUTION = 'Orleans.sln';

/** What each configuration of the solution makes of a project. */
const CONFIGURATIONS = { Debug: 'Debug', Release: 'Release', Cluster: 'Release' };
const PLATFORM = 'Any CPU';
const CLUSTER = 'Cluster';

/** Folders of the tree that are folders of the solution, too. */
const SOLUTION_FOLDERS = ['bench', 'tests'];
const SKIPPED = new Set(['bin', 'obj', 'node_modules', 'artifacts', 'TestResults', 'cdk.out']);

const TYPE_CSHARP = '{9A19103F-16F7-4668-BE54-9A1E7A4F7556}';
const TYPE_FOLDER = '{2150E333-8FDC-42A3-9474-1A3956D76DE8}';

/** The projects of a tree, by path. A project that needs Orleans says so: <UsesOrleans>true</UsesOrleans>. */
export function findProjects(root) {
  const found = [];
  const walk = folder => {
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true })) {
      const path = posix.join(folder, entry.name);
      if (entry.isDirectory() && !SKIPPED.has(entry.name) && !entry.name.startsWith('.'))
        walk(path);
      else if (entry.isFile() && entry.name.endsWith('.csproj'))
        found.push({ path, ...readProject(folder, readFileSync(join(root, path), 'utf8')) });
    }
  };
  walk('');
  return found.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Projects that need Orleans packages, directly or through a project, and do not say so: Debug and Release would restore them. */
export function undeclared(projects) {
  const orleans = new Set(projects.filter(project => project.usesOrleans).map(project => project.path));
  return projects
    .filter(project => !project.usesOrleans)
    .flatMap(project => [...project.packages.filter(name => /^Microsoft\.Orleans\./i.test(name)), ...project.references.filter(path => orleans.has(path))]
      .map(needed => `${project.path} references ${needed}, but has no <UsesOrleans>true</UsesOrleans>`));
}

/** The whole text of the solution file: LF, no byte order mark, the same for the same tree on any machine. */
export function solutionText(projects) {
  const folders = SOLUTION_FOLDERS.filter(folder => projects.some(project => folderOf(project) === folder));
  return [
    'Microsoft Visual Studio Solution File, Format Version 12.00',
    '# Visual Studio Version 17',
    'VisualStudioVersion = 17.0.31903.59',
    'MinimumVisualStudioVersion = 10.0.40219.1',
    ...projects.flatMap(project => projectLines(TYPE_CSHARP, posix.basename(project.path, '.csproj'), windows(project.path), guidOf(project.path))),
    ...folders.flatMap(folder => projectLines(TYPE_FOLDER, folder, folder, guidOf(`${folder}/`))),
    'Global',
    ...section('SolutionConfigurationPlatforms', 'preSolution', Object.keys(CONFIGURATIONS).map(name => `${name}|${PLATFORM} = ${name}|${PLATFORM}`)),
    ...section('ProjectConfigurationPlatforms', 'postSolution', projects.flatMap(configurationLines)),
    ...section('SolutionProperties', 'preSolution', ['HideSolutionNode = FALSE']),
    ...section('NestedProjects', 'preSolution', projects.filter(folderOf).map(project => `${guidOf(project.path)} = ${guidOf(`${folderOf(project)}/`)}`)),
    'EndGlobal',
    '',
  ].join('\n');
}

/** The lines in which a solution file differs from the one that the tree asks for; empty when there are none. */
export function differences(actual, expected) {
  if (actual === expected)
    return [];
  const a = actual.split('\n'), b = expected.split('\n');
  // Longest common subsequence: both files have a few hundred lines.
  const length = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      length[i][j] = a[i] === b[j] ? length[i + 1][j + 1] + 1 : Math.max(length[i + 1][j], length[i][j + 1]);
  const lines = [];
  for (let i = 0, j = 0; i < a.length || j < b.length;) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    } else if (i < a.length && (j === b.length || length[i + 1][j] >= length[i][j + 1])) {
      lines.push(`line ${i + 1}: - ${JSON.stringify(a[i])}`);
      i++;
    } else {
      lines.push(`line ${i + 1}: + ${JSON.stringify(b[j])}`);
      j++;
    }
  }
  return lines;
}

function readProject(folder, text) {
  const xml = text.replace(/<!--[\s\S]*?-->/g, '');
  const included = element => [...xml.matchAll(new RegExp(`<${element}\\s[^>]*?Include="([^"]+)"`, 'g'))].map(match => match[1]);
  return {
    usesOrleans: /<UsesOrleans>\s*true\s*<\/UsesOrleans>/i.test(xml),
    packages: included('PackageReference'),
    references: included('ProjectReference').map(path => posix.join(folder, path.replaceAll('\\', '/'))),
  };
}

function configurationLines(project) {
  const guid = guidOf(project.path);
  return Object.entries(CONFIGURATIONS).flatMap(([name, of]) => [
    `${guid}.${name}|${PLATFORM}.ActiveCfg = ${of}|${PLATFORM}`,
    ...(project.usesOrleans && name !== CLUSTER ? [] : [`${guid}.${name}|${PLATFORM}.Build.0 = ${of}|${PLATFORM}`]),
  ]);
}

function projectLines(type, name, path, guid) {
  return [`Project("${type}") = "${name}", "${path}", "${guid}"`, 'EndProject'];
}

function section(name, when, lines) {
  return lines.length === 0 ? [] : [`\tGlobalSection(${name}) = ${when}`, ...lines.map(line => `\t\t${line}`), '\tEndGlobalSection'];
}

function folderOf(project) {
  const first = project.path.split('/')[0];
  return SOLUTION_FOLDERS.includes(first) ? first : undefined;
}

/** A GUID from the path alone (RFC 9562, version 8: custom), so that two branches that add projects never clash. */
function guidOf(path) {
  const bytes = createHash('sha256').update(`portcullis:${path}`).digest().subarray(0, 16);
  bytes[6] = (bytes[6] & 0x0f) | 0x80;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = bytes.toString('hex').toUpperCase();
  return `{${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}}`;
}

function windows(path) {
  return path.replaceAll('/', '\\');
}

/** The command line. Returns the exit code: 0 done, 1 the file differs or a project is wrong, 2 bad usage. */
export function run(args, print = console.log) {
  let root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
  let check = false;
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--check') {
      check = true;
    } else if (args[i] === '--root' && args[i + 1] !== undefined) {
      root = resolve(args[++i]);
    } else {
      print(`Unknown argument '${args[i]}'.\nUsage: node eng/solution.mjs [--check] [--root FOLDER]`);
      return 2;
    }
  }
  const file = join(root, SOLUTION);
  const projects = findProjects(root);
  const wrong = undeclared(projects);
  if (wrong.length > 0) {
    wrong.forEach(line => print(line));
    return 1;
  }
  const expected = solutionText(projects);
  const actual = existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  if (!check) {
    if (actual !== expected)
      writeFileSync(file, expected);
    print(`${SOLUTION}: ${projects.length} projects, ${actual === expected ? 'unchanged' : 'written'}`);
    return 0;
  }
  if (actual === expected)
    return 0;
  print(actual === undefined ? `${SOLUTION} is missing.` : `${SOLUTION} is not what the tree asks for (- it has, + it should have):`);
  if (actual !== undefined)
    differences(actual, expected).forEach(line => print(`  ${line}`));
  print('To fix it: node eng/solution.mjs, and commit the file.');
  return 1;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url))
  process.exitCode = run(process.argv.slice(2));
