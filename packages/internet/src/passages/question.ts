import { fold } from './fold.ts';
import { functionWords, type Language, languageOf } from './language.ts';
import { synonymsOf } from './synonyms.ts';
import { isCharacter, toTerms } from './terms.ts';

/** A word of the question and the other words that count for it, with their share of its weight. */
export interface Asked {
  term: string;
  forms: ReadonlyMap<string, number>;
  /** 1, less for a term that says little alone. */
  share: number;
  /** Not a word of the documents: its beginning and near spellings are searched. */
  unknown: boolean;
}

/** Weights of what is not the word itself. */
const shares = { synonym: 0.65, part: 0.6, compound: 0.5, character: 0.4 } as const;
const maxTerms = 40;

const askingCjk =
  /什么|怎么样?|怎样|多少|哪些|哪里|哪个|哪|为什么|如何|几个|是否|可以|吗|呢|何ですか|なぜ|どうして|どのように|どうやって|どの|どこ|いつ|いくら|いくつ|だれ|誰が|何が|何を|何の|ですか|ますか|무엇|어떻게|언제|어디|왜/gu;

/** The words of a question that say what it is about, in its order and once each. */
export function readQuestion(question: string, language: Language, vocabulary: ReadonlySet<string>): Asked[] {
  const all = termsOf(question, language);
  return [...new Set(all)].slice(0, maxTerms).map((term) => {
    const forms = new Map<string, number>();
    for (const synonym of synonymsOf(term, language)) forms.set(synonym, shares.synonym);
    if (language === 'de') addCompounds(term, vocabulary, forms);
    for (const form of forms.keys()) if (!vocabulary.has(form)) forms.delete(form);
    return { term, forms, share: isCharacter(term) ? shares.character : 1, unknown: !vocabulary.has(term) };
  });
}

function termsOf(question: string, language: Language): string[] {
  const plain = question.replace(askingCjk, ' ');
  // The page may be in another language than the question.
  const own = functionWords[languageOf(question)];
  const words = plain.replace(/(?<![\p{N}_-])\p{L}+(?![\p{N}_-])/gu, (word) => (own.has(fold(word)) ? ' ' : word));
  const terms = toTerms(words, language);
  return terms.length > 0 ? terms : toTerms(question, 'other');
}

/** German writes several words as one: the parts of the question's word, and the page's longer words with it at an end. */
function addCompounds(term: string, vocabulary: ReadonlySet<string>, forms: Map<string, number>): void {
  if (term.length < 5) return;
  for (const word of vocabulary) {
    if (word === term || word.length < 4) continue;
    if (word.length > term.length + 2 && (word.startsWith(term) || word.endsWith(term)))
      forms.set(word, shares.compound);
    else if (term.length > word.length + 2 && (term.startsWith(word) || term.endsWith(word)))
      forms.set(word, shares.part);
  }
}

/** True for questions that are answered by a number. */
export const asksForNumber = (question: string): boolean =>
  /\b(?:how (?:many|much|long|often|old|tall|far|big|large|fast|deep|high|hot|soon|late|heavy)|what (?:year|age|percentage|temperature|time|date|port|version|price|number|size)|when|wie (?:viele?|lange|hoch|oft|alt|gross|groß|schnell|weit)|wann|cu[aá]nt[oa]s?|cu[aá]ndo|combien|quand)\b|多少|几|何(?:年|日|時|個|人|分|円|度|回|ヶ月|か月)|いくら|いくつ|いつ/iu.test(
    question,
  );
