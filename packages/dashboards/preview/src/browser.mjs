import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const READY_MS = 60_000;
const POLL_MS = 100;

/** A headless Chromium, by the Chrome DevTools Protocol. */
export class Browser {
  #process;
  #socket;
  #folder;
  #last = 0;
  #waiting = new Map();

  /** Starts the program, with a profile of its own that is gone when it is stopped. */
  static async start(program) {
    const browser = new Browser();
    browser.#folder = await mkdtemp(join(tmpdir(), 'outrider-preview-'));
    browser.#process = spawn(
      program,
      [
        '--headless=new',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-dev-shm-usage',
        '--hide-scrollbars',
        '--remote-debugging-port=0',
        `--user-data-dir=${browser.#folder}`,
        'about:blank',
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    const url = await new Promise((resolve, reject) => {
      let text = '';
      browser.#process.stderr.setEncoding('utf8').on('data', (chunk) => {
        text += chunk;
        const found = /DevTools listening on (ws:\S+)/.exec(text);
        if (found) resolve(found[1]);
      });
      browser.#process.once('error', (error) => reject(new Error(`${program} cannot be started: ${error.message}`)));
      browser.#process.once('exit', () => reject(new Error(`${program} ended:\n${text}`)));
    });
    browser.#socket = new WebSocket(url);
    await once(browser.#socket, 'open');
    browser.#socket.addEventListener('message', ({ data }) => {
      const { id, result, error } = JSON.parse(data);
      browser.#waiting.get(id)?.(error ? Promise.reject(new Error(error.message)) : result);
      browser.#waiting.delete(id);
    });
    return browser;
  }

  /** Opens a page, waits until it says that it is drawn, and takes a picture of the whole of it. */
  async take(url, width) {
    const { targetId } = await this.#send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.#send('Target.attachToTarget', { targetId, flatten: true });
    const send = (method, params) => this.#send(method, params, sessionId);
    const size = { width, deviceScaleFactor: 1, mobile: false };
    await send('Emulation.setDeviceMetricsOverride', { ...size, height: 900 });
    await send('Page.navigate', { url });
    const value = async (expression) =>
      (await send('Runtime.evaluate', { expression, returnByValue: true })).result.value;
    const until = Date.now() + READY_MS;
    while ((await value('globalThis.drawn === true')) !== true) {
      if (Date.now() > until) throw new Error(`${url} was not drawn within ${READY_MS / 1000} s`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    const height = await value('document.documentElement.scrollHeight');
    await send('Emulation.setDeviceMetricsOverride', { ...size, height });
    await new Promise((resolve) => setTimeout(resolve, 5 * POLL_MS));
    const { data } = await send('Page.captureScreenshot', { format: 'png' });
    const problems = await value('globalThis.problems');
    await this.#send('Target.closeTarget', { targetId });
    return { picture: Buffer.from(data, 'base64'), problems };
  }

  async stop() {
    const ended = new Promise((resolve) => {
      this.#process.once('exit', resolve);
    });
    this.#process.kill();
    await ended;
    await rm(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #send(method, params = {}, sessionId) {
    const id = (this.#last += 1);
    return new Promise((resolve) => {
      this.#waiting.set(id, resolve);
      this.#socket.send(JSON.stringify({ id, method, params, sessionId }));
    });
  }
}
