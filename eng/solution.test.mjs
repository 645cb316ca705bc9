import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { SOLUTION, differences, findProjects, run, solutionText, undeclared } from './solution.mjs';

const repository = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const trees = [];
after(() => trees.forEach(tree => rmSync(tree, { recursive: true, force: true })));

const project = (...lines) => `<Project Sdk="Microsoft.NET.Sdk">\n${lines.join('\n')}\n</Project>\n`;
const ORLEANS = '<PropertyGroup><UsesOrleans>true</UsesOrleans></PropertyGroup>';
const PACKAGE = '<ItemGroup><PackageReference Include="Microsoft.Orleans.Server" /></ItemGroup>';

/** A tree with a plain project, one in each solution folder, an Orleans project, and project files that do not count. */
function tree(extra = {}) {
  const root = mkdtempSync(join(tmpdir(), 'solution-'));
  trees.push(root);
  const files = {
    'Core/Core.csproj': project(),
    'Grains/Grains.csproj': project(ORLEANS, PACKAGE),
    'tests/Core.Tests/Core.Tests.csproj': project(),
    'bench/Bench.csproj': project(),
    'Core/obj/Left.csproj': project(),
    'Core/bin/Left.csproj': project(),
    'tests/Browser/node_modules/x/Left.csproj': project(),
    ...extra,
  };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** Runs the command line; returns its exit code and what it printed. */
function solution(root, ...args) {
  const printed = [];
  const code = run(['--root', root, ...args], line => printed.push(line));
  return { code, text: printed.join('\n') };
}

/** Configurations in which a project of a solution has a line. */
function configurations(text, path, kind) {
  const guid = text.match(new RegExp(`"${path.replaceAll('/', '\\\\')}", "({[^}]+})"`))[1];
  return [...text.matchAll(/^\t\t({[^}]+})\.(\w+)\|Any CPU\.(\S+) = (\w+)\|Any CPU$/gm)]
    .filter(match => match[1] === guid && match[3] === kind)
    .map(match => `${match[2]}->${match[4]}`);
}

test('findProjects_TreeWithBuildOutput_ListsSourcesOnly', () => {
  assert.deepEqual(findProjects(tree()).map(found => found.path),
    ['Core/Core.csproj', 'Grains/Grains.csproj', 'bench/Bench.csproj', 'tests/Core.Tests/Core.Tests.csproj']);
});

test('solutionText_PlainProject_IsBuiltInEveryConfiguration', () => {
  const text = solutionText(findProjects(tree()));
  assert.deepEqual(configurations(text, 'Core/Core.csproj', 'ActiveCfg'), ['Debug->Debug', 'Release->Release', 'Cluster->Release']);
  assert.deepEqual(configurations(text, 'Core/Core.csproj', 'Build.0'), ['Debug->Debug', 'Release->Release', 'Cluster->Release']);
});

test('solutionText_OrleansProject_IsBuiltUnderClusterOnly', () => {
  const text = solutionText(findProjects(tree()));
  assert.deepEqual(configurations(text, 'Grains/Grains.csproj', 'ActiveCfg'), ['Debug->Debug', 'Release->Release', 'Cluster->Release']);
  assert.deepEqual(configurations(text, 'Grains/Grains.csproj', 'Build.0'), ['Cluster->Release']);
});

test('solutionText_CommentedFlag_IsNoOrleansProject', () => {
  const text = solutionText(findProjects(tree({ 'Core/Core.csproj': project(`<!-- ${ORLEANS} -->`) })));
  assert.equal(configurations(text, 'Core/Core.csproj', 'Build.0').length, 3);
});

test('solutionText_AnyTree_HasOnePlatform', () => {
  const text = solutionText(findProjects(tree()));
  assert.doesNotMatch(text, /x86|x64|AnyCPU/);
  assert.deepEqual([...text.matchAll(/^\t\t(\w+\|[^=]+) = \1$/gm)].map(match => match[1]), ['Debug|Any CPU', 'Release|Any CPU', 'Cluster|Any CPU']);
});

test('solutionText_SameTreeElsewhere_IsTheSame', () => {
  assert.equal(solutionText(findProjects(tree())), solutionText(findProjects(tree())));
});

test('solutionText_ProjectAdded_KeepsTheGuidsOfTheOthers', () => {
  const before = solutionText(findProjects(tree())).split('\n');
  const after = new Set(solutionText(findProjects(tree({ 'Api/Api.csproj': project() }))).split('\n'));
  assert.deepEqual(before.filter(line => !after.has(line)), []);
});

test('solutionText_TestsAndBench_LieInSolutionFolders', () => {
  const text = solutionText(findProjects(tree()));
  const nested = text.match(/GlobalSection\(NestedProjects\)[\s\S]*?EndGlobalSection/)[0];
  assert.equal(nested.match(/ = /g).length - 1, 2);
  assert.match(text, /^Project\("\{2150E333-8FDC-42A3-9474-1A3956D76DE8\}"\) = "tests", "tests"/m);
});

