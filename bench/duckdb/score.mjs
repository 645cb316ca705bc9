#!/usr/bin/env node
// SMDE v1's score over one log file in our default field list, computed by DuckDB: node score.mjs FILE [query|hashed]
// The file is one look-back window. Prints lines, seconds, linesPerSecond and the flagged sids as JSON.
import { createReadStream, existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance, version } from '@duckdb/node-api';

const THREADS = 2;

const FIELDS = [
  'timestamp', 'c-ip', 'sc-status', 'sc-bytes', 'cs-method', 'cs-host', 'cs-uri-stem', 'x-edge-location', 'x-edge-request-id', 'time-taken',
  'cs-user-agent', 'cs-referer', 'x-edge-result-type', 'sc-content-type', 'sc-range-start', 'sc-range-end', 'x-edge-detailed-result-type',
  'c-country', 'asn', 'cmcd-object-duration', 'cmcd-object-type', 'cmcd-playback-rate', 'cmcd-session-id', 'viewer-request-log-data',
];
const TYPES = { 'timestamp': 'DOUBLE', 'sc-status': 'USMALLINT', 'sc-bytes': 'BIGINT' };

/** How distinct requests are counted: by value as SMDE's query does it, or by 64-bit hash, which is faster. */
const FORMS = { query: 'count(DISTINCT (ip, uri))', hashed: 'count(DISTINCT hash(ip, uri))' };

const text = value => `'${value.replaceAll("'", "''")}'`;

function readCsv(file) {
  const columns = FIELDS.map(name => `${text(name)}: ${text(TYPES[name] ?? 'VARCHAR')}`).join(', ');
  return `read_csv(${text(file)}, delim = '\\t', header = false, quote = '', escape = '', auto_detect = false, ignore_errors = true, columns = {${columns}})`;
}

/** The whole rule: smde-v1.md in words, Core/Sessions/Baselines/SmdeV1Score.cs in C#. */
function scoreQuery(file, form) {
  return `
    WITH lines AS (
      SELECT
        string_split(split_part("cs-uri-stem", '/', 2), '.') AS token,
        split_part("cs-uri-stem", '?', 1) AS uri,
        floor("timestamp")::BIGINT AS second,
        "c-ip" AS ip, "cs-user-agent" AS agent, "cs-referer" AS referer
      FROM ${readCsv(file)}
      WHERE "sc-status" IN (200, 206) AND "sc-bytes" > 1024
    ),
    sessions AS (
      SELECT
        token[1] AS sid,
        ${FORMS[form]} / nullif(max(second) - min(second), 0) AS rate,
        max(second) - min(second) AS range,
        count(DISTINCT ip) > 1 AS ips, count(DISTINCT referer) > 1 AS referers, count(DISTINCT agent) > 1 AS agents
      FROM lines
      WHERE len(token) = 4
      GROUP BY sid
    ),
    population AS (SELECT count(*) AS sessions, median(rate) AS middle FROM sessions)
    SELECT sid
    FROM sessions, population
    WHERE population.sessions >= 3 AND range >= 30 AND rate / middle + ips::INT + referers::INT + agents::INT > 2.2
    ORDER BY sid`;
}

/** Scores a file. The seconds are the query's alone. */
export async function score(file, form = 'hashed') {
  if (!Object.hasOwn(FORMS, form))
    throw new Error(`form '${form}' must be one of ${Object.keys(FORMS).join(', ')}`);
  // Reads the file once before the clock runs, so that it is in memory for everybody alike.
  const lines = await countLines(file);
  const database = await DuckDBInstance.create(':memory:', { threads: String(THREADS) });
  const connection = await database.connect();
  try {
    const query = scoreQuery(file, form);
    const started = performance.now();
    const reader = await connection.runAndReadAll(query);
    const seconds = (performance.now() - started) / 1000;
    const flagged = reader.getRows().map(([sid]) => sid);
    return { rival: `DuckDB ${version()}`, form, threads: THREADS, lines, seconds, linesPerSecond: Math.round(lines / seconds), flagged };
  } finally {
    connection.closeSync();
    database.closeSync();
  }
}

async function countLines(file) {
  let lines = 0;
  let last = 10;
  for await (const chunk of createReadStream(file, { highWaterMark: 4 << 20 })) {
    for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1))
      lines++;
    last = chunk.at(-1);
  }
  return last === 10 ? lines : lines + 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, form] = process.argv.slice(2);
  if (!file || !existsSync(file) || (form && !Object.hasOwn(FORMS, form))) {
    console.error(file && !existsSync(file) ? `There is no file '${file}'.` : `Usage: node score.mjs FILE [${Object.keys(FORMS).join('|')}]`);
    process.exitCode = 2;
  } else {
    console.log(JSON.stringify(await score(file, form)));
  }
}
