// The thread that reads pages and PDFs: what it may use of memory and time is bounded from outside.
import { serveThread } from '@mcp-servers/core/threads';
import type { ReadJob, ReadResult } from './parse-job.ts';

serveThread(async (job: ReadJob): Promise<ReadResult> => {
  if (job.kind === 'pdf') {
    const { extractPdf } = await import('../documents/pdf/extract.ts');
    return { pdf: await extractPdf(job.request) };
  }
  const { decodeText } = await import('./charset.ts');
  const { source, url, share } = job;
  const { text, note } =
    typeof source === 'string'
      ? { text: source, note: undefined }
      : decodeText(source.body, new Headers({ 'content-type': source.contentType }), share < 1);
  const page =
    job.kind === 'text'
      ? (await import('./strip-tags.ts')).plainPage(text, url, job.note)
      : await (await import('./build-page.ts')).buildPage(text, { ...job, share });
  return { page: note ? { ...page, notes: [note, ...page.notes] } : page };
});