test('undeclared_OrleansPackageWithoutFlag_IsNamed', () => {
  const found = undeclared(findProjects(tree({ 'Silo/Silo.csproj': project(PACKAGE) })));
  assert.deepEqual(found, ['Silo/Silo.csproj references Microsoft.Orleans.Server, but has no <UsesOrleans>true</UsesOrleans>']);
});

test('undeclared_ReferenceToOrleansProjectWithoutFlag_IsNamed', () => {
  const reference = '<ItemGroup><ProjectReference Include="..\\..\\Grains\\Grains.csproj" /></ItemGroup>';
  const root = tree({ 'tests/Grains.Tests/Grains.Tests.csproj': project(reference) });
  assert.equal(undeclared(findProjects(root)).length, 1);
  assert.equal(solution(root).code, 1);
});

test('check_FileJustWritten_Passes', () => {
  const root = tree();
  assert.equal(solution(root).code, 0);
  assert.deepEqual(solution(root, '--check'), { code: 0, text: '' });
});

test('check_HandEditedFile_FailsAndNamesTheLines', () => {
  const root = tree();
  solution(root);
  const lines = readFileSync(join(root, SOLUTION), 'utf8').split('\n');
  const at = lines.findIndex(line => line.includes('.Cluster|Any CPU.ActiveCfg'));
  lines[at] = lines[at].replace('= Release', '= Debug');
  writeFileSync(join(root, SOLUTION), lines.join('\n'));
  const { code, text } = solution(root, '--check');
  assert.equal(code, 1);
  assert.match(text, new RegExp(`line ${at + 1}: - .*= Debug\\|Any CPU`));
  assert.match(text, /line \d+: \+ .*= Release\|Any CPU/);
  assert.match(text, /node eng\/solution\.mjs/);
  assert.equal(text.split('\n').length, 4);
});

test('check_MissingOrLongerFile_Fails', () => {
  const root = tree();
  assert.equal(solution(root, '--check').code, 1);
  solution(root);
  appendFileSync(join(root, SOLUTION), '\n');
  assert.equal(solution(root, '--check').code, 1);
});

test('differences_CarriageReturns_AreVisible', () => {
  assert.match(differences('a\r\nb', 'a\nb')[0], /\\r/);
});

test('run_UnknownArgument_IsBadUsage', () => {
  assert.equal(solution(tree(), '--chekc').code, 2);
});

test('repository_Solution_IsWhatTheTreeAsksFor', () => {
  const { code, text } = solution(repository, '--check');
  assert.equal(code, 0, text);
});

test('restore_OrleansPackageThatNoFeedHas_FailsUnderClusterOnly', { skip: spawnSync('dotnet', ['--version']).status !== 0 && 'dotnet is not on PATH' }, () => {
  const root = tree({
    'nuget.config': '<configuration><packageSources><clear /><add key="empty" value="feed" /></packageSources></configuration>\n',
    'feed/.keep': '',
    'Directory.Packages.props': '<Project><PropertyGroup><ManagePackageVersionsCentrally>true</ManagePackageVersionsCentrally></PropertyGroup><ItemGroup><PackageVersion Include="Microsoft.Orleans.Server" Version="[0.0.0-none]" /></ItemGroup></Project>\n',
  });
  for (const name of ['Directory.Build.props', 'Directory.Build.targets', 'Directory.Solution.props'])
    copyFileSync(join(repository, name), join(root, name));
  solution(root);
  const restore = configuration => spawnSync('dotnet', ['restore', SOLUTION, `-p:Configuration=${configuration}`],
    { cwd: root, encoding: 'utf8', env: { ...process.env, CI: '', RestoreUseStaticGraphEvaluation: 'true' } });

  for (const configuration of ['Debug', 'Release']) {
    const done = restore(configuration);
    assert.equal(done.status, 0, done.stdout + done.stderr);
  }
  const cluster = restore('Cluster');
  assert.equal(cluster.status, 1);
  assert.match(cluster.stdout, /NU110[123].*Microsoft\.Orleans\.Server/);
  assert.ok(existsSync(join(root, 'Core/packages.lock.json')));
  assert.ok(!existsSync(join(root, 'Grains/packages.lock.json')));
});

test('repository_LockFiles_NameNoDownloadAddress', () => {
  const committed = execFileSync('git', ['ls-files', '*packages.lock.json', '*package-lock.json'], { cwd: repository, encoding: 'utf8' }).trim().split('\n');
  assert.ok(committed.length > 0);
  for (const path of committed)
    assert.doesNotMatch(readFileSync(join(repository, path), 'utf8'), path.endsWith('packages.lock.json') ? /:\/\// : /"resolved":\s*"\w+:\/\//, path);
});
