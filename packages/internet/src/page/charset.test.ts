import { describe, expect, it } from 'vitest';
import { decodeText } from './charset.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);
const ascii = (text: string): number[] => [...text].map((character) => character.charCodeAt(0));
const typed = (contentType: string): Headers => new Headers({ 'content-type': contentType });

describe('the encoding of a text', () => {
  it.each([
    ['utf-8', [0xef, 0xbb, 0xbf, 0xc3, 0xa9], 'é'],
    ['utf-16le', [0xff, 0xfe, 0xe9, 0x00], 'é'],
    ['utf-16be', [0xfe, 0xff, 0x00, 0xe9], 'é'],
  ])('follows a byte order mark for %s, whatever the header says', (charset, content, text) => {
    expect(decodeText(bytes(...content), typed('text/html; charset=shift_jis'))).toEqual({
      text,
      charset,
      source: 'bom',
    });
  });

  it.each([
    ['Shift_JIS', [0x93, 0xfa, 0x96, 0x7b], '日本', 'shift_jis'],
    ['gb2312', [0xd6, 0xd0, 0xce, 0xc4], '中文', 'gbk'],
    ['EUC-KR', [0xc7, 0xd1, 0xb1, 0xdb], '한글', 'euc-kr'],
    ['koi8-r', [0xed, 0xc9, 0xd2], 'Мир', 'koi8-r'],
    ['windows-1251', [0xcc, 0xe8, 0xf0], 'Мир', 'windows-1251'],
    ['ISO-8859-1', [0x93, 0xe9, 0x94], '“é”', 'windows-1252'],
    ['"iso-8859-2"', [0xb1], 'ą', 'iso-8859-2'],
    ['ISO-8859-15', [0xa4], '€', 'iso-8859-15'],
    ['utf-16le', [0x41, 0x00, 0xe9, 0x00], 'Aé', 'utf-16le'],
  ])('follows the label %s of the header', (...[label, content, text, charset]) => {
    expect(decodeText(bytes(...content), typed(`text/html; charset=${label}`))).toMatchObject({
      text,
      charset,
      source: 'content-type',
    });
  });

  it.each([
    '<meta charset="koi8-r">',
    '<META CHARSET=koi8-r>',
    '<meta http-equiv="Content-Type" content="text/html; charset=koi8-r">',
    '<!-- <meta charset="shift_jis"> --><meta charset=koi8-r>',
  ])('follows %s', (meta) => {
    const decoded = decodeText(bytes(...ascii(meta), 0xed, 0xc9, 0xd2));
    expect(decoded).toMatchObject({ charset: 'koi8-r', source: 'meta' });
    expect(decoded.text).toContain('Мир');
  });

  it('follows an XML declaration', () => {
    const decoded = decodeText(bytes(...ascii('<?xml version="1.0" encoding="ISO-8859-2"?><a>'), 0xb1));
    expect(decoded).toMatchObject({ charset: 'iso-8859-2', source: 'xml-declaration' });
  });

  it('takes unlabelled bytes for UTF-8 when they are valid', () => {
    expect(decodeText(new TextEncoder().encode('naïve 日本'))).toEqual({
      text: 'naïve 日本',
      charset: 'utf-8',
      source: 'utf-8 without a label',
    });
  });

  it('takes other unlabelled bytes for windows-1252', () => {
    expect(decodeText(bytes(0x80, 0xe9))).toEqual({ text: '€é', charset: 'windows-1252', source: 'fallback' });
  });

  it('does not believe a UTF-8 label that the bytes contradict, and says so', () => {
    const decoded = decodeText(bytes(0x63, 0x61, 0x66, 0xe9), typed('text/html; charset=utf-8'));
    expect(decoded).toMatchObject({ text: 'café', charset: 'windows-1252', source: 'fallback' });
    expect(decoded.note).toContain('utf-8');
  });

  it('goes on to the next label when one is unknown, and says so', () => {
    const decoded = decodeText(bytes(...ascii('<meta charset=koi8-r>'), 0xed), typed('text/html; charset=klingon-8'));
    expect(decoded.charset).toBe('koi8-r');
    expect(decoded.note).toContain('klingon-8');
  });

  it('reads a meta label of UTF-16 as UTF-8, because the label could be read', () => {
    expect(decodeText(bytes(...ascii('<meta charset="utf-16">x'))).charset).toBe('utf-8');
  });

  it('recognises UTF-16 without a mark by its zeros', () => {
    const text = '<html>é</html>';
    const wide = new Uint8Array(new Uint16Array([...text].map((c) => c.charCodeAt(0))).buffer);
    expect(decodeText(wide)).toMatchObject({ text, charset: 'utf-16le' });
  });
});
