// Runs the fundgraph binary on a free port, with a data folder of its own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const REPOSITORY = fileURLToPath(new URL('..', import.meta.url));

/** Starts the server and waits until it says where it listens. */
export async function startServer() {
  const binary = process.env.FUNDGRAPH_BIN;
  if (!binary) throw new Error('FUNDGRAPH_BIN must name the fundgraph binary to test');

  const data = await mkdtemp(join(tmpdir(), 'fundgraph-test-'));
  const server = spawn(resolve(binary), ['--data', data, '--listen', '127.0.0.1:0'], {
    cwd: REPOSITORY,
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('FUNDGRAPH_'))),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(server, 'exit');

  return {
    origin: await origin(server),
    data,

    /** Asks the server to end, and gives its exit code once it has, or the signal that had to end it after ten seconds. */
    async stop() {
      server.kill('SIGTERM');
      const late = setTimeout(() => server.kill('SIGKILL'), 10_000);
      const [code, signal] = await exit;
      clearTimeout(late);
      await rm(data, { recursive: true, force: true });
      return code ?? signal;
    },
  };
}

/** Reads the server's lines up to the one that names its address, and goes on reading so that its pipe never fills. */
function origin(server) {
  return new Promise((found, failed) => {
    server.once('error', failed);
    server.once('exit', (code) => failed(new Error(`the server ended with ${code} before it listened`)));
    createInterface({ input: server.stdout }).on('line', (line) => {
      const address = line.match(/http:\/\/127\.0\.0\.1:\d+/);
      if (address) found(address[0]);
    });
  });
}
