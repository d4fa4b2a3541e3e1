// The thread that reads one PDF: what it may use of memory and time is bounded from outside.
import { parentPort, workerData } from 'node:worker_threads';
import { extractPdf } from './pdf/extract.ts';
import type { PdfRequest } from './pdf/pdf.ts';

parentPort?.postMessage(await extractPdf(workerData as PdfRequest));
