import type { Language } from './language.ts';

// Forms that no suffix rule reaches.
const irregular: ReadonlyMap<string, string> = new Map(
  [
    'paid pay|sent send|bought buy|kept keep|wrote write|written write|made make|broke break|broken break|chose choose',
    'chosen choose|froze freeze|frozen freeze|lost lose|began begin|begun begin|grew grow|grown grow|ran run|built build',
    'held hold|took take|taken take|gave give|given give|knew know|known know|found find|told tell|said say|thought think',
    'brought bring|caught catch|taught teach|sold sell|spent spend|led lead|met meet|drew draw|drawn draw|rose rise',
    'risen rise|fell fall|fallen fall|flew fly|flown fly|drove drive|driven drive|stole steal|stolen steal|hid hide',
    'hidden hide|shook shake|shrank shrink|spoke speak|spoken speak|threw throw|thrown throw|wore wear|worn wear',
    'men man|women woman|children child|feet foot|teeth tooth|mice mouse|geese goose|leaves leaf|lives life|wives wife',
    'indices index|indexes index|matrices matrix|vertices vertex|criteria criterion|bigger big|larger large|largest large',
    'dead die|death die|dies die|died die|dying die|born birth|fed feed|slept sleep|burnt burn|dug dig|shut close|won win',
  ].flatMap((line) => line.split('|').map((pair) => pair.split(' ') as [string, string])),
);

const hasVowel = /[aeiouy]/;
// Longest first. What is left must keep three letters and a vowel.
const englishEndings: readonly (readonly [RegExp, string])[] = [
  [/(?:izations?|isations?)$/, ''],
  [/(?:izing|ising|ized|ised|izes|ises|ize|ise|izer|iser)s?$/, ''],
  [/(?:ations?|ators?|ative|ated|ating|ates|ate)$/, ''],
  [/(?:abilities|ability|ibilities|ibility)$/, ''],
  [/(?:fulness|ousness|iveness)$/, ''],
  [/(?:ements?|ments?)$/, ''],
  [/(?:nesses|ness)$/, ''],
  [/(?:ables?|ibles?|ably|ibly)$/, ''],
  [/(?:ions?|ives?)$/, ''],
  [/(?:ances?|ences?|ancy|ency|ants?|ents?)$/, ''],
  [/(?:ically|ical|ics?)$/, ''],
  [/(?:ially|ials?|ally|als?)$/, ''],
  [/(?:ings?|edly|ed|ers?|ors?|est|ly)$/, ''],
  [/(?:ies|ied|es|e|y|i)$/, ''],
];

/** English words that share a root become the same string ("installing", "installation" -> "instal"); not a word itself. */
function stemEnglish(word: string): string {
  const known = irregular.get(word);
  if (known !== undefined) return stemEnglish(known);
  if (word.length < 4) return word;
  let stem = /[^su]s$/.test(word) ? word.slice(0, -1) : word;
  if (stem.length < 4) return stem;
  for (const [ending, replacement] of englishEndings) {
    const shorter = stem.replace(ending, replacement);
    if (shorter !== stem && shorter.length >= 3 && hasVowel.test(shorter)) {
      stem = shorter;
      break;
    }
  }
  if (stem.length > 3) stem = stem.replace(/([bdfglmnprt])\1$/, '$1');
  return stem.length > 3 ? stem.replace(/[eyi]$/, '') : stem;
}

/** German by endings of cases and numbers; words arrive without umlauts. */
function stemGerman(word: string): string {
  if (word.length < 4) return word;
  const stem = word.replace(/(?:ungen|ung|lichen|liche|lich|igen|ige|ig)$/, '');
  if (stem !== word && stem.length >= 4) return stem;
  const shorter = word.replace(/(?:ern|em|er|en|es|et|st|e|s|n|t)$/, '');
  return shorter.length >= 3 ? shorter : word;
}

/** Spanish by endings of number, gender and the common verb forms; words arrive without accents. */
function stemSpanish(word: string): string {
  if (word.length < 4) return word;
  const plural = word.replace(/(?:ciones|cion)$/, 'c').replace(/(?:mientos?|mentes?)$/, '');
  const base = plural.length >= 3 ? plural : word;
  const shorter = base.replace(
    /(?:aban|aron|ieron|iendo|ando|adas|ados|idas|idos|aba|ada|ado|ida|ido|aria|eria|iria|ara|era|ira|ar|er|ir|an|en|as|es|os|a|e|o|s)$/,
    '',
  );
  return shorter.length >= 3 ? shorter : base;
}

/** French by endings of number, gender and the common verb forms; words arrive without accents. */
function stemFrench(word: string): string {
  if (word.length < 4) return word;
  const shorter = word.replace(
    /(?:issements?|ements?|ations?|ateurs?|atrices?|euses?|eurs?|ement|aient|antes?|ants?|ions|ites?|ees?|es|ez|er|ent|ais|ait|ir|e|s|x)$/,
    '',
  );
  return shorter.length >= 3 ? shorter : word;
}

const stemmers: Readonly<Record<Language, (word: string) => string>> = {
  en: stemEnglish,
  de: stemGerman,
  es: stemSpanish,
  fr: stemFrench,
  other: (word) => word,
};

/** A lower-case word without accents -> what its forms have in common, by the rules of the language. */
export const stem = (word: string, language: Language): string => stemmers[language](word);
