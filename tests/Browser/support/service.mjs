// The real service in a process of its own, on ports and in a data folder of its own.
import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const API = resolve(process.env.PORTCULLIS_API_DLL ?? join(import.meta.dirname, '../../../Api/bin/Debug/net10.0/Portcullis.Api.dll'));
const START_LIMIT = 30_000;

export class Service {
  /**
   * Starts a service with an empty data folder.
   * @param {Record<string, string>} settings further settings, as environment variables
   */
  static async start(settings = {}) {
    const service = new Service(await mkdtemp(join(tmpdir(), 'portcullis-browser-')), settings);
    try {
      await service.#run('http://127.0.0.1:0');
      return service;
    } catch (error) {
      await service.dispose();
      throw error;
    }
  }

  constructor(folder, settings) {
    this.folder = folder;
    this.settings = settings;
  }

  /** Ends the process as a crash would. */
  async kill() {
    const { process } = this;
    if (process.exitCode !== null || process.signalCode !== null)
      return;
    const ended = new Promise(done => process.once('exit', done));
    process.kill('SIGKILL');
    await ended;
  }

  /** Starts it again where it was, on the same data. */
  async restart() {
    await rm(join(this.folder, 'connection.json'), { force: true });
    await this.#run(this.api);
  }

  async dispose() {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Calls the API with the admin key; answers with the parsed body. */
  async call(method, path, body) {
    const answer = await fetch(this.api + path, {
      method,
      headers: { authorization: `Bearer ${this.key}`, ...body && { 'content-type': 'application/json' } },
      body: body && JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok)
      throw new Error(`${method} ${path} was answered ${answer.status}: ${text}`);
    return text === '' ? null : JSON.parse(text);
  }

  async #run(apiUrl) {
    let output = '';
    this.process = spawn('dotnet', [API], {
      env: { ...process.env, PORTCULLIS_DATA: this.folder, Api__Url: apiUrl, Edge__Url: 'http://127.0.0.1:0', ASPNETCORE_ENVIRONMENT: 'Development', ...this.settings },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const stream of [this.process.stdout, this.process.stderr])
      stream.on('data', part => output = (output + part).slice(-10_000));
    for (const until = Date.now() + START_LIMIT; ;) {
      const text = await readFile(join(this.folder, 'connection.json'), 'utf8').catch(() => '');
      if (text !== '' && this.process.exitCode === null) {
        const connection = JSON.parse(text);
        this.api = connection.api;
        this.edge = connection.edge;
        this.key = (await readFile(connection.keyFile, 'utf8')).trim();
        return;
      }
      if (this.process.exitCode !== null || Date.now() > until)
        throw new Error(`The service did not start (${API}):\n${output}`);
      await new Promise(done => setTimeout(done, 50));
    }
  }
}
