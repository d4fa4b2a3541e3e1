import { type PageText, withoutFurniture } from './furniture.ts';
import { toBlocks } from './layout.ts';
import { type TextItem, toSegments } from './lines.ts';
import type { Pdf, PdfReply, PdfRequest } from './pdf.ts';
import { parsePages } from './ranges.ts';

type Document = Awaited<ReturnType<typeof import('unpdf')['getDocumentProxy']>>;
type Page = Awaited<ReturnType<Document['getPage']>>;
type Content = Awaited<ReturnType<Page['getTextContent']>>;

const maxItems = 100_000;

/** Reads a PDF in this thread, without a cap on memory; problems of the document are answers, not errors. */
export async function extractPdf(request: PdfRequest): Promise<PdfReply> {
  const { getDocumentProxy } = await import('unpdf');
  let document: Document;
  try {
    // It would write its warnings to the console.
    document = await getDocumentProxy(request.body, { verbosity: 0, useSystemFonts: false });
  } catch (error) {
    const { name, message } = error as Error;
    return { problem: name === 'PasswordException' ? 'password' : 'damaged', message };
  }
  try {
    return { pdf: await readDocument(document, request) };
  } catch (error) {
    if (error instanceof RangeError) return { problem: 'pages', message: error.message };
    return { problem: 'failed', message: (error as Error).message };
  } finally {
    await document.loadingTask.destroy();
  }
}

async function readDocument(document: Document, { pages, maxPages, softMs }: PdfRequest): Promise<Pdf> {
  const total = document.numPages;
  const asked = parsePages(pages ?? '1-', total);
  const end = performance.now() + softMs;
  const texts: PageText[] = [];
  for (const page of asked.slice(0, maxPages)) {
    if (texts.length > 0 && performance.now() > end) break;
    texts.push(await readPage(document, page));
  }
  const read = texts.map(({ page }) => page);
  return {
    blocks: toBlocks(withoutFurniture(texts)),
    total,
    pages: read,
    withoutText: texts.filter(({ segments }) => segments.length === 0).map(({ page }) => page),
    cut: read.length < asked.length,
    ...(await readMetadata(document)),
  };
}

async function readPage(document: Document, number: number): Promise<PageText> {
  const page = await document.getPage(number);
  try {
    const { items } = await page.getTextContent();
    const texts = items.slice(0, maxItems).flatMap(toItem);
    const [left = 0, bottom = 0, right = 0, top = 0] = page.view;
    const height = page.rotate % 180 === 0 ? top - bottom : right - left;
    return { page: number, height: Math.abs(height), segments: toSegments(texts) };
  } catch {
    // One damaged page must not cost the others; it counts as one without text.
    return { page: number, height: 0, segments: [] };
  } finally {
    page.cleanup();
  }
}

function toItem(item: Content['items'][number]): TextItem[] {
  if (!('str' in item) || item.str === '') return [];
  const [a = 0, b = 0, c = 0, d = 0, x = 0, y = 0] = item.transform as number[];
  const turn = (Math.round(Math.atan2(b, a) / (Math.PI / 2)) + 4) % 4;
  return [{ text: withoutControls(item.str), x, y, width: item.width, size: Math.hypot(c, d), turn }];
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: fonts without a character map yield them
const withoutControls = (text: string): string => text.toWellFormed().replace(/[\x00-\x08\x0b-\x1f\x7f]/g, '');

async function readMetadata(document: Document): Promise<Pick<Pdf, 'title' | 'author' | 'created'>> {
  const { info } = await document.getMetadata().catch(() => ({ info: {} })); // Damaged metadata is like none.
  const fields = info as Record<string, unknown>;
  const text = (value: unknown) =>
    typeof value === 'string' && value.trim() !== '' ? value.trim().slice(0, 500) : undefined;
  const [title, author, created] = [text(fields.Title), text(fields.Author), toIso(text(fields.CreationDate))];
  return { ...(title && { title }), ...(author && { author }), ...(created && { created }) };
}

/** "D:20240131120000+01'00'" -> ISO. */
function toIso(date: string | undefined): string | undefined {
  const match = /^D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:(Z)|([+-]\d\d)'?(\d\d)?)?/.exec(date ?? '');
  if (!match) return undefined;
  const [, year, month = '01', day = '01', hour = '00', minute = '00', second = '00', , hours, minutes = '00'] = match;
  const zone = hours === undefined ? 'Z' : `${hours}:${minutes}`;
  const time = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}${zone}`);
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
