// Entry of the thread that parses pages. It may be ended at any moment.
import { parentPort } from 'node:worker_threads';
import { buildPage } from './build-page.ts';
import type { ParseJob, ParseReply, Ready } from './parse-job.ts';
import { plainPage } from './strip-tags.ts';

parentPort?.on('message', ({ id, html, url, format, strip }: ParseJob) => {
  run().then(
    (page) => reply({ id, page }),
    (error: unknown) =>
      reply({ id, failure: error instanceof Error ? `${error.name}: ${error.message}` : String(error) }),
  );

  async function run() {
    return strip === undefined ? buildPage(html, { url, format }) : plainPage(html, url, strip);
  }
});

const reply = (message: ParseReply | Ready): void => parentPort?.postMessage(message);

reply('ready');
