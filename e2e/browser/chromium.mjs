/** A small driver for headless Chromium over the pipe of its debugging protocol. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const CALL_TIMEOUT_MS = 60_000;

/** Returns the path of a Chromium, from `CHROMIUM` or the usual names. */
export function findChromium() {
  const names = process.env.CHROMIUM === undefined ? NAMES : [process.env.CHROMIUM];
  const found = names.find((name) => spawnSync(name, ['--version']).status === 0);
  if (found === undefined) {
    throw new Error(`no Chromium found (${names.join(', ')}): install it or set CHROMIUM`);
  }
  return found;
}

/** Starts Chromium; `page` opens a tab. */
export function startChromium() {
  const profile = mkdtempSync(join(tmpdir(), 'walrus-chromium-'));
  const child = spawn(
    findChromium(),
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-timer-throttling',
      '--disable-renderer-backgrounding',
      `--user-data-dir=${profile}`,
      '--remote-debugging-pipe',
      'about:blank',
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const [, , , input, output] = child.stdio;
  const calls = new Map();
  let nextId = 1;
  let rest = '';
  let onTrace;
  const failAll = (error) => {
    for (const { reject } of calls.values()) reject(error);
    calls.clear();
  };
  child.on('error', failAll);
  child.on('exit', (code) => failAll(new Error(`Chromium ended with code ${code}`)));
  input.on('error', failAll);
  output.setEncoding('utf8').on('data', (chunk) => {
    const messages = (rest + chunk).split('\0');
    rest = messages.pop() ?? '';
    for (const text of messages) {
      const { id, result, error, method, params } = JSON.parse(text);
      if (method === 'Tracing.tracingComplete') onTrace?.(params.stream);
      const call = calls.get(id);
      if (call === undefined) continue;
      calls.delete(id);
      clearTimeout(call.timer);
      if (error) call.reject(new Error(`${call.method}: ${error.message}`));
      else call.resolve(result);
    }
  });
  const send = (method, params = {}, sessionId) =>
    new Promise((resolve, reject) => {
      const id = nextId++;
      const timer = setTimeout(() => {
        calls.delete(id);
        reject(new Error(`${method} was not answered`));
      }, CALL_TIMEOUT_MS);
      calls.set(id, { method, resolve, reject, timer });
      input.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
    });

  return {
    /** Opens a page. */
    async page(url) {
      const { targetId } = await send('Target.createTarget', { url });
      const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true });
      return {
        /** Evaluates an expression whose value is JSON. */
        async evaluate(expression) {
          const { result, exceptionDetails } = await send(
            'Runtime.evaluate',
            { expression, awaitPromise: true, returnByValue: true },
            sessionId,
          );
          if (exceptionDetails) throw new Error(exceptionDetails.exception?.description);
          return result.value;
        },
        /** Picks a file in a file input. */
        async pickFile(selector, path) {
          const { root } = await send('DOM.getDocument', {}, sessionId);
          const { nodeId } = await send(
            'DOM.querySelector',
            { nodeId: root.nodeId, selector },
            sessionId,
          );
          await send('DOM.setFileInputFiles', { files: [path], nodeId }, sessionId);
        },
        close: () => send('Target.closeTarget', { targetId }),
      };
    },
    /** Returns resident memory of the largest page process, now and at its highest, bytes; only on Linux. */
    async rendererMemory() {
      const { processInfo } = await send('SystemInfo.getProcessInfo');
      const sizes = processInfo
        .filter(({ type }) => type === 'renderer')
        .map(({ id }) => {
          try {
            const text = readFileSync(`/proc/${id}/status`, 'utf8');
            const kib = (name) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(text)?.[1] ?? 0);
            return { rssBytes: 1024 * kib('VmRSS'), peakRssBytes: 1024 * kib('VmHWM') };
          } catch {
            return { rssBytes: 0, peakRssBytes: 0 };
          }
        });
      return sizes.toSorted((a, b) => b.peakRssBytes - a.peakRssBytes)[0];
    },
    /** Starts to record the tasks of all threads. */
    startTrace: () =>
      send('Tracing.start', { transferMode: 'ReturnAsStream', categories: 'toplevel,__metadata' }),
    /**
     * Ends the recording, and returns the longest tasks on a page's main thread by the time that they used the processor
     * and by the time that passed, ms.
     */
    async stopTrace() {
      const stream = await new Promise((resolve, reject) => {
        onTrace = resolve;
        send('Tracing.end').catch(reject);
      });
      let text = '';
      for (let isEnd = false; !isEnd;) {
        const { data, eof } = await send('IO.read', { handle: stream });
        text += data;
        isEnd = eof;
      }
      await send('IO.close', { handle: stream });
      const { traceEvents } = JSON.parse(text);
      const named = (kind, wanted) =>
        traceEvents.filter(({ name, args }) => name === kind && args.name === wanted);
      // Not the browser's own pages; and of the others the one that works, since some are started in reserve.
      const pages = new Set(named('process_name', 'Renderer').map(({ pid }) => pid));
      const tasks = named('thread_name', 'CrRendererMain')
        .filter(({ pid }) => pages.has(pid))
        .map(({ pid, tid }) =>
          traceEvents.filter(
            (event) =>
              event.pid === pid &&
              event.tid === tid &&
              event.ph === 'X' &&
              event.name.endsWith('RunTask'),
          ),
        )
        .reduce((most, each) => (each.length > most.length ? each : most), []);
      const cpuMs = Math.max(0, ...tasks.map(({ tdur, dur }) => (tdur ?? dur ?? 0) / 1000));
      const wallMs = Math.max(0, ...tasks.map(({ dur }) => (dur ?? 0) / 1000));
      return { cpuMs, wallMs, events: traceEvents.length };
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      send('Browser.close').catch(() => {});
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      if (child.exitCode === null && child.signalCode === null) await ended;
      clearTimeout(timer);
      rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}
